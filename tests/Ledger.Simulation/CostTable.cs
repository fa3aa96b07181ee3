using System.Globalization;
using Ledger.Simulation.World;
using Ledger.Testing.Consensus;

namespace Ledger.Simulation;

/// <summary>What a block and a transaction cost on a sound network, for each number of validators.</summary>
internal sealed record CostRow
{
    public required int Validators { get; init; }

    /// <summary>Consensus messages that leave one node, for each transaction.</summary>
    public required double MessagesPerTransaction { get; init; }

    /// <summary>Consensus messages that leave all nodes, for each block.</summary>
    public required double MessagesPerBlock { get; init; }

    /// <summary>Signatures that one node verifies for each block, but for the clients'.</summary>
    public required double VerificationsPerBlock { get; init; }

    /// <summary>Signatures that one node verifies for each transaction, the client's among them.</summary>
    public required double VerificationsPerTransaction { get; init; }

    /// <summary>Bytes of clients' transactions that one node passes on, for each transaction of the channel.</summary>
    public required double BodyBytesPerTransaction { get; init; }

    /// <summary>Bytes of consensus messages that one node sends for each block.</summary>
    public required double BytesPerBlock { get; init; }

    /// <summary>Disk syncs of one node for each block.</summary>
    public required double SyncsPerBlock { get; init; }

    /// <summary>The row as docs/internals/simulation.md has it.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Validators} | {MessagesPerTransaction:f3} | {MessagesPerBlock:f0} | {VerificationsPerBlock:f1} | " +
        $"{VerificationsPerTransaction:f3} | {BytesPerBlock:f0} | {BodyBytesPerTransaction:f0} | {SyncsPerBlock:f1} |");
}

/// <summary>Measures and prints the costs.</summary>
internal static class CostTable
{
    private const int TransactionsPerBlock = 200;
    private const int Blocks = 20;

    public static IReadOnlyList<int> Sizes { get; } = [4, 7, 10, 13, 16];

    public static CostRow Measure(int validators)
    {
        var world = new SimWorld(new SimPlan
        {
            Seed = 1,
            Validators = validators,
            MaxBlockTransactions = TransactionsPerBlock,
            MaxDelayMs = 1,
        });
        foreach (var node in world.Nodes) node.Start();
        world.Run(100);
        var suite = (FakeSuite)world.Chain.Suite;
        // Full blocks: what waits is always more than a block takes.
        var verified = suite.Verifications;
        for (var i = 0; i < TransactionsPerBlock * Blocks; i++) world.Clients.Submit(i % validators);
        var done = world.Run(60_000, world.Clients.AreServed);
        world.Checks.Require(done, "costs", "a sound network does not get through its work");
        var traffic = world.Network.Traffic[(int)Lane.Consensus];
        var bodies = world.Network.Traffic[(int)Lane.Transactions];
        var blocks = (double)world.Checks.Highest;
        // Each node checks each client's signature once.
        double others = suite.Verifications - verified - world.Checks.SignaturesVerified
            - ((long)world.Clients.Count * validators);
        return new CostRow
        {
            Validators = validators,
            MessagesPerTransaction = traffic.Frames / (double)validators / world.Clients.Count,
            MessagesPerBlock = traffic.Frames / blocks,
            VerificationsPerBlock = others / validators / blocks,
            VerificationsPerTransaction = (others / validators / world.Clients.Count) + 1,
            BodyBytesPerTransaction = bodies.Bytes / (double)validators / world.Clients.Count,
            BytesPerBlock = traffic.Bytes / (double)validators / blocks,
            SyncsPerBlock = world.Nodes.Sum(n => n.Chain.Syncs + n.Votes.Syncs) / (double)validators / blocks,
        };
    }

    public static void Write(TextWriter output)
    {
        output.WriteLine(
            "| validators | messages a transaction, one node | messages a block, all nodes | " +
            "verifications a block, one node | verifications a transaction, one node | consensus bytes a block, one node | " +
            "bytes passed on a transaction, one node | syncs a block, one node |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var size in Sizes) output.WriteLine(Measure(size));
    }
}
