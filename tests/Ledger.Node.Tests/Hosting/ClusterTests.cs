using System.Runtime.InteropServices;
using Ledger.Core.Api.V1;
using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Node.Tests.Support;

namespace Ledger.Node.Tests.Hosting;

public sealed class ClusterTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TestCluster _cluster = new();

    public Task InitializeAsync()
    {
        _cluster.StartAll();
        return Task.CompletedTask;
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task What_is_anchored_through_different_nodes_is_one_chain_everywhere()
    {
        await Task.WhenAll(
            Enumerable.Range(0, 200).Select(i => _cluster.Anchor(i % 4, _cluster.Next($"org-{"abcd"[i % 4]}"))));

        await _cluster.AllAgree(0, 1, 2, 3);
    }

    [Fact]
    public async Task A_node_that_was_cut_off_catches_up()
    {
        await _cluster.Anchor(0, _cluster.Next());
        _cluster.Isolate(3);
        for (var i = 0; i < 30; i++) await _cluster.Anchor(i % 3, _cluster.Next());

        _cluster.Heal(3);

        await _cluster.AllAgree(0, 1, 2, 3);
    }

    [Fact]
    public async Task The_rest_goes_on_without_the_primary_and_the_primary_comes_back()
    {
        await _cluster.Anchor(1, _cluster.Next());
        _cluster.Isolate(0);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => _cluster.Anchor(1 + (i % 3), _cluster.Next())));

        await _cluster.AllAgree(1, 2, 3);
        _cluster.Heal(0);
        await _cluster.AllAgree(0, 1, 2, 3);
    }

    [Fact]
    public async Task Nothing_is_lost_when_all_nodes_end_and_start_again()
    {
        var sent = new List<SignedTransaction>();
        for (var i = 0; i < 20; i++) sent.Add(_cluster.Next());
        await Task.WhenAll(sent.Select((t, i) => _cluster.Anchor(i % 4, t)));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_cluster.StopAsync));
        _cluster.StartAll();

        await _cluster.AllAgree(0, 1, 2, 3);
        foreach (var transaction in sent)
        {
            var outcome = await _cluster.Outcome(2, transaction.Id);
            Assert.Equal(TransactionOutcome.Types.State.Committed, outcome.State);
        }
    }

    [Fact]
    public async Task Nodes_that_restart_one_after_the_other_under_load_lose_nothing()
    {
        var load = Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _cluster.Anchor(0, _cluster.Next())));
        foreach (var index in new[] { 1, 2, 3 })
        {
            await _cluster.StopAsync(index);
            _cluster.Start(index);
            await _cluster.Anchor(index, _cluster.Next());
        }

        await load;

        await _cluster.AllAgree(0, 1, 2, 3);
    }

    [Fact]
    public async Task P5_a_primary_whose_frames_are_garbage_does_not_stop_the_rest()
    {
        var garbled = _cluster.Peer(0);
        _cluster.Hub.Filter = (from, _, protocol, frame) =>
        {
            // All recipients of a broadcast share one array: the same damage for each.
            if (from == garbled && protocol == LedgerProtocols.Consensus)
                MemoryMarshal.AsMemory(frame).Span[frame.Length / 2] = 0xff;
            return true;
        };

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _cluster.Anchor(1 + (i % 3), _cluster.Next())));

        await _cluster.AllAgree(1, 2, 3);
    }

    [Fact]
    public async Task Frames_that_are_lost_are_made_up_for()
    {
        var sent = 0;
        _cluster.Hub.Filter = (_, _, _, _) => Interlocked.Increment(ref sent) % 5 != 0;

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => _cluster.Anchor(i % 4, _cluster.Next())));

        _cluster.Hub.Filter = null;
        await _cluster.AllAgree(0, 1, 2, 3);
    }
}
