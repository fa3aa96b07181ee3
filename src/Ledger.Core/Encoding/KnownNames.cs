using System.Text;

namespace Ledger.Core.Encoding;

/// <summary>
/// Names that were read lately, so that the same type, role or attribute key in a thousand records is one string and
/// not a thousand: they outlive the reading by far, and the collector has each of them to follow.
/// </summary>
/// <remarks>
/// Each thread has its own. A table with one place for each hash; the last one read takes the place. What is returned
/// equals what would have been decoded, so nothing depends on what is held. Bound: <see cref="Places"/> strings of at
/// most <see cref="MaxLength"/> characters a thread.
/// </remarks>
internal static class KnownNames
{
    private const int Places = 512;
    private const int MaxLength = 48;

    [ThreadStatic]
    private static string?[]? _names;

    /// <summary>The string of these bytes, where it is held; null otherwise.</summary>
    public static string? Find(ReadOnlySpan<byte> bytes)
    {
        var name = bytes.Length > MaxLength ? null : _names?[PlaceOf(bytes)];
        return name is not null && Ascii.Equals(bytes, name) ? name : null;
    }

    /// <summary>Holds a text, which these bytes were decoded to, if it is ASCII.</summary>
    public static void Keep(string text, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength || text.Length != bytes.Length) return;
        (_names ??= new string?[Places])[PlaceOf(bytes)] = text;
    }

    // FNV-1a.
    private static int PlaceOf(ReadOnlySpan<byte> bytes)
    {
        var hash = 2_166_136_261u;
        foreach (var b in bytes) hash = unchecked((hash ^ b) * 0x0100_0193);
        return (int)((hash ^ (hash >> 15)) % Places);
    }
}
