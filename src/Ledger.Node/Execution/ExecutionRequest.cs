using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Node.Admission;

namespace Ledger.Node.Execution;

/// <summary>What the execution stage is asked to do.</summary>
internal abstract record ExecutionRequest;

/// <summary>Execute a proposal that consensus committed.</summary>
internal sealed record ExecuteProposal(Proposal Proposal) : ExecutionRequest;

/// <summary>
/// Execute blocks that a peer served, ascending without gaps, the last with a certificate. One disk sync makes all of
/// them durable.
/// </summary>
internal sealed record ApplyCertified(IReadOnlyList<CertifiedBlock> Blocks, TaskCompletionSource? Done)
    : ExecutionRequest;

/// <summary>
/// A block that a peer served; its certificate, or a later block's that reaches it, was verified.
/// </summary>
internal sealed record CertifiedBlock(
    BlockHeader Header,
    ReadOnlyMemory<byte> HeaderBytes,
    Hash256 Hash,
    QuorumCertificate? Certificate,
    IReadOnlyList<CheckedTransaction> Transactions);

/// <summary>See what scheduled call falls due next. Asked once, at the start: from then on, the stage knows.</summary>
internal sealed record LookForDueCalls : ExecutionRequest
{
    public static LookForDueCalls Instance { get; } = new();
}

/// <summary>Transactions that a decided proposal lacked may be held now.</summary>
internal sealed record RetryExecution : ExecutionRequest
{
    public static RetryExecution Instance { get; } = new();
}

/// <summary>Where the execution stage reports to. Called on its thread; must not block for long.</summary>
internal interface IExecutionListener
{
    /// <summary>A committed proposal is a durable block now.</summary>
    void OnExecuted(BlockHeight height, ReadOnlyMemory<byte> headerBytes);

    /// <summary>A certified block from a peer is durable now.</summary>
    void OnSynced(BlockHeight height, ReadOnlyMemory<byte> headerBytes, QuorumCertificate certificate);

    /// <summary>
    /// A decided proposal's transactions are not all held here: others decided it before this node had them. Fetch them
    /// and ask for <see cref="RetryExecution"/>.
    /// </summary>
    void OnBodiesMissing(Proposal proposal);
}
