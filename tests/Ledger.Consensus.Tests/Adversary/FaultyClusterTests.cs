using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests.Adversary;

/// <summary>Whole clusters with f faulty validators, which act through the messages they send.</summary>
public sealed class FaultyClusterTests
{
    private static Cluster Create(
        int validators,
        ulong seed,
        Func<MessageFactory, ValidatorIndex, ConsensusMessage, ConsensusMessage?> act)
    {
        var cluster = new Cluster(new ClusterOptions { Validators = validators, Seed = seed, MaxDelayMs = 30 });
        cluster.Faulty.Add(0);
        var factory = new MessageFactory(
            new ChannelBinding(cluster.Channel, new Epoch(0)), new ValidatorIndex(0), cluster.Suite.SignerOf(0));
        cluster.Mutate = (from, to, message) =>
            from.Value != 0 ? [message] : act(factory, to, message) is { } sent ? [sent] : [];
        return cluster;
    }

    private static void RunToTheEnd(Cluster cluster)
    {
        cluster.RunFor(100);
        for (var i = 0; i < 5; i++)
        {
            cluster.Submit(6);
            cluster.RunFor(700);
        }

        Assert.True(cluster.RunUntil(cluster.IsSettled, 60_000), $"seed {cluster.Options.Seed}\n{cluster.Describe()}");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void A_primary_that_tells_each_half_another_proposal_forks_nothing_and_is_found_out(int validators)
    {
        var found = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var cluster = Create(validators, seed, (factory, to, message) =>
            {
                if (message is not PrePrepare p || to.Value % 2 == 0) return message;
                var later = new Timestamp(p.Proposal.Time.UnixMilliseconds + 1);
                var other = Proposal.Create(
                    p.Proposal.Epoch, p.Height, later, p.Signer, p.Proposal.TransactionIds, Sha256.Instance);
                return factory.PrePrepare(p.View, other);
            });

            RunToTheEnd(cluster);
            found += cluster.Nodes.Sum(n => n.Faults.Count(f => f.Evidence.Culprit.Value == 0));
            Assert.All(cluster.Nodes.SelectMany(n => n.Faults), f => Assert.Equal(0, f.Evidence.Culprit.Value));
        }

        Assert.True(found > 0);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void A_primary_that_keeps_its_proposals_from_one_validator_does_not_stop_it(int validators)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var cluster = Create(
                validators, seed, (_, to, message) => message is PrePrepare && to.Value == 1 ? null : message);

            RunToTheEnd(cluster);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    public void A_silent_validator_stops_nobody(int validators)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var cluster = Create(validators, seed, (_, _, _) => null);
            RunToTheEnd(cluster);
            Assert.All(cluster.Nodes.Skip(1), n => Assert.True(n.Replica!.View.Value > 0));
        }
    }

    [Fact]
    public void A_validator_that_withholds_commits_or_checkpoints_from_some_forks_nothing()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var cluster = Create(4, seed, (_, to, message) =>
                message is Commit or Checkpoint or ViewChange or NewView && to.Value != 2 ? null : message);
            RunToTheEnd(cluster);
        }
    }

    [Fact]
    public void P1_a_validator_that_asks_for_ever_higher_views_moves_nobody()
    {
        ulong view = 1_000;
        var cluster = Create(4, 1, (factory, _, message) => message is Status
            ? factory.ViewChange(new ViewChangeContent(new View(view += 1_000_000), null, []), [])
            : message);

        RunToTheEnd(cluster);

        Assert.All(cluster.Nodes.Skip(1), n => Assert.Equal(0UL, n.Replica!.View.Value));
    }

    [Fact]
    public void A_validator_that_always_asks_for_the_next_view_gets_one_in_ten_timeouts_at_most()
    {
        ulong view = 0;
        var cluster = Create(4, 1, (factory, _, message) => message is Status
            ? factory.ViewChange(new ViewChangeContent(new View(view + 1), null, []), [])
            : message);
        for (var i = 0; i < 100; i++)
        {
            cluster.Submit(2);
            cluster.RunFor(1000);
            view = cluster.Nodes[1].Replica!.View.Value;
        }

        // A rotation every ten seconds, and one view more each time that the faulty validator's turn comes.
        Assert.InRange(view, 1UL, 15UL);
        Assert.True(cluster.RunUntil(cluster.IsSettled, 60_000), cluster.Describe());
    }
}
