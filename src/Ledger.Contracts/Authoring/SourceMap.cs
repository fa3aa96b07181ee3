using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Ledger.Contracts.Authoring;

/// <summary>A place in a file that an author wrote; line and column from 1.</summary>
public readonly record struct SourcePlace(string File, int Line, int Column);

/// <summary>
/// A source map (ECMA-426, revision 3), which leads from a place in bundled text back to the place that it was made
/// from.
/// </summary>
/// <remarks>Immutable and safe for concurrent use. Only what bundlers of one file write is read: no sections.</remarks>
public sealed class SourceMap
{
    private const int MaxSegments = 4_000_000;

    // Segments of each line of the bundle, in ascending order of their columns. Bound: MaxSegments in all.
    private readonly List<List<Segment>> _lines = [];
    private readonly List<string> _sources = [];

    private SourceMap()
    {
    }

    /// <summary>Reads a map; false when it is none.</summary>
    public static bool TryParse(string json, [NotNullWhen(true)] out SourceMap? map)
    {
        map = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("version", out var version) || version.GetRawText() != "3"
                || !root.TryGetProperty("sources", out var sources) || sources.ValueKind != JsonValueKind.Array
                || !root.TryGetProperty("mappings", out var mappings) || mappings.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            var read = new SourceMap();
            foreach (var source in sources.EnumerateArray())
                read._sources.Add(source.ValueKind == JsonValueKind.String ? source.GetString()! : "");
            if (!read.TryDecode(mappings.GetString()!)) return false;
            map = read;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Where a place of the bundle comes from; null when the map does not say.</summary>
    /// <param name="line">Line of the bundle, from 1.</param>
    /// <param name="column">Column, from 1.</param>
    public SourcePlace? Find(int line, int column)
    {
        if (line < 1 || line > _lines.Count) return null;
        var segments = _lines[line - 1];
        Segment? found = null;
        foreach (var segment in segments)
        {
            if (segment.Column > column - 1) break;
            found = segment;
        }

        // A call's place can lie before the first segment of its line: the line's own first place is the best there is.
        found ??= segments.Count > 0 ? segments[0] : null;
        return found is { Source: >= 0 } s && s.Source < _sources.Count
            ? new SourcePlace(_sources[s.Source], s.OriginalLine + 1, s.OriginalColumn + 1)
            : null;
    }

    // Lines are parted by ';', segments by ','. All numbers but the first column of a line are relative to the one
    // before.
    private bool TryDecode(string mappings)
    {
        var line = new List<Segment>();
        _lines.Add(line);
        var (column, source, originalLine, originalColumn, count) = (0L, 0L, 0L, 0L, 0);
        Span<long> values = stackalloc long[5];
        for (var at = 0; at < mappings.Length;)
        {
            if (mappings[at] == ';')
            {
                _lines.Add(line = []);
                column = 0;
                at++;
                continue;
            }

            if (mappings[at] == ',')
            {
                at++;
                continue;
            }

            if (++count > MaxSegments) return false;
            var read = 0;
            while (at < mappings.Length && mappings[at] is not (',' or ';'))
            {
                if (read == values.Length || !TryReadVlq(mappings, ref at, out values[read])) return false;
                read++;
            }

            column += values[0];
            if (read >= 4)
            {
                source += values[1];
                originalLine += values[2];
                originalColumn += values[3];
            }

            if (!IsPlace(column) || !IsPlace(source)) return false;
            if (!IsPlace(originalLine) || !IsPlace(originalColumn)) return false;
            line.Add(new Segment((int)column, read >= 4 ? (int)source : -1, (int)originalLine, (int)originalColumn));
        }

        return true;
    }

    private static bool IsPlace(long value) => value is >= 0 and <= int.MaxValue - 1;

    // Base64 digits of 5 bits, least first; the sixth bit says that more follow, the lowest bit of the whole is the
    // sign.
    private static bool TryReadVlq(string text, ref int at, out long value)
    {
        value = 0;
        var shift = 0;
        while (at < text.Length)
        {
            var digit = DigitOf(text[at++]);
            if (digit < 0 || shift > 30) return false;
            value |= (long)(digit & 31) << shift;
            shift += 5;
            if ((digit & 32) != 0) continue;
            value = (value & 1) != 0 ? -(value >> 1) : value >> 1;
            return true;
        }

        return false;
    }

    private static int DigitOf(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '+' => 62,
        '/' => 63,
        _ => -1,
    };

    private readonly record struct Segment(int Column, int Source, int OriginalLine, int OriginalColumn);
}
