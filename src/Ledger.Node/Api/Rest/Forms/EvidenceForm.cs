namespace Ledger.Node.Api.Rest.Forms;

/// <summary>One evidence record with its place in the log and in its subject's timeline.</summary>
internal sealed record EvidenceForm(
    string Id,
    ulong LogIndex,
    ulong Height,
    string Time,
    string Type,
    string? Stage,
    string? Lane,
    string Subject,
    ulong SubjectSequence,
    string? Previous,
    string Actor,
    string Action,
    string Role,
    string Member,
    string Sender,
    string? OccurredAt,
    IReadOnlyList<DigestForm> Digests,
    IReadOnlyList<AttributeForm> Attributes,
    IReadOnlyList<string> Links,
    IReadOnlyList<CoSignerForm>? CoSigners,
    string LeafHash,
    ReadOnlyMemory<byte> LeafBytes);

/// <summary>An evidence record without a place: in a transaction, or appended by a contract.</summary>
internal sealed record RecordForm(
    string? Id,
    string Type,
    string Subject,
    string Actor,
    string Action,
    string Role,
    string? OccurredAt,
    IReadOnlyList<DigestForm> Digests,
    IReadOnlyList<AttributeForm> Attributes,
    IReadOnlyList<string> Links);

/// <summary>A digest of what stays with its owner.</summary>
internal sealed record DigestForm(string Algorithm, string Value, string? MediaType);

/// <summary>A typed fact. The value is text whatever its kind: integers may exceed what JSON readers keep
/// exactly.</summary>
internal sealed record AttributeForm(string Key, string Kind, string Value);

/// <summary>A party that signed a record beside its sender.</summary>
internal sealed record CoSignerForm(string Member, string Key);

/// <summary>A page of evidence.</summary>
internal sealed record EvidencePage(IReadOnlyList<EvidenceForm> Evidence, string? NextCursor);
