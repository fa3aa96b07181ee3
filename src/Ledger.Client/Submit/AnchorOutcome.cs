using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;

namespace Ledger.Client.Submit;

/// <summary>What became of a transaction.</summary>
public enum AnchorState
{
    /// <summary>
    /// Not known yet. The transaction may still be recorded: submit the very same transaction again, never a new one
    /// with the same records.
    /// </summary>
    Undecided = 0,

    /// <summary>In a certified block, and it took effect.</summary>
    Recorded,

    /// <summary>In a certified block, without effect.</summary>
    Failed,

    /// <summary>
    /// Refused by a node before it entered a block. As long as <c>valid_until</c> lies ahead, another node might still
    /// accept the same transaction.
    /// </summary>
    Refused,

    /// <summary>Not recorded, and it never can be: <c>valid_until</c> has passed on the chain itself.</summary>
    NotRecorded,
}

/// <summary>A transaction and what became of it. Immutable.</summary>
public sealed record AnchorOutcome
{
    /// <summary>The transaction; keep it while the state is <see cref="AnchorState.Undecided"/>.</summary>
    public required SignedTransaction Transaction { get; init; }

    /// <summary>What became of it.</summary>
    public required AnchorState State { get; init; }

    /// <summary>The block, when recorded or failed.</summary>
    public BlockHeight Height { get; init; }

    /// <summary>The log index of the first record, when recorded.</summary>
    public LogIndex FirstLeaf { get; init; }

    /// <summary>Number of records, when recorded.</summary>
    public uint LeafCount { get; init; }

    /// <summary>Consensus time of the block, when recorded or failed.</summary>
    public Timestamp Time { get; init; }

    /// <summary>
    /// What the contract did, as the node that answered says; null when the transaction is not one of contracts, or was
    /// not executed. <see cref="LedgerClient.GetResultReceiptAsync"/> proves it.
    /// </summary>
    public ContractOutcome? Contract { get; init; }

    /// <summary>The reason's name (docs/spec/reasons.md), when failed or refused.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence for people, or null.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether it is undecided because no node answered at the end.</summary>
    internal bool NoAnswer { get; init; }

    /// <summary>Whether the records are on the chain.</summary>
    public bool IsRecorded => State == AnchorState.Recorded;

    /// <summary>Whether it is certain that this transaction neither has taken nor ever can take effect.</summary>
    public bool IsDefinitelyWithoutEffect => State is AnchorState.Failed or AnchorState.NotRecorded;

    /// <summary>The id of one of the transaction's records.</summary>
    public EvidenceId IdOf(uint place) => new(Transaction.Id, place);
}
