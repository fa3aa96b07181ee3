namespace Ledger.Testing.Consensus;

/// <summary>What can happen to a simulated cluster until it heals. Rates are in permille.</summary>
public sealed record ClusterOptions
{
    public int Validators { get; init; } = 4;

    /// <summary>
    /// Nodes that do not validate in epoch 0: they follow, until a change of validators takes them in.
    /// </summary>
    public int Followers { get; init; }

    public ulong Seed { get; init; } = 1;

    public int Loss { get; init; }

    public int Duplication { get; init; }

    public int MaxDelayMs { get; init; } = 5;

    /// <summary>How often a node crashes in the middle of acting on its effects.</summary>
    public int Crash { get; init; }

    public int Window { get; init; } = 16;

    public int MaxInFlight { get; init; } = 4;

    public int MaxTransactionsPerProposal { get; init; } = 8;
}
