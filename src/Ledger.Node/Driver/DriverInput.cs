using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;

namespace Ledger.Node.Driver;

/// <summary>What the driver's thread takes in. Data, not closures: it can be logged and compared.</summary>
internal abstract record DriverInput;

/// <summary>An input for the replica.</summary>
internal sealed record ReplicaInput(Input Input) : DriverInput;

/// <summary>The check of a proposal whose transactions had to be fetched has ended.</summary>
internal sealed record ProposalFetched(ValidateProposal Asked, bool Accepted) : DriverInput;

/// <summary>Time to look at the clock.</summary>
internal sealed record ClockTick : DriverInput
{
    public static ClockTick Instance { get; } = new();
}

/// <summary>The pool got its first waiting transaction: there may be something to propose.</summary>
internal sealed record PoolWake : DriverInput
{
    public static PoolWake Instance { get; } = new();
}
