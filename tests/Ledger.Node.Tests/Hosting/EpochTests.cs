using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Hosting;

/// <summary>Whole nodes whose validators change while they run.</summary>
public sealed class EpochTests : IAsyncDisposable
{
    private readonly TestCluster _cluster = new(candidates: 1);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_validator_joins_another_leaves_and_receipts_of_every_epoch_verify_from_genesis()
    {
        _cluster.StartAll();
        var anchored = new List<Hash256> { await Anchor(0) };

        await _cluster.Change(0, 0, A.Adding(_cluster.Genesis, "org-e"));
        await _cluster.Reach(1, 0, 1, 2, 3, 4);
        var joined = await _cluster.StatusOf(4);
        Assert.Equal(("validator", 4U, 5), (joined.Role, joined.ValidatorIndex, joined.Validators.Count));
        anchored.Add(await Anchor(4));

        await _cluster.Change(4, 1, ValidatorStep.Remove(A.ValidatorSigner("org-b").PublicKey));
        await _cluster.Reach(2, 0, 1, 2, 3, 4);
        var left = await _cluster.StatusOf(1);
        Assert.Equal(("follower", false), (left.Role, left.Ready));
        anchored.Add(await Anchor(2));
        await _cluster.AllAgree(0, 2, 3, 4);

        for (var epoch = 0; epoch < anchored.Count; epoch++)
        {
            var bytes = await _cluster.Receipt(0, anchored[epoch]);
            Assert.True(ReceiptVerifier.Verify(bytes, _cluster.Genesis).IsValid);
            Assert.True(Receipt.TryDecode(bytes, out var receipt, out _));
            Assert.Equal(epoch, receipt.EpochChanges.Count);
        }
    }

    [Fact]
    public async Task A_removed_validator_follows_and_serves_what_came_after()
    {
        _cluster.StartAll();
        await _cluster.Change(0, 0, ValidatorStep.Remove(A.ValidatorSigner("org-d").PublicKey));
        await _cluster.Reach(1, 0, 1, 2, 3);

        var later = await Anchor(0);

        using var limit = new CancellationTokenSource(TestCluster.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((await _cluster.Outcome(3, later)).State != TransactionOutcome.Types.State.Committed)
            await timer.WaitForNextTickAsync(limit.Token);
        Assert.True(ReceiptVerifier.Verify(await _cluster.Receipt(3, later), _cluster.Genesis).IsValid);
    }

    [Fact]
    public async Task Nothing_is_lost_when_epochs_end_under_load()
    {
        _cluster.StartAll();
        var sent = Enumerable.Range(0, 120).Select(_ => _cluster.Next()).ToList();
        var load = Task.WhenAll(sent.Select((t, i) => _cluster.Anchor(i % 3, t)));
        await _cluster.Change(0, 0, A.Adding(_cluster.Genesis, "org-e"));
        await _cluster.Reach(1, 1);
        await _cluster.Change(1, 1, ValidatorStep.Remove(A.ValidatorSigner("org-d").PublicKey));
        await load;

        await _cluster.AllAgree(0, 1, 2, 4);
        foreach (var transaction in sent)
        {
            var outcome = await _cluster.Outcome(4, transaction.Id);
            Assert.Equal(TransactionOutcome.Types.State.Committed, outcome.State);
            Assert.Equal(1U, outcome.LeafCount);
        }
    }

    [Fact]
    public async Task All_nodes_start_again_in_the_epoch_that_they_were_in()
    {
        _cluster.StartAll();
        await _cluster.Change(0, 0, A.Adding(_cluster.Genesis, "org-e"));
        await _cluster.Reach(1, 0, 1, 2, 3, 4);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_cluster.StopAsync));

        _cluster.StartAll();

        await Anchor(4);
        await _cluster.AllAgree(0, 1, 2, 3, 4);
        Assert.Equal(1UL, (await _cluster.StatusOf(4)).Epoch);
    }

    [Fact]
    public async Task A_node_that_was_down_through_two_epochs_comes_back_into_the_third()
    {
        _cluster.StartAll();
        await Anchor(0);
        await _cluster.StopAsync(2);
        await _cluster.Change(0, 0, A.Adding(_cluster.Genesis, "org-e"));
        await _cluster.Reach(1, 0, 1, 3, 4);
        await _cluster.Change(0, 1, ValidatorStep.Remove(A.ValidatorSigner("org-e").PublicKey));
        await _cluster.Reach(2, 0, 1, 3);

        _cluster.Start(2);

        await _cluster.Reach(2, 2);
        await _cluster.AllAgree(0, 1, 2, 3);
    }

    [Fact]
    public async Task A_newcomer_joins_when_no_genesis_validator_is_left_by_a_peer_that_it_was_told()
    {
        await using var cluster = new TestCluster(nodes: 1, candidates: 2);
        cluster.Start(0);
        cluster.Start(1);
        var (genesis, first) = (cluster.Genesis, cluster.Genesis.Validators[new ValidatorIndex(0)].Key);
        var second = A.Validator("org-b");
        var claim = A.ClaimOf(genesis, second, A.ValidatorSigner("org-b"));
        await cluster.Change(0, 0, ValidatorStep.Replace(first, second, claim));
        await cluster.Reach(1, 1);
        await cluster.StopAsync(0);
        await cluster.Anchor(1, cluster.Next());

        cluster.KnownPeers = [$"{Convert.ToHexStringLower(second.Key.Encoded)}@{second.Address}"];
        cluster.Start(2);
        await cluster.Change(1, 1, A.Adding(genesis, "org-c"));

        await cluster.Reach(2, 1, 2);
        await cluster.AllAgree(1, 2);
    }

    [Fact]
    public async Task P9_a_single_validator_becomes_two()
    {
        await using var cluster = new TestCluster(nodes: 1, candidates: 1);
        cluster.StartAll();
        await cluster.Anchor(0, cluster.Next());

        await cluster.Change(0, 0, A.Adding(cluster.Genesis, "org-b"));
        await cluster.Reach(1, 0, 1);

        await cluster.AllAgree(0, 1);
    }

    private async Task<Hash256> Anchor(int node)
    {
        var transaction = _cluster.Next();
        await _cluster.Anchor(node, transaction);
        return transaction.Id;
    }
}
