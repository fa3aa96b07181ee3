using System.Text.Json.Serialization;

namespace Ledger.Node.Api.Rest.Forms;

/// <summary>A transaction that is handed in.</summary>
internal sealed record SubmissionForm([property: JsonRequired] ReadOnlyMemory<byte> TransactionBytes);

/// <summary>What became of a transaction.</summary>
internal sealed record TransactionOutcomeForm(
    string TransactionId,
    string State,
    ulong? Height = null,
    uint? Position = null,
    string? Time = null,
    string? Reason = null,
    ulong? FirstLogIndex = null,
    uint? RecordCount = null,
    ContractOutcomeForm? Outcome = null);

/// <summary>Proof that the log of one size is a prefix of the log of another.</summary>
internal sealed record ConsistencyForm(
    ulong FromSize, ulong ToSize, IReadOnlyList<string> Path, BlockForm Header);

/// <summary>A key of the state tree: its value or its absence, and the proof.</summary>
internal sealed record StateForm(
    string Namespace,
    string? Key,
    ReadOnlyMemory<byte> KeyBytes,
    bool Present,
    RawJson? Value,
    ReadOnlyMemory<byte>? ValueBytes,
    ReadOnlyMemory<byte> ProofBytes,
    BlockForm Header);

/// <summary>How epochs ended.</summary>
internal sealed record EpochPage(ulong Epoch, IReadOnlyList<EpochEndForm> EpochEnds, ulong? NextFrom);

/// <summary>How one epoch ended: its last block, and the validators of the next.</summary>
internal sealed record EpochEndForm(
    BlockForm Header, IReadOnlyList<ValidatorForm> NextValidators, ReadOnlyMemory<byte> NextValidatorsBytes);

/// <summary>A page of members.</summary>
internal sealed record MemberPage(IReadOnlyList<MemberForm> Members, string? NextCursor);

/// <summary>A member.</summary>
internal sealed record MemberForm(
    string Id, string Name, IReadOnlyList<string> Roles, IReadOnlyList<MemberKeyForm> Keys,
    ReadOnlyMemory<byte> MemberBytes);

/// <summary>A key of a member.</summary>
internal sealed record MemberKeyForm(string KeyId, string Key, string Label);

/// <summary>A page of proofs of fault.</summary>
internal sealed record FaultPage(IReadOnlyList<FaultForm> Faults, string? NextCursor);

/// <summary>A proof of fault: who, what, and the file that anybody can verify.</summary>
internal sealed record FaultForm(
    string Kind, ulong Epoch, string CulpritKey, RawJson Proof, ReadOnlyMemory<byte> ProofBytes);

/// <summary>Why a call was refused (RFC 9457).</summary>
internal sealed record ProblemForm(
    string Type, string Title, int Status, string Reason, string Detail, long? RetryAfterMs = null);
