using Ledger.Client;
using Ledger.Client.Submit;
using Ledger.Core.Api.V1;
using Ledger.Core.Transactions;
using Ledger.Storage.Verify;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>What must hold after every fault.</summary>
internal static class ChainChecks
{
    /// <summary>
    /// Waits until all nodes have certified the same block as their newest and have executed nothing beyond it. Returns
    /// how long that took.
    /// </summary>
    public static Task<TimeSpan> HeadsBecomeEqualAsync(this Consortium consortium) =>
        Eventually.HoldsAsync("all nodes have the same certified head", async stop =>
        {
            var heads = await Task.WhenAll(consortium.Nodes.Select(n => n.StatusAsync(stop)));
            var distinct = heads.Select(h => (h.CertifiedHeight, h.Height, h.CertifiedHeaderHash, h.LogSize)).Distinct();
            var equal = distinct.Count() == 1 && heads[0].CertifiedHeight == heads[0].Height;
            return (equal, string.Join("; ", heads.Select(Describe)));
        });

    /// <summary>
    /// On every node, the subject's timeline holds exactly what was acknowledged: each record once, where its
    /// acknowledgement says, each writer's in order. The SDK verifies the hash chain, the sequence numbers and the
    /// certified end.
    /// </summary>
    public static async Task TimelinesHoldExactlyAsync(
        this Consortium consortium, string subject, IReadOnlyList<AnchorOutcome> acknowledged)
    {
        var expected = acknowledged.OrderBy(a => a.FirstLeaf.Value)
            .Select(a => (a.IdOf(0), a.FirstLeaf, a.Height)).ToArray();
        foreach (var node in consortium.Nodes)
        {
            using var client = consortium.ClientOf(node);
            var timeline = await client.GetTimelineAsync(subject);

            Assert.Equal(expected, timeline.Entries.Select(e => (e.Id, e.Index, e.Height)));
            foreach (var writer in timeline.Entries.GroupBy(e => e.Record.Actor))
            {
                var numbers = writer.Select(e => e.Record.Attribute("x-number")!.AsInteger!.Value);
                Assert.Equal(Enumerable.Range(1, writer.Count()).Select(n => (long)n), numbers);
            }
        }
    }

    /// <summary>The same, and then all nodes stop in order and leave sound databases.</summary>
    public static async Task EndsWithExactlyAsync(
        this Consortium consortium, string subject, IReadOnlyList<AnchorOutcome> acknowledged)
    {
        await consortium.TimelinesHoldExactlyAsync(subject, acknowledged);
        await consortium.StopAsync();
        consortium.DatabasesAreSound();
    }

    /// <summary>
    /// What is submitted at a node that has no quorum waits, and nobody is told that it was recorded. Returns it.
    /// </summary>
    public static async Task<SignedTransaction> AskInVainAsync(this Consortium consortium, int node, string subject)
    {
        using var client = new LedgerClient(consortium.Options with
        {
            Endpoints = [consortium.Nodes[node].Grpc],
            CallTimeout = TimeSpan.FromSeconds(2),
            AnchorPatience = TimeSpan.FromSeconds(2),
        });
        var transaction = client.SignPayment(subject);
        Assert.Equal(AnchorState.Undecided, (await client.AnchorAsync(transaction)).State);
        return transaction;
    }

    /// <summary>The number of the validator that is primary, as the first node that runs has it.</summary>
    public static async Task<int> PrimaryAsync(this Consortium consortium) =>
        (int)(await consortium.Nodes.First(n => n.IsRunning).StatusAsync()).Primary;

    /// <summary>The databases of nodes that were stopped are sound.</summary>
    public static void DatabasesAreSound(this Consortium consortium)
    {
        foreach (var node in consortium.Nodes)
        {
            Assert.False(node.IsRunning);
            var report = DatabaseVerifier.Verify(
                new VerifyOptions
                {
                    Path = Path.Combine(node.DataPath, "chain"),
                    VotesPath = Path.Combine(node.DataPath, "votes"),
                },
                consortium.Genesis);
            Assert.True(report.IsSound, $"node {node.Index}: {string.Join('\n', report.Findings.Take(20))}");
        }
    }

    private static string Describe(NodeStatus status) =>
        $"node {status.ValidatorIndex}: certified {status.CertifiedHeight}, executed {status.Height}, view {status.View}"
        + $", pool {status.PoolTransactions}{(status.Ready ? "" : $", not ready: {status.NotReadyReason}")}";
}
