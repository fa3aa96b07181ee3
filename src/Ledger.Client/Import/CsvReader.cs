using System.Text;

namespace Ledger.Client.Import;

/// <summary>
/// Reads comma-separated values (RFC 4180) whose first line names the columns. Quoting must be right and every row must
/// have as many fields as the header; anything else is refused with its line.
/// </summary>
public static class CsvReader
{
    /// <summary>Reads rows as they are asked for; holds one row in memory.</summary>
    /// <param name="stream">UTF-8 text. Closed at the end of the enumeration.</param>
    /// <param name="delimiter">What separates fields.</param>
    /// <exception cref="ImportException">While enumerating: the file is not what it should be.</exception>
    public static IEnumerable<ImportRow> Read(Stream stream, char delimiter = ',')
    {
        using var input = new TextInput(stream);
        var scanner = new Scanner(input, delimiter);
        var header = scanner.Next(out _)
            ?? throw new ImportException(1, null, "the file is empty; its first line must name the columns");
        CheckHeader(header);
        for (long number = 1; scanner.Next(out var line) is { } values; number++)
        {
            if (values.Count != header.Count)
            {
                throw new ImportException(
                    line, null, $"the row has {values.Count} fields, the header names {header.Count}");
            }

            var fields = new Dictionary<string, string>(header.Count, StringComparer.Ordinal);
            for (var i = 0; i < header.Count; i++) fields.Add(header[i], values[i]);
            yield return new ImportRow(number, line, fields);
        }
    }

    private static void CheckHeader(List<string> header)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i].Length == 0) throw new ImportException(1, null, $"column {i + 1} has no name in the header");
            if (header[i].Contains('\r'))
            {
                throw new ImportException(
                    1, null, $"column {i + 1}'s name has a carriage return: lines must end in LF or CR LF, not in CR alone");
            }

            if (!seen.Add(header[i])) throw new ImportException(1, header[i], "the header names this column twice");
        }
    }

    private sealed class Scanner(TextInput input, char delimiter)
    {
        private readonly StringBuilder _field = new();
        private int _rowCharacters;

        /// <summary>The next row's fields; null at the end of the file.</summary>
        public List<string>? Next(out long line)
        {
            line = input.Line;
            _rowCharacters = 0;
            if (input.Peek() < 0) return null;
            var fields = new List<string>();
            while (true)
            {
                if (fields.Count == ImportLimits.FieldsPerRow)
                    throw new ImportException(line, null, $"the row has more than {ImportLimits.FieldsPerRow} fields");
                _field.Clear();
                var last = input.Peek() == '"' ? ReadQuoted(fields.Count) : ReadPlain(fields.Count);
                fields.Add(_field.ToString());
                if (last) return fields;
            }
        }

        private bool ReadPlain(int column)
        {
            while (true)
            {
                var line = input.Line;
                var c = input.Take();
                if (c < 0 || c == '\n') return true;
                if (c == delimiter) return false;
                if (c == '\r' && input.Peek() is '\n' or -1) continue;
                if (c == '"')
                {
                    throw new ImportException(
                        line, null, $"column {column + 1} has a quote inside an unquoted field; quote the field, "
                            + "double the quote");
                }

                Append(line, (char)c);
            }
        }

        private bool ReadQuoted(int column)
        {
            var start = input.Line;
            input.Take();
            while (true)
            {
                var c = input.Take();
                if (c < 0)
                    throw new ImportException(start, null, $"column {column + 1}: the quoted field does not end");
                if (c == '"')
                {
                    if (input.Peek() != '"') break;
                    input.Take();
                }

                Append(start, (char)c);
            }

            var line = input.Line;
            var next = input.Take();
            if (next == '\r' && input.Peek() is '\n' or -1) next = input.Take();
            if (next < 0 || next == '\n') return true;
            return next == delimiter
                ? false
                : throw new ImportException(line, null, $"column {column + 1}: there is text after the closing quote");
        }

        private void Append(long line, char c)
        {
            if (_field.Length == ImportLimits.FieldCharacters || _rowCharacters == ImportLimits.RowCharacters)
                throw new ImportException(
                    line, null, "the field or row is too long; see the limits in docs/guide/developer/import.md");
            _field.Append(c);
            _rowCharacters++;
        }
    }
}
