using System.Text.Json;
using Google.Protobuf;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Node.Api.Rest.Forms;

/// <summary>How values are written in forms. docs/spec/rest.md, section 2.</summary>
internal static class FormText
{
    /// <summary>A moment; null when it is not said.</summary>
    public static string? Time(ulong unixMilliseconds) =>
        unixMilliseconds == 0 ? null : TimeOf(unixMilliseconds);

    /// <summary>A moment.</summary>
    public static string TimeOf(ulong unixMilliseconds) =>
        new Timestamp(Math.Min(unixMilliseconds, Timestamp.MaxUnixMilliseconds)).ToString();

    /// <summary>Bytes as lower-case hexadecimal.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>Bytes as lower-case hexadecimal.</summary>
    public static string Hex(ByteString bytes) => Hex(bytes.Span);

    /// <summary>A hash of a message, which has 32 bytes.</summary>
    public static Hash256 Hash(ByteString bytes) => new(bytes.Span);

    /// <summary>Text; null when it is empty.</summary>
    public static string? OrNull(string text) => text.Length == 0 ? null : text;

    /// <summary>A value of an enumeration, such as <c>OUT_OF_GAS</c>.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());
}

/// <summary>
/// Bytes that the node's own store gave are not what their format says. The boundary of the call reports it: storage is
/// damaged, or this is a mistake of ours.
/// </summary>
internal sealed class UndecodableException : Exception
{
    public UndecodableException()
    {
    }

    public UndecodableException(string message)
        : base(message)
    {
    }

    public UndecodableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
