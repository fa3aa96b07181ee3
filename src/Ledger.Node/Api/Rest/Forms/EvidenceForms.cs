using System.Text.Json;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using WireEvidence = Ledger.Core.Api.V1.Evidence;

namespace Ledger.Node.Api.Rest.Forms;

/// <summary>Evidence as people and programs read it.</summary>
internal static class EvidenceForms
{
    public static EvidenceForm Of(WireEvidence evidence, HashFunction hash)
    {
        if (!EvidenceLeaf.TryDecode(evidence.Leaf.Memory, out var leaf, out var record, out var error))
            throw new UndecodableException($"leaf {evidence.LogIndex}: {error}");
        var type = EvidenceCatalogue.Find(record.Type);
        return new EvidenceForm(
            leaf.Id.ToString(),
            evidence.LogIndex,
            evidence.Height,
            leaf.Time.ToString(),
            record.Type,
            type?.Stage.Prefix(),
            type?.Lane.English(),
            record.Subject,
            leaf.SubjectSequence,
            leaf.Previous?.ToString(),
            record.Actor,
            record.Action,
            record.Role,
            leaf.Member,
            leaf.Sender.ToString(),
            FormText.Time(record.OccurredAt.UnixMilliseconds),
            DigestsOf(record),
            AttributesOf(record),
            LinksOf(record),
            leaf.CoSigners.Count == 0
                ? null
                : [.. leaf.CoSigners.Select(s => new CoSignerForm(s.Member, s.Key.ToString()))],
            EvidenceLeaf.HashOf(evidence.Leaf.Span, hash).ToString(),
            evidence.Leaf.Memory);
    }

    public static RecordForm Of(EvidenceRecord record, EvidenceId? id) => new(
        id?.ToString(),
        record.Type,
        record.Subject,
        record.Actor,
        record.Action,
        record.Role,
        FormText.Time(record.OccurredAt.UnixMilliseconds),
        DigestsOf(record),
        AttributesOf(record),
        LinksOf(record));

    private static List<DigestForm> DigestsOf(EvidenceRecord record) => [.. record.Digests.Select(d =>
        new DigestForm(d.Algorithm, FormText.Hex(d.Value.Span), FormText.OrNull(d.MediaType)))];

    private static List<AttributeForm> AttributesOf(EvidenceRecord record) => [.. record.Attributes.Select(a =>
        new AttributeForm(a.Key, JsonNamingPolicy.SnakeCaseLower.ConvertName(a.Kind.ToString()), a.DisplayValue()))];

    private static List<string> LinksOf(EvidenceRecord record) => [.. record.Links.Select(l => l.ToString())];
}
