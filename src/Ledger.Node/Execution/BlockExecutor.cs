using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Node.Admission;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// Turns a decided proposal into a block: results, leaves, state and the header over all of them. A function of the
/// chain below and the proposal; every node computes the same bytes. docs/spec/block.md.
/// </summary>
/// <remarks>Not thread-safe; owned by the execution stage. Reads no clock.</remarks>
internal sealed partial class BlockExecutor
{
    // Scheduled calls run before the transactions of a block and take this share of its gas, so that neither can starve
    // the other. What is left over is due in the next block.
    internal const int DueShare = 4;
    private const int MaxDueCalls = 64;

    private readonly HashFunction _hash;
    private readonly ChannelId _channel;
    private readonly TransactionRules _rules;
    private readonly IExecutionState _state;
    private readonly StateTree _stateTree;
    private readonly IContractRuntime? _contracts;
    private readonly CanonicalWriter _scratch = new(1024);
    private readonly ulong _dueGas;
    private LogFrontier _log;

    // Of the epoch of the block above the head.
    private ValidatorSet _validators;

    /// <param name="genesis">The channel's genesis.</param>
    /// <param name="rules">The rules of transactions.</param>
    /// <param name="state">The state after <paramref name="head"/>.</param>
    /// <param name="head">The newest block's header.</param>
    /// <param name="headHash">Its hash.</param>
    /// <param name="log">The log's frontier after it.</param>
    /// <param name="contracts">
    /// Executes contracts; required where the channel has them. The executor's thread is then its thread, and needs its
    /// stack.
    /// </param>
    public BlockExecutor(
        Genesis genesis,
        TransactionRules rules,
        IExecutionState state,
        BlockHeader head,
        Hash256 headHash,
        LogFrontier log,
        IContractRuntime? contracts = null)
    {
        if (contracts is null && genesis.Parameters.Contracts is not null)
            throw new ArgumentException("the channel has contracts and there is no runtime for them", nameof(contracts));
        _contracts = genesis.Parameters.Contracts is null ? null : contracts;
        _dueGas = (genesis.Parameters.Contracts?.MaxBlockGas ?? 0) / DueShare;
        _hash = genesis.Suite.Hash;
        _channel = genesis.Channel;
        _rules = rules;
        _state = state;
        _stateTree = new StateTree(_hash);
        _log = log;
        Head = head;
        HeadHash = headHash;
        _validators = state.Validators(head.NextEpoch);
    }

    /// <summary>The newest block's header.</summary>
    public BlockHeader Head { get; private set; }

    /// <summary>Its hash.</summary>
    public Hash256 HeadHash { get; private set; }

    /// <summary>The validators of the block above the head.</summary>
    public ValidatorSet Validators => _validators;

    /// <summary>
    /// Executes the block above the head. Changes nothing: <see cref="Advance"/> does.
    /// </summary>
    public ExecutedBlock Execute(ProposedBlock proposed)
    {
        if (proposed.Height != Head.Height.Next)
            throw new InvalidOperationException($"block {proposed.Height} does not follow {Head.Height}");
        if (proposed.Epoch != _validators.Epoch)
            throw new InvalidOperationException($"block {proposed.Height} is of epoch {_validators.Epoch}");
        // Consensus time always advances. Re-proposals after a view change may carry an old time, or none.
        var time = new Timestamp(Math.Max(proposed.Time.UnixMilliseconds, Head.Time.UnixMilliseconds + 1));
        var run = new Run(this, time, proposed.Transactions.Sum(t => t.Items.Count));
        run.LoadTimelines(proposed.Transactions);
        run.ExecuteDue(proposed.Height);
        foreach (var transaction in proposed.Transactions) run.Execute(transaction, proposed.Height);
        return run.Finish(proposed);
    }

    /// <summary>
    /// When the next scheduled call falls due, in the state after the head; null when none ever does.
    /// </summary>
    public Timestamp? NextDue() => _contracts?.NextDue(_state.Ledger);

    /// <summary>Makes an executed block the head.</summary>
    /// <param name="block">The block.</param>
    /// <param name="writer">
    /// Who writes it, until <see cref="Settle"/>: no second block is executed above the disk. Null when it is on disk.
    /// </param>
    public void Advance(ExecutedBlock block, IBlockWriter? writer = null)
    {
        Head = block.Commit.Block.Header;
        HeadHash = block.Commit.Block.Hash;
        _log = block.Log;
        _validators = block.Commit.NextValidators ?? _validators;
        _state.OnExecuted(block, writer);
    }

    /// <summary>The head is on disk.</summary>
    public void Settle() => _state.OnWritten();
}

/// <summary>A block that was executed and is to be made durable.</summary>
/// <param name="Commit">What to write.</param>
/// <param name="HeaderBytes">The header's exact bytes.</param>
/// <param name="Log">The log's frontier after it.</param>
internal sealed record ExecutedBlock(BlockCommit Commit, ReadOnlyMemory<byte> HeaderBytes, LogFrontier Log)
{
    /// <summary>The timelines that it appended to.</summary>
    public IReadOnlyList<Timeline> Timelines { get; init; } = [];

    /// <summary>How its contract transactions and scheduled calls ended, and the gas that each used.</summary>
    public IReadOnlyList<(ContractStatus Status, ulong Gas)> Contracts { get; init; } = [];
}
