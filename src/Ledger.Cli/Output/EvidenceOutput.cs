using System.Text.Json;
using Ledger.Client.Query;
using Ledger.Core.Evidence;

namespace Ledger.Cli.Output;

/// <summary>Evidence as people and programs read it.</summary>
internal static class EvidenceOutput
{
    /// <summary>One line for an entry of a list.</summary>
    public static string Line(EvidenceEntry entry)
    {
        var record = entry.Record;
        return $"{entry.Leaf.Time}  {record.Type} {record.Action}  {record.Subject} #{entry.Leaf.SubjectSequence}  "
            + $"{record.Actor} as {record.Role} of {entry.Leaf.Member}{CoSigners(entry.Leaf)}  {entry.Id}";
    }

    /// <summary>The other members that signed a record; empty when only the sender did.</summary>
    public static string CoSigners(EvidenceLeaf leaf) =>
        leaf.CoSigners.Count == 0 ? "" : $", co-signed by {string.Join(", ", leaf.CoSigners.Select(s => s.Member))}";

    /// <summary>The same as a member of an object, when there are any.</summary>
    public static void WriteCoSigners(Utf8JsonWriter json, EvidenceLeaf leaf)
    {
        if (leaf.CoSigners.Count == 0) return;
        json.WriteStartArray("co_signers");
        foreach (var signer in leaf.CoSigners) json.WriteStringValue(signer.Member);
        json.WriteEndArray();
    }

    /// <summary>The lines of a whole record.</summary>
    public static void Lines(TextWriter output, EvidenceRecord record)
    {
        output.WriteLine($"  type      {record.Type} {record.Action}");
        output.WriteLine($"  subject   {record.Subject}");
        output.WriteLine($"  actor     {record.Actor} as {record.Role}");
        if (record.OccurredAt.UnixMilliseconds > 0)
            output.WriteLine($"  occurred  {record.OccurredAt} (by the sender's account)");
        foreach (var digest in record.Digests)
        {
            var value = Convert.ToHexStringLower(digest.Value.Span);
            output.WriteLine($"  digest    {digest.Algorithm}:{value} {digest.MediaType}".TrimEnd());
        }

        foreach (var attribute in record.Attributes)
            output.WriteLine($"  {attribute.Key} = {attribute.DisplayValue()}");
        foreach (var link in record.Links) output.WriteLine($"  link      {link}");
    }

    /// <summary>The members of an entry.</summary>
    public static void Write(Utf8JsonWriter json, EvidenceEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("id", entry.Id.ToString());
        json.WriteNumber("log_index", entry.Index.Value);
        json.WriteNumber("height", entry.Height.Value);
        json.WriteString("time", entry.Leaf.Time.ToString());
        json.WriteString("member", entry.Leaf.Member);
        WriteCoSigners(json, entry.Leaf);
        json.WriteNumber("subject_sequence", entry.Leaf.SubjectSequence);
        Write(json, "record", entry.Record);
        json.WriteEndObject();
    }

    /// <summary>A record as a member of an object.</summary>
    public static void Write(Utf8JsonWriter json, string name, EvidenceRecord record)
    {
        json.WriteStartObject(name);
        json.WriteString("type", record.Type);
        json.WriteString("subject", record.Subject);
        json.WriteString("actor", record.Actor);
        json.WriteString("action", record.Action);
        json.WriteString("role", record.Role);
        if (record.OccurredAt.UnixMilliseconds > 0) json.WriteString("occurred_at", record.OccurredAt.ToString());
        json.WriteStartArray("digests");
        foreach (var digest in record.Digests)
        {
            json.WriteStartObject();
            json.WriteString("algorithm", digest.Algorithm);
            json.WriteString("value", Convert.ToHexStringLower(digest.Value.Span));
            if (digest.MediaType.Length > 0) json.WriteString("media_type", digest.MediaType);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("attributes");
        foreach (var attribute in record.Attributes) json.WriteString(attribute.Key, attribute.DisplayValue());
        json.WriteEndObject();
        json.WriteStartArray("links");
        foreach (var link in record.Links) json.WriteStringValue(link.ToString());
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
