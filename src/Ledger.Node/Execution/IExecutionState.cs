using Ledger.Contracts.Runtime;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Node.Admission;

namespace Ledger.Node.Execution;

/// <summary>What executing a block reads: the state after the block below it.</summary>
internal interface IExecutionState
{
    /// <summary>The members and their keys.</summary>
    MemberDirectory Members { get; }

    /// <summary>The validators of an epoch that has begun.</summary>
    ValidatorSet Validators(Epoch epoch);

    /// <summary>The state tree's pages.</summary>
    IStateNodes StatePages { get; }

    /// <summary>Gives each timeline its newest entry; none where a subject is new.</summary>
    void Load(IReadOnlyList<Timeline> timelines);

    /// <summary>The ledger as contracts read it.</summary>
    IContractLedger Ledger { get; }

    /// <summary>Whether a transaction is in a block already.</summary>
    bool IsRecorded(in Hash256 transactionId);

    /// <summary>A block was executed: what is read from now on is the state after it.</summary>
    /// <param name="block">The block.</param>
    /// <param name="writer">Who writes it, until <see cref="OnWritten"/> says that it is; null when it is on disk.</param>
    void OnExecuted(ExecutedBlock block, IBlockWriter? writer);

    /// <summary>The block that was being written is on disk.</summary>
    void OnWritten();
}
