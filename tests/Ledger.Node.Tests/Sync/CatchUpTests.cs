using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Node.Sync;
using Ledger.Node.Wire;
using Ledger.Testing.Builders;
using Ledger.Testing.Consensus;
using static Ledger.Node.Tests.Sync.ServedChain;

namespace Ledger.Node.Tests.Sync;

public sealed class CatchUpTests : IDisposable
{
    // Each lie: what a peer makes of the honest blocks, and the reason for which it is refused.
    private static readonly Dictionary<string, (Func<List<SyncBlock>, byte[]> Lie, SyncFault Fault)> Lies = new()
    {
        ["garbage"] = (_ => [0xff, 0xff, 0xff], SyncFault.NotAnAnswer),
        ["more than asked for"] = (b => Encode([.. b, .. b]), SyncFault.TooMuch),
        ["a header that does not decode"] =
            (b => Encode([b[0] with { HeaderBytes = new byte[] { 1 } }]), SyncFault.MalformedHeader),
        ["another time in the header"] =
            (b => Encode([Changed(b[0], h => h with { Time = new Timestamp(1) })]), SyncFault.NotCertified),
        ["another state root"] =
            (b => Encode([Changed(b[0], h => h with { StateRoot = Hash256.Zero })]), SyncFault.NotCertified),
        ["a certificate of too few"] =
            (b => Encode([b[0] with { Certificate = CertificateOf(b[0], 2) }]), SyncFault.NotCertified),
        ["a certificate of another block"] =
            (b => Encode([b[0] with { Certificate = b[1].Certificate }]), SyncFault.NotCertified),
        ["a gap"] = (b => Encode([b[1]]), SyncFault.NotNext),
        ["a gap between"] = (b => Encode([b[0], b[2]]), SyncFault.NotNext),
        ["the same block twice"] = (b => Encode([b[0], b[0]]), SyncFault.NotNext),
        ["a fork below a certificate"] =
            (b => Encode([Changed(b[0], h => h with { Time = new Timestamp(1) }, null), b[1]]), SyncFault.NotNext),
        ["another channel"] =
            (b => Encode([Changed(b[0], h => h with { Channel = A.Genesis(channel: "x").Channel })]), SyncFault.NotNext),
        ["another epoch"] =
            (b => Encode([Changed(b[0], h => h with { Epoch = new Epoch(1) })]), SyncFault.OtherEpoch),
        ["another epoch in the middle"] =
            (b => Encode([b[0], Changed(b[1], h => h with { Epoch = new Epoch(1) })]), SyncFault.OtherEpoch),
        ["a transaction less"] =
            (b => Encode([b[0] with { Transactions = [b[0].Transactions[0]] }]), SyncFault.OtherTransactions),
        ["transactions swapped"] =
            (b => Encode([b[0] with { Transactions = [.. b[0].Transactions.Reverse()] }]), SyncFault.OtherTransactions),
        ["a signature swapped"] =
            (b => Encode([b[0] with { Transactions = [Resigned(b[0]), b[0].Transactions[1]] }]), SyncFault.BadSignature),
        ["no transaction at all"] =
            (b => Encode([b[0] with { Transactions = [new byte[] { 1 }, new byte[] { 2 }] }]), SyncFault.BadTransaction),
    };

    private readonly ServedChain _chain = new(10);

    public static TheoryData<string> NamesOfLies => [.. Lies.Keys];

    public void Dispose() => _chain.Dispose();

    [Fact]
    public void Ranges_are_asked_of_several_peers_at_once_and_applied_in_order()
    {
        var scene = new CatchUpScene(_chain);
        scene.Target(10);

        Assert.Equal([1UL, 5UL, 9UL], scene.Asked.Select(a => ((SyncRequest.Blocks)a.Request).From.Value));
        Assert.Equal([0, 1, 2], scene.Asked.Select(scene.PeerOf));

        // The last comes first.
        while (scene.Asked.Count > 0) scene.AnswerHonestly(scene.Asked[^1]);
        scene.Run(a => scene.AnswerHonestly(a));

        Assert.Equal(10, scene.Applied.Count);
        Assert.Equal(_chain.Ledger.Chain.Certified.Hash, scene.Applied[^1].Hash);
        Assert.Empty(scene.Lies);
        Assert.Equal(0, scene.BufferedBytes);
    }

    [Fact]
    public void The_costs_are_one_request_a_range_and_one_signature_check_a_transaction()
    {
        var scene = new CatchUpScene(_chain);
        scene.Target(10);
        scene.Run(a => scene.AnswerHonestly(a));

        Assert.Equal(3, scene.Requests);
        Assert.Equal(20, scene.Verifier.SignaturesChecked);
    }

    [Theory]
    [MemberData(nameof(NamesOfLies))]
    public void A_lie_is_refused_with_its_own_reason_and_others_are_asked(string name)
    {
        var (lie, fault) = Lies[name];
        var scene = new CatchUpScene(_chain);
        scene.Target(10);

        scene.Run(ask =>
        {
            if (scene.PeerOf(ask) == 0) scene.Answer(ask, lie(_chain.Blocks((SyncRequest.Blocks)ask.Request)));
            else scene.AnswerHonestly(ask);
        });

        Assert.Equal([(scene.PeerIds[0], fault)], scene.Lies);
        Assert.Equal(10, scene.Applied.Count);
        Assert.Equal(_chain.Ledger.Chain.Certified.Hash, scene.Applied[^1].Hash);
    }

    [Fact]
    public void A_peer_that_lied_is_left_alone_for_a_minute()
    {
        var scene = new CatchUpScene(_chain, peers: 1);
        scene.Target(10);
        scene.Answer(scene.Asked[0], [1]);
        while (scene.Asked.Count > 0) scene.Fail(scene.Asked[0]);

        scene.Tick(59_000);
        Assert.Empty(scene.Asked);
        scene.Tick(1_000);
        Assert.NotEmpty(scene.Asked);
    }

    [Fact]
    public void A_certified_fork_does_not_link_and_is_refused()
    {
        var scene = new CatchUpScene(_chain);
        scene.Target(4);
        var blocks = _chain.Blocks(new SyncRequest.Blocks(new BlockHeight(1), 1));

        scene.Answer(scene.Asked[0], Encode([Recertified(blocks[0], h => h with { Previous = Hash256.Zero })]));

        Assert.Equal(SyncFault.NotNext, Assert.Single(scene.Lies).Fault);
        Assert.Empty(scene.ToApply);
    }

    [Fact]
    public void A_slow_peer_is_not_waited_for_and_its_late_answer_is_ignored()
    {
        var scene = new CatchUpScene(_chain);
        scene.Target(4);
        var slow = scene.Asked[0];

        scene.Tick(scene.Options.Fetch.Timeout);

        Assert.Equal([slow.Id], scene.Forgotten);
        Assert.NotEqual(slow.Peer, scene.Asked[0].Peer);
        scene.AnswerHonestly(slow);
        Assert.Empty(scene.ToApply);
        scene.Run(a => scene.AnswerHonestly(a));
        Assert.Equal(4, scene.Applied.Count);
    }

    [Fact]
    public void Peers_that_vanish_are_replaced_and_what_they_gave_is_kept()
    {
        var scene = new CatchUpScene(_chain);
        scene.Target(10);
        scene.AnswerHonestly(scene.Asked[1]);
        foreach (var ask in scene.Asked.ToList()) scene.Fail(ask);
        scene.Run(a => scene.AnswerHonestly(a));

        // Three ranges; two of them were asked for twice.
        Assert.Equal(5, scene.Requests);
        Assert.Equal(10, scene.Applied.Count);
    }

    [Fact]
    public void A_peer_that_has_nothing_is_passed_over_and_not_blamed()
    {
        var scene = new CatchUpScene(_chain);
        scene.Target(4);

        scene.Answer(scene.Asked[0], []);
        scene.Run(a => scene.AnswerHonestly(a));

        Assert.Empty(scene.Lies);
        Assert.Equal(4, scene.Applied.Count);
    }

    [Fact]
    public void What_follows_the_last_certificate_of_an_answer_is_asked_for_again()
    {
        var scene = new CatchUpScene(_chain);
        scene.Target(4);
        var blocks = _chain.Blocks((SyncRequest.Blocks)scene.Asked[0].Request);
        scene.Answer(scene.Asked[0], Encode(
            [blocks[0] with { Certificate = null }, blocks[1], blocks[2] with { Certificate = null }]));

        Assert.Equal([1UL, 2UL], Assert.Single(scene.ToApply).Select(b => b.Header.Height.Value));
        Assert.Equal(new BlockHeight(3), ((SyncRequest.Blocks)scene.Asked[0].Request).From);
        scene.Run(a => scene.AnswerHonestly(a));
        Assert.Equal(4, scene.Applied.Count);
    }

    [Fact]
    public void Blocks_without_any_certificate_are_nobodys_word()
    {
        var scene = new CatchUpScene(_chain);
        scene.Target(2);
        var blocks = _chain.Blocks((SyncRequest.Blocks)scene.Asked[0].Request);

        scene.Answer(scene.Asked[0], Encode([blocks[0] with { Certificate = null }]));

        Assert.Empty(scene.ToApply);
        Assert.Empty(scene.Lies);
        Assert.NotEmpty(scene.Asked);
    }

    [Fact]
    public void No_more_is_held_than_the_limit_and_the_lowest_range_is_always_asked_for()
    {
        var options = new CatchUpOptions { RangeBlocks = 1, MaxBufferedBytes = 1, Fetch = new() { PerPeer = 1 } };
        var scene = new CatchUpScene(_chain, options);
        scene.Target(10);
        // Two high ranges come, the lowest does not: now nothing but the lowest may be asked for.
        var lowest = scene.Asked[0];
        scene.AnswerHonestly(scene.Asked[1]);
        scene.AnswerHonestly(scene.Asked[1]);

        Assert.Equal([lowest], scene.Asked);
        scene.Fail(lowest);
        Assert.Equal(lowest.Request, Assert.Single(scene.Asked).Request);
        scene.Run(a => scene.AnswerHonestly(a));
        Assert.Equal(10, scene.Applied.Count);
    }

    [Fact]
    public void Execution_that_is_slow_holds_back_what_is_handed_out()
    {
        var scene = new CatchUpScene(_chain, new CatchUpOptions { RangeBlocks = 1 });
        scene.Target(10);
        for (var i = 0; i < 50 && scene.Asked.Count > 0; i++) scene.AnswerHonestly(scene.Asked[0]);

        Assert.Equal(2, scene.ToApply.Count);
        scene.Apply();
        Assert.Equal(2, scene.ToApply.Count);
    }

    [Fact]
    public void Requests_become_smaller_where_blocks_are_large_and_larger_again()
    {
        var scene = new CatchUpScene(_chain, new CatchUpOptions { RangeBlocks = 8, MaxRanges = 1, LargeAnswerBytes = 1 });
        scene.Target(10);
        scene.AnswerHonestly(scene.Asked[0], most: 2);

        Assert.Equal(
            [(3UL, 2), (5UL, 2), (7UL, 2)],
            scene.Asked.Select(a => (SyncRequest.Blocks)a.Request).Select(r => (r.From.Value, r.Count)));
        scene.Run(a => scene.AnswerHonestly(a));

        Assert.Equal(10, scene.Applied.Count);
    }

    [Fact]
    public void A_target_that_consensus_reached_first_is_dropped()
    {
        var scene = new CatchUpScene(_chain);
        scene.Target(10);
        scene.Certify(10);
        scene.Tick();

        Assert.False(scene.IsActive);
        foreach (var ask in scene.Asked.ToList()) scene.AnswerHonestly(ask);
        Assert.Empty(scene.ToApply);
    }

    [Fact]
    public void A_run_ends_with_its_epoch_and_goes_on_under_the_validators_that_it_named()
    {
        using var chain = new ServedChain(0);
        var epochs = new TwoEpochs(chain);
        var known = 0UL;
        var scene = new CatchUpScene(chain, sets: e => e.Value <= known ? epochs.Set(e) : null);
        scene.Target(4);
        var ask = scene.Asked[0];
        scene.Answer(ask, Encode(epochs.Blocks));

        // Blocks 1 and 2 end epoch 0; 3 and 4 wait for its last to be applied.
        Assert.Equal(2, Assert.Single(scene.ToApply).Count);
        scene.Answer(scene.Asked[0], Encode(epochs.Blocks[2..]));
        Assert.Empty(scene.Lies);
        known = 1;
        scene.Apply();

        Assert.Equal(2, Assert.Single(scene.ToApply).Count);
        scene.Apply();
        Assert.Equal(4, scene.Applied.Count);
    }

    [Fact]
    public void P2_an_old_epochs_validators_cannot_certify_a_block_of_the_next()
    {
        using var chain = new ServedChain(0);
        var epochs = new TwoEpochs(chain);
        var scene = new CatchUpScene(chain, sets: e => epochs.Set(e));
        scene.Target(4);
        scene.Answer(scene.Asked[0], Encode(epochs.Blocks[..2]));
        scene.Apply();

        var forged = Changed(epochs.Blocks[2], h => h with { Epoch = new Epoch(0) }, null);
        scene.Answer(scene.Asked[0], Encode([forged with { Certificate = CertificateOf(forged, 4) }]));

        Assert.Equal(SyncFault.OtherEpoch, Assert.Single(scene.Lies).Fault);
        Assert.Empty(scene.ToApply);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Whatever_the_order_of_events_the_same_chain_is_applied(int seed)
    {
        var random = new SplitMix64((ulong)seed);
        var lies = Lies.Values.ToList();
        var liar = random.Below(3);
        var scene = new CatchUpScene(
            _chain, new CatchUpOptions { RangeBlocks = 1 + random.Below(5), MaxRanges = 1 + random.Below(6) });
        scene.Target(10);

        for (var i = 0; i < 20_000 && scene.IsActive; i++)
        {
            var ask = scene.Asked.Count > 0 ? scene.Asked[random.Below(scene.Asked.Count)] : null;
            switch (random.Below(8))
            {
                case 0:
                    scene.Tick(random.Below(3000));
                    break;
                case 1 when ask is not null:
                    scene.Fail(ask);
                    break;
                case 2 when ask is not null:
                    scene.Answer(ask, []);
                    break;
                case 3 when scene.ToApply.Count > 0:
                    scene.Apply();
                    break;
                case > 3 when ask is not null && scene.PeerOf(ask) == liar:
                    // Some lies need three blocks to tell; the liar adds them.
                    var from = ((SyncRequest.Blocks)ask.Request).From;
                    var blocks = _chain.Blocks(new SyncRequest.Blocks(from, 4));
                    scene.Answer(ask, blocks.Count < 3 ? [1] : lies[random.Below(lies.Count)].Lie(blocks));
                    break;
                case > 3 when ask is not null:
                    scene.AnswerHonestly(ask, 1 + random.Below(4));
                    break;
            }
        }

        Assert.Equal(10, scene.Applied.Count);
        Assert.Equal(_chain.Ledger.Chain.Certified.Hash, scene.Applied[^1].Hash);
        Assert.Equal(0, scene.BufferedBytes);
        Assert.All(scene.Lies, l => Assert.Equal(scene.PeerIds[liar], l.Peer));
    }
}
