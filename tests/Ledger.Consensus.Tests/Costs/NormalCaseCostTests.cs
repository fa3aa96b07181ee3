using Ledger.Consensus.Messages;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests.Costs;

/// <summary>What one block costs when nothing goes wrong: exact counts, so that a change of cost is a choice.</summary>
public sealed class NormalCaseCostTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(10)]
    public void A_block_costs_each_validator_three_signatures_and_one_verification_for_each_message(int validators)
    {
        var cluster = new Cluster(new ClusterOptions { Validators = validators });
        cluster.RunFor(100);
        var (signings, verifications) = (cluster.Suite.Signings, cluster.Suite.Verifications);
        cluster.Sent.Clear();

        cluster.Submit(4);
        cluster.RunFor(150);

        Assert.True(cluster.IsSettled(), cluster.Describe());
        Assert.Equal(1UL, cluster.Nodes[0].Disk.Tip.Value);
        var others = validators - 1;
        Assert.Equal(others, cluster.Sent.GetValueOrDefault(MessageKind.PrePrepare));
        Assert.Equal(others * others, cluster.Sent.GetValueOrDefault(MessageKind.Prepare));
        Assert.Equal(validators * others, cluster.Sent.GetValueOrDefault(MessageKind.Commit));
        Assert.Equal(validators * others, cluster.Sent.GetValueOrDefault(MessageKind.Checkpoint));
        Assert.Equal(others * ((3 * validators)), cluster.Sent.Values.Sum());
        // A pre-prepare or a prepare, a commit and a checkpoint each.
        Assert.Equal(validators * 3, cluster.Suite.Signings - signings);
        Assert.Equal(cluster.Sent.Values.Sum(), cluster.Suite.Verifications - verifications);
    }
}
