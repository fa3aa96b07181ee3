using System.Text.Json;
using Ledger.Client.Import;
using Ledger.Core.Evidence;

namespace Ledger.Cli.Commands.Contract;

/// <summary>Which parts of a mapped record a row's object has, and under which names. Immutable.</summary>
internal sealed class FeedFields
{
    private const string Attribute = "attributes.";

    private static readonly string[] Parts = ["row", "type", "subject", "actor", "action", "role", "occurred_at"];

    private readonly IReadOnlyList<(string Name, string Where)> _fields;

    private FeedFields(IReadOnlyList<(string Name, string Where)> fields) => _fields = fields;

    public static FeedFields Parse(IEnumerable<string> given)
    {
        var fields = new List<(string Name, string Where)>();
        foreach (var text in given)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            var where = at > 0 ? text[(at + 1)..] : "";
            var isAttribute = where.StartsWith(Attribute, StringComparison.Ordinal) && where.Length > Attribute.Length;
            if (!isAttribute && !Parts.Contains(where))
            {
                var known = string.Join(", ", Parts);
                throw new CliException(
                    ExitCodes.Usage, $"--each {text}: write NAME=WHERE, with one of {known}, attributes.KEY");
            }

            fields.Add((text[..at], where));
        }

        return new FeedFields(fields);
    }

    /// <summary>The names that a row's object has.</summary>
    public IEnumerable<string> Names => _fields.Select(f => f.Name);

    /// <summary>Writes the properties of a row's object. A part that the record lacks is left out.</summary>
    public void Write(Utf8JsonWriter json, ImportRow row, EvidenceRecord record)
    {
        foreach (var (name, where) in _fields)
        {
            if (where.StartsWith(Attribute, StringComparison.Ordinal))
                WriteAttribute(json, name, record, where[Attribute.Length..]);
            else if (TextOf(where, row, record) is { } text) json.WriteString(name, text);
        }
    }

    private static string? TextOf(string where, ImportRow row, EvidenceRecord record) => where switch
    {
        "row" => row.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "type" => record.Type,
        "subject" => record.Subject,
        "actor" => record.Actor,
        "action" => record.Action,
        "role" => record.Role,
        _ => record.OccurredAt == default ? null : record.OccurredAt.ToString(),
    };

    // Whole numbers and truth values keep their kind; decimals stay text, because JSON numbers would round them.
    private static void WriteAttribute(Utf8JsonWriter json, string name, EvidenceRecord record, string key)
    {
        if (record.Attributes.FirstOrDefault(a => a.Key == key) is not { } attribute) return;
        if (attribute.AsBoolean is { } truth) json.WriteBoolean(name, truth);
        else if (attribute.AsInteger is { } number) json.WriteNumber(name, number);
        else json.WriteString(name, attribute.DisplayValue());
    }
}
