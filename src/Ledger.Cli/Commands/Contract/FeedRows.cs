using System.Buffers;
using System.Text;
using System.Text.Json;
using Ledger.Client.Import;
using Ledger.Core.Contracts;
using Ledger.Core.Evidence;

namespace Ledger.Cli.Commands.Contract;

/// <summary>Puts rows together to arguments of a call: as many as were asked for, or as fit.</summary>
/// <param name="fields">What a row's object has.</param>
/// <param name="list">The argument's property that holds the rows; null when each row is an argument.</param>
/// <param name="others">The argument's other properties: a JSON object.</param>
/// <param name="size">Most rows of an argument.</param>
internal sealed class FeedRows(FeedFields fields, string? list, string others, int size)
{
    /// <summary>The arguments, each with its number of rows. Streams: one batch is in memory.</summary>
    public IEnumerable<(string Argument, int Rows)> Batches(IEnumerable<(ImportRow Row, EvidenceRecord Record)> rows) =>
        list is null ? Singles(rows) : Lists(list, rows);

    private IEnumerable<(string Argument, int Rows)> Singles(IEnumerable<(ImportRow Row, EvidenceRecord Record)> rows)
    {
        using var document = Others();
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var (source, record) in rows)
        {
            buffer.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                foreach (var property in document.RootElement.EnumerateObject()) property.WriteTo(json);
                fields.Write(json, source, record);
                json.WriteEndObject();
            }

            if (buffer.WrittenCount > ContractLimits.ArgumentBytes)
                throw new CliException(ExitCodes.Input, $"row {source.Number} does not fit one argument");
            yield return (Encoding.UTF8.GetString(buffer.WrittenSpan), 1);
        }
    }

    private IEnumerable<(string Argument, int Rows)> Lists(
        string list, IEnumerable<(ImportRow Row, EvidenceRecord Record)> rows)
    {
        var head = Head(list);
        var buffer = new ArrayBufferWriter<byte>();
        var row = new ArrayBufferWriter<byte>();
        var count = 0;
        foreach (var (source, record) in rows)
        {
            row.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(row))
            {
                json.WriteStartObject();
                fields.Write(json, source, record);
                json.WriteEndObject();
            }

            if (head.Length + buffer.WrittenCount + row.WrittenCount + 3 > ContractLimits.ArgumentBytes || count == size)
            {
                if (count == 0) throw new CliException(ExitCodes.Input, $"row {source.Number} does not fit one argument");
                yield return (Whole(head, buffer), count);
                buffer.ResetWrittenCount();
                count = 0;
            }

            if (count++ > 0) buffer.Write(","u8);
            buffer.Write(row.WrittenSpan);
        }

        if (count > 0) yield return (Whole(head, buffer), count);
    }

    private static string Whole(string head, ArrayBufferWriter<byte> rows) =>
        $"{head}{Encoding.UTF8.GetString(rows.WrittenSpan)}]}}";

    // All of the argument up to its first row.
    private string Head(string list)
    {
        using var document = Others();
        if (document.RootElement.TryGetProperty(list, out _))
            throw new CliException(ExitCodes.Usage, $"--with has the property '{list}', which holds the rows");
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var property in document.RootElement.EnumerateObject()) property.WriteTo(json);
            json.WriteStartArray(list);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan[..^2]);
    }

    private JsonDocument Others()
    {
        var document = JsonDocument.Parse(others);
        var taken = document.RootElement.ValueKind == JsonValueKind.Object
            ? fields.Names.FirstOrDefault(n => list is null && document.RootElement.TryGetProperty(n, out _))
            : throw new CliException(ExitCodes.Usage, "--with is a JSON object");
        return taken is null
            ? document
            : throw new CliException(ExitCodes.Usage, $"--with has the property '{taken}', which a row has as well");
    }
}
