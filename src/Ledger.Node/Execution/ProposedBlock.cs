using Ledger.Core.Blocks;
using Ledger.Node.Admission;

namespace Ledger.Node.Execution;

/// <summary>What consensus decided about a height: the inputs of execution.</summary>
/// <param name="Height">The height.</param>
/// <param name="Time">The proposal's time, which execution raises to just after the block below if need be.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Proposer">Who proposed it.</param>
/// <param name="Transactions">The transactions, in order.</param>
internal sealed record ProposedBlock(
    BlockHeight Height,
    Timestamp Time,
    Epoch Epoch,
    ValidatorIndex Proposer,
    IReadOnlyList<CheckedTransaction> Transactions);
