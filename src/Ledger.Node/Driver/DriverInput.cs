using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Network;

namespace Ledger.Node.Driver;

/// <summary>What the driver's thread takes in. Data, not closures: it can be logged and compared.</summary>
internal abstract record DriverInput;

/// <summary>An input for the replica.</summary>
internal sealed record ReplicaInput(Input Input) : DriverInput;

/// <summary>A request for transactions has ended, with or without an answer.</summary>
internal sealed record TransactionsFetched(FetchLane Lane, long Search) : DriverInput;

/// <summary>A decided proposal cannot be executed: not all of its transactions are held here.</summary>
internal sealed record BodiesMissing(Proposal Proposal) : DriverInput;

/// <summary>
/// A peer sent a message of another epoch: it is behind, or this node is. Believed as a hint and no further.
/// </summary>
internal sealed record OtherEpochSeen(PeerId From, bool IsLater) : DriverInput;

/// <summary>Time to look at the clock.</summary>
internal sealed record ClockTick : DriverInput
{
    public static ClockTick Instance { get; } = new();
}

/// <summary>The pool got a transaction: there may be something to propose, or what a proposal lacked.</summary>
internal sealed record PoolWake : DriverInput
{
    public static PoolWake Instance { get; } = new();
}
