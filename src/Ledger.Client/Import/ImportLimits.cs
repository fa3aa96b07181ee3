namespace Ledger.Client.Import;

/// <summary>
/// Bounds on source files. They keep the memory of an import small whatever the file holds; a file beyond them is
/// refused, never cut.
/// </summary>
public static class ImportLimits
{
    /// <summary>Most fields of one row.</summary>
    public const int FieldsPerRow = 4096;

    /// <summary>Most characters of one field's name or value.</summary>
    public const int FieldCharacters = 1 << 20;

    /// <summary>Most characters of one row: its values, and the names that they get where names are made.</summary>
    public const int RowCharacters = 4 << 20;

    /// <summary>Most characters of one XML document, after decompression.</summary>
    public const long DocumentCharacters = 16L << 30;

    /// <summary>Most bytes of one tag, text or comment of an XML document.</summary>
    public const int ElementBytes = 8 << 20;

    /// <summary>Deepest nesting of XML elements, those included that are passed over.</summary>
    public const int ElementDepth = 64;

    /// <summary>Deepest nesting of JSON values and XES attributes.</summary>
    public const int Depth = 16;

    /// <summary>Most bytes of a mapping file.</summary>
    public const int MapBytes = 1 << 20;
}
