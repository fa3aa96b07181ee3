using Ledger.Consensus.Faults;
using Ledger.Consensus.Messages;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Testing.Consensus;

namespace Ledger.Consensus.Tests.Accountability;

/// <summary>
/// Everything that honest validators ever signed, in clusters with loss, crashes, restarts and a liar among them: no
/// two of those messages make a proof, of whatever kind and in whatever order.
/// </summary>
public sealed class HonestValidatorTests
{
    private static readonly FaultKind[] Kinds =
        [.. Enum.GetValues<FaultKind>().Where(k => k is not (FaultKind.None or FaultKind.ContradictingCheckpoints))];

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void No_two_messages_of_an_honest_validator_prove_a_fault(int validators)
    {
        var viewChanges = 0;
        for (ulong seed = 1; seed <= 8; seed++)
        {
            var cluster = new Cluster(new ClusterOptions
            {
                Validators = validators, Seed = seed, Loss = 50, Crash = 2, MaxDelayMs = 60,
            });
            cluster.Faulty.Add(0);
            var said = Record(cluster);
            for (var i = 0; i < 5; i++)
            {
                cluster.Submit(4);
                cluster.RunFor(1500);
                foreach (var node in cluster.Nodes) node.Restart();
            }

            cluster.Heal();
            cluster.RunFor(3000);
            viewChanges += said.Values.Count(m => m is ViewChange);
            Assert.All(Pairs(said.Values), pair => AssertNoFault(cluster, pair.First, pair.Second));
            AssertNoFaultInHeaders(cluster);
        }

        Assert.True(viewChanges > 0);
    }

    // The faulty one sends every second message in another version.
    private static SortedDictionary<string, ConsensusMessage> Record(Cluster cluster)
    {
        var said = new SortedDictionary<string, ConsensusMessage>(StringComparer.Ordinal);
        var factory = new MessageFactory(
            new ChannelBinding(cluster.Channel, new Epoch(0)), new ValidatorIndex(0), cluster.Suite.SignerOf(0));
        cluster.Mutate = (from, to, message) =>
        {
            if (from.Value != 0)
            {
                if (message.Signer == from && !message.Signature.IsEmpty)
                    said[Convert.ToHexString(message.Signature.Span)] = message;
                return [message];
            }

            if (message is not PrePrepare p || to.Value % 2 == 0) return [message];
            var other = Proposal.Create(
                p.Proposal.Epoch,
                p.Height,
                new Timestamp(p.Proposal.Time.UnixMilliseconds + 1),
                p.Signer,
                p.Proposal.TransactionIds,
                Sha256.Instance);
            return [factory.PrePrepare(p.View, other)];
        };
        return said;
    }

    private static IEnumerable<(ConsensusMessage First, ConsensusMessage Second)> Pairs(
        IEnumerable<ConsensusMessage> messages)
    {
        foreach (var group in messages.GroupBy(m => m.Signer.Value))
        {
            // Those that could go together: votes of one height, and view-changes with everything.
            var all = group.Where(m => m is Vote or ViewChange).ToList();
            foreach (var a in all)
            {
                foreach (var b in all)
                {
                    if (a is not Vote one || b is not Vote other || one.Height == other.Height) yield return (a, b);
                }
            }
        }
    }

    private static void AssertNoFault(Cluster cluster, ConsensusMessage a, ConsensusMessage b)
    {
        var (low, high) = FaultProof.Order(
            new SignedStatement(a.Payload, a.Signature), new SignedStatement(b.Payload, b.Signature));
        foreach (var kind in Kinds)
        {
            var concealed = kind == FaultKind.ConcealedCertificate;
            Assert.False(IsProven(cluster, new FaultProof
            {
                Channel = cluster.Channel,
                Epoch = new Epoch(0),
                Kind = kind,
                Culprit = cluster.Validators[a.Signer].Key.Encoded.ToArray(),
                First = concealed ? new SignedStatement(a.Payload, a.Signature) : low,
                Second = concealed ? new SignedStatement(b.Payload, b.Signature) : high,
            }));
        }
    }

    // Every header on an honest disk is one that its validator may have signed.
    private static void AssertNoFaultInHeaders(Cluster cluster)
    {
        foreach (var node in cluster.Nodes.Where(n => !cluster.Faulty.Contains(n.Index.Value)))
        {
            var blocks = node.Disk.Blocks;
            for (var i = 0; i < blocks.Count; i++)
            {
                for (var j = 0; j < blocks.Count; j++)
                {
                    Assert.Equal(
                        HeaderConflict.None,
                        HeaderConflicts.Find(blocks[i].Header, blocks[i].Hash, blocks[j].Header, blocks[j].Hash));
                }
            }
        }
    }

    private static bool IsProven(Cluster cluster, FaultProof proof)
    {
        var parameters = new ChannelParameters
        {
            Window = (uint)cluster.Options.Window,
            MaxBlockTransactions = (uint)cluster.Options.MaxTransactionsPerProposal,
        };
        ValidatorSet? Sets(Epoch epoch) => epoch.Value == 0 ? cluster.Validators : null;
        var verdict = FaultContext.Open(proof, cluster.Suite, Sets, out var context)
            ?? FaultVerifier.Verify(context!, parameters);
        return verdict.IsProven;
    }
}
