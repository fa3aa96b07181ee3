namespace Ledger.Contracts.Engine.QuickJs;

/// <summary>
/// What the host knows of how the binary lays out values: 8 bytes, of which the upper four are a tag. True of the
/// binary with the pinned hash; a test compares it with what the binary itself says.
/// </summary>
internal static class QuickJsValue
{
    public const int Bytes = 8;

    /// <summary>Where the tag is.</summary>
    public const int TagOffset = 4;

    public const int Integer = 0;
    public const int Null = 2;
    public const int Undefined = 3;
    public const int Exception = 6;
    public const int Text = -7;

    /// <summary>Text that was put together and not yet copied into one piece.</summary>
    public const int Rope = -6;

    /// <summary>
    /// How far before a text's first byte its length is kept (31 bits): <see cref="QuickJsExports.GetText"/> gives
    /// texts with their header, so U+0000 within them does not cut them short.
    /// </summary>
    public const int LengthBefore = 12;

    public const int LengthMask = int.MaxValue;
}
