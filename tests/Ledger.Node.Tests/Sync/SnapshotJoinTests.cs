using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Merkle;
using Ledger.Core.Snapshots;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Sync;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;
using Ledger.Storage.Snapshots;
using Ledger.Testing.Builders;
using Ledger.Testing.Consensus;

namespace Ledger.Node.Tests.Sync;

public sealed class SnapshotJoinTests : IDisposable
{
    private const int Blocks = 12;

    // Each lie: about which request, what a peer makes of the honest answer, and the reason for which it is refused.
    private static readonly Dictionary<string, (Type About, Func<byte[], byte[]> Lie, SyncFault Fault)> Lies = new()
    {
        ["garbage for offers"] = Offers(_ => [0xff], SyncFault.NotAnAnswer),
        ["a manifest that is not certified"] =
            Offers(b => Manifest(b, m => m with { CertificateBytes = Few(m) }), SyncFault.BadManifest),
        ["a manifest with another header"] =
            Offers(b => Manifest(b, m => m with { HeaderBytes = Higher(m) }), SyncFault.BadManifest),
        ["a manifest with another log"] =
            Offers(b => Manifest(b, m => m with { LogSubtrees = [.. m.LogSubtrees.Skip(1)] }), SyncFault.BadManifest),
        ["garbage for a chunk"] = State(_ => [0xff], SyncFault.NotAnAnswer),
        ["a chunk of another height"] =
            State(b => Chunk(b, c => c with { Height = new BlockHeight(1) }), SyncFault.OtherSnapshot),
        ["a chunk without a key"] = State(b => Entries(b, e => [.. e.Skip(1)]), SyncFault.OtherState),
        ["a chunk with a key more"] = State(b => Entries(b, e => Sorted([.. e, Surplus])), SyncFault.OtherState),
        ["a chunk with another value"] =
            State(b => Entries(b, e => [e[0] with { Value = new byte[] { 1 } }, .. e.Skip(1)]), SyncFault.OtherState),
        ["a chunk with a key twice"] = State(b => Entries(b, e => [e[0], .. e]), SyncFault.NotAscending),
        ["a chunk out of order"] = State(b => Entries(b, e => [.. e.Reverse()]), SyncFault.NotAscending),
        ["a chunk with another proof"] =
            State(b => Chunk(b, c => c with { Chunk = c.Chunk! with { Proof = Foreign } }), SyncFault.OtherState),
        ["garbage for leaves"] = Leaves(_ => [0xff], SyncFault.NotAnAnswer),
        ["a proof without leaves"] = Leaves(b => Served(b, s => s with { Leaves = [] }), SyncFault.NotAnAnswer),
        ["the first leaf left out"] = Leaves(b => Log(b, l => [.. l.Skip(1)]), SyncFault.TooLittle),
        ["the last leaf left out"] = Leaves(b => Log(b, l => [.. l.SkipLast(1)]), SyncFault.TooLittle),
        ["a leaf left out and another twice"] = Leaves(b => Log(b, l => [l[0], .. l.SkipLast(1)]), SyncFault.OtherLeaves),
        ["a leaf changed"] = Leaves(b => Log(b, l => [Changed(l[0]), .. l.Skip(1)]), SyncFault.OtherLeaves),
        ["leaves out of order"] = Leaves(b => Log(b, l => [l[1], l[0], .. l.Skip(2)]), SyncFault.OtherLeaves),
        ["a leaf more"] = Leaves(b => Log(b, l => [.. l, l[0]]), SyncFault.TooMuch),
        ["a leaf that is none"] = Leaves(b => Log(b, l => [new byte[] { 1 }, .. l.Skip(1)]), SyncFault.OtherLeaves),
        ["leaves with another proof"] =
            Leaves(b => Served(b, s => s with { Proof = [Hash256.Zero, .. s.Proof.Skip(1)] }), SyncFault.OtherLeaves),
        ["leaves with a hash less"] =
            Leaves(b => Served(b, s => s with { Proof = [.. s.Proof.Skip(1)] }), SyncFault.OtherLeaves),
        ["garbage for ids"] = Remembered(_ => [0xff], SyncFault.NotAnAnswer),
        ["ids of other transactions"] = Remembered(
            b => Ids(b, i => [i[0] with { Ids = [Hash256.Zero, Hash256.Zero] }]), SyncFault.OtherTransactions),
        ["an id less"] =
            Remembered(b => Ids(b, i => [i[0] with { Ids = [i[0].Ids[0]] }]), SyncFault.OtherTransactions),
        ["a block left out"] = Remembered(b => Ids(b, i => [i[0], .. i.Skip(2)]), SyncFault.NotNext),
        ["a header that does not decode"] =
            Remembered(b => Ids(b, i => [i[0] with { HeaderBytes = new byte[] { 1 } }]), SyncFault.MalformedHeader),
        ["more ids than asked for"] = Remembered(b => Ids(b, i => [.. i, .. i]), SyncFault.TooMuch),
    };

    private readonly TestLedger _source =
        new(A.Genesis(contracts: CounterRuntime.Parameters), contracts: new CounterRuntime());

    public SnapshotJoinTests()
    {
        for (var i = 0; i < Blocks; i++)
        {
            _source.Add(
                Make.Transaction(_source.Genesis, $"s-{i}"), Make.Transaction(_source.Genesis, $"t-{i % 3}", "org-b"));
        }
    }

    public static TheoryData<string> NamesOfLies => [.. Lies.Keys];

    public void Dispose() => _source.Dispose();

    [Fact]
    public void A_node_joins_from_a_snapshot_and_executes_what_follows_to_the_same_headers()
    {
        using var scene = new JoinScene(_source);
        scene.Start();
        scene.Run(a => scene.Answer(a, scene.Honest(a)));

        Assert.True(scene.IsWhole);
        Assert.Empty(scene.Lies);
        Assert.Equal(new BlockHeight(Blocks), scene.Store.Base);
        Assert.Equal(_source.Store.Watermark!.StateRoot, scene.Store.Watermark!.StateRoot);
        for (var height = 1UL; height <= Blocks; height++)
        {
            foreach (var transaction in _source.Store.Live.Blocks.Block(new BlockHeight(height))!.Transactions)
                Assert.True(scene.Store.Live.Blocks.Contains(transaction.Id));
        }
    }

    [Fact]
    public void The_costs_are_an_offer_of_each_peer_and_one_request_for_state_leaves_and_ids_that_fit_one()
    {
        using var scene = new JoinScene(_source, rangeLeaves: 2 * Blocks);
        scene.Start();
        scene.Run(a => scene.Answer(a, scene.Honest(a)));

        Assert.Equal(3 + 1 + 1 + 1, scene.Requests);
    }

    [Fact]
    public void On_a_channel_without_contracts_no_leaf_is_fetched()
    {
        using var source = new TestLedger();
        for (var i = 0; i < Blocks; i++) source.Add(Make.Transaction(source.Genesis, $"s-{i}"));
        using var scene = new JoinScene(source);
        scene.Start();
        scene.Run(ask =>
        {
            Assert.IsNotType<SyncRequest.Leaves>(ask.Request);
            scene.Answer(ask, scene.Honest(ask));
        });

        Assert.True(scene.IsWhole);
        Assert.Equal((ulong)Blocks, scene.Store.FirstLeaf);
        Assert.Null(scene.Store.Live.Evidence.Leaf(new LogIndex(0)));
    }

    [Fact]
    public void P15_once_the_state_is_whole_nobody_need_offer_the_snapshot_any_more()
    {
        using var scene = new JoinScene(_source);
        scene.Start();
        var killed = false;
        scene.Run(ask =>
        {
            if (ask.Request is SyncRequest.Leaves { First: >= 8 } && !killed)
            {
                killed = true;
                scene.Kill();
                // What was installed is not asked for again.
                Assert.All(scene.Asked, a => Assert.True(a.Request is SyncRequest.Leaves { First: > 0 }));
                return;
            }

            Assert.False(killed && ask.Request is SyncRequest.Snapshots or SyncRequest.State);
            scene.Answer(ask, scene.Honest(ask));
        });

        Assert.True(killed && scene.IsWhole);
        Assert.Equal(1, scene.Begun);
        Assert.Equal(_source.Store.Watermark!.LogRoot, scene.Store.Watermark!.LogRoot);
    }

    [Fact]
    public void Of_a_range_that_fills_an_answer_the_rest_is_asked_for()
    {
        using var source = new TestLedger(_source.Genesis, contracts: new CounterRuntime());
        for (var i = 0; i < 12; i++) source.Add(Make.Transaction(source.Genesis, $"big-{i}", padding: 100_000));
        using var scene = new JoinScene(source, rangeLeaves: SyncRequest.Leaves.MaxCount);
        scene.Start();
        var asked = new List<SyncRequest.Leaves>();
        scene.Run(ask =>
        {
            if (ask.Request is SyncRequest.Leaves leaves) asked.Add(leaves);
            scene.Answer(ask, scene.Honest(ask));
        });

        Assert.True(scene.IsWhole);
        Assert.Empty(scene.Lies);
        Assert.Equal(12UL * 101, scene.Store.Watermark!.LogSize);
        // Two ranges, and what the first one's answer left.
        Assert.Equal(3, asked.Count);
        Assert.InRange(asked.Max(a => a.First), 1024UL, 1024UL);
        Assert.Single(asked, a => a.First is > 500 and < 1024);
    }

    [Fact]
    public void P15_nodes_that_joined_from_a_snapshot_have_all_that_others_need_to_join()
    {
        using var first = new JoinScene(_source);
        first.Start();
        first.Run(ask => first.Answer(ask, first.Honest(ask)));
        var store = first.Store;
        using var keeper = new SnapshotKeeper(store, 1000);
        var view = new ChainView(store, _source.Members, Recovery.CertifiedHead(store), store.Watermark!.Height);
        var joined = new SyncService(store, view, _source.Pool, keeper);

        using var second = new JoinScene(_source);
        second.Start();
        second.Run(ask => second.Answer(ask, joined.Answer(ask.Request, CancellationToken.None)));

        Assert.True(second.IsWhole);
        Assert.Empty(second.Lies);
        Assert.Equal(store.Watermark.LogRoot, second.Store.Watermark!.LogRoot);
        foreach (var transaction in _source.Store.Live.Blocks.Block(new BlockHeight(3))!.Transactions)
            Assert.True(second.Store.Live.Blocks.Contains(transaction.Id));
    }

    [Fact]
    public void Peers_that_have_no_leaves_now_are_asked_again_and_what_is_there_is_kept()
    {
        using var scene = new JoinScene(_source);
        scene.Start();
        var empty = 0;
        scene.Run(ask =>
        {
            var lacks = ask.Request is SyncRequest.Leaves { First: >= 8 } && empty < 60;
            if (lacks) empty++;
            scene.Answer(ask, lacks ? [] : scene.Honest(ask));
        });

        Assert.True(scene.IsWhole);
        Assert.Equal((1, 60), (scene.Begun, empty));
    }

    [Theory]
    [MemberData(nameof(NamesOfLies))]
    public void P15_a_lie_is_refused_with_its_own_reason_and_others_are_asked(string name)
    {
        var (about, lie, fault) = Lies[name];
        using var scene = new JoinScene(_source);
        scene.Start();
        scene.Run(ask =>
        {
            var honest = scene.Honest(ask);
            var lies = ask.Request.GetType() == about && scene.Lies.Count == 0;
            scene.Answer(ask, lies ? lie(honest) : honest);
        });

        Assert.Equal(fault, Assert.Single(scene.Lies).Fault);
        Assert.True(scene.IsWhole);
        Assert.Equal(_source.Store.Watermark!.StateRoot, scene.Store.Watermark!.StateRoot);
    }

    [Fact]
    public void A_peer_that_calls_every_range_too_large_is_found_out_and_left_alone()
    {
        using var scene = new JoinScene(_source);
        scene.Start();
        scene.Run(ask => scene.Answer(
            ask,
            scene.PeerOf(ask) == 0 && ask.Request is SyncRequest.State state
                ? SnapshotMessages.Encode(new ServedChunk(state.Height, null))
                : scene.Honest(ask)));

        Assert.True(scene.IsWhole);
        Assert.Contains((scene.PeerIds[0], SyncFault.TooDeep), scene.Lies);
        Assert.All(scene.Lies, l => Assert.Equal(scene.PeerIds[0], l.Peer));
        Assert.InRange(scene.Requests, 5, 60);
    }

    [Fact]
    public void Honest_halves_lead_to_the_same_state()
    {
        using var scene = new JoinScene(_source);
        scene.Start();
        scene.Run(ask => scene.Answer(
            ask,
            ask.Request is SyncRequest.State { Range.Depth: < 5 } state
                ? SnapshotMessages.Encode(new ServedChunk(state.Height, null))
                : scene.Honest(ask)));

        // They are blamed, for the ranges are small; the state is right all the same.
        Assert.True(scene.IsWhole);
        Assert.Equal(_source.Store.Watermark!.StateRoot, scene.Store.Watermark!.StateRoot);
    }

    [Fact]
    public void Whatever_the_moment_of_a_kill_the_snapshot_that_was_begun_is_finished()
    {
        for (var after = 1; after < 40; after += 3)
        {
            using var scene = new JoinScene(_source);
            scene.Start();
            var answers = 0;
            scene.Run(ask =>
            {
                // Ranges in pieces, so that there is a middle to be killed in.
                var small = ask.Request is SyncRequest.State { Range.Depth: < 3 } state && scene.PeerOf(ask) >= 0
                    ? SnapshotMessages.Encode(new ServedChunk(state.Height, null))
                    : scene.Honest(ask);
                scene.Answer(ask, small);
                if (++answers == after && !scene.IsOver) scene.Kill();
            });

            Assert.True(scene.IsWhole);
            Assert.Equal(1, scene.Begun);
            Assert.Equal(_source.Store.Watermark!.StateRoot, scene.Store.Watermark!.StateRoot);
        }
    }

    [Fact]
    public void Where_nobody_offers_a_snapshot_the_join_ends_without_one()
    {
        using var scene = new JoinScene(_source);
        scene.Start();
        scene.Run(a => scene.Answer(a, []));

        Assert.True(scene.NothingOffered);
        Assert.Equal(3, scene.Requests);
    }

    [Fact]
    public void Peers_that_cannot_be_reached_are_asked_again_for_a_while()
    {
        using var scene = new JoinScene(_source);
        scene.Start();
        foreach (var ask in scene.Asked.ToList()) scene.Fail(ask);
        Assert.False(scene.IsOver);
        scene.Tick(3_000);
        scene.Run(a => scene.Answer(a, scene.Honest(a)));

        Assert.True(scene.IsWhole);
    }

    [Fact]
    public void P15_a_snapshot_that_nobody_has_any_more_is_replaced_by_another()
    {
        using var scene = new JoinScene(_source, interval: 5);
        scene.Start();
        var lost = new BlockHeight(0);
        scene.Run(ask =>
        {
            if (ask.Request is SyncRequest.State state && (lost.Value == 0 || state.Height == lost))
            {
                lost = state.Height;
                if (_source.Store.Watermark!.Height.Value == Blocks) _source.Add(Make.Transaction(_source.Genesis, "later"));
                scene.Answer(ask, []);
                return;
            }

            // The peers have moved on: what they offer now is another one.
            if (ask.Request is SyncRequest.Snapshots && lost.Value > 0)
            {
                using var keeper = new SnapshotKeeper(_source.Store, 1000);
                scene.Answer(ask, SnapshotMessages.EncodeManifests(keeper.Manifests()));
                return;
            }

            if (ask.Request is SyncRequest.State other)
            {
                using var keeper = new SnapshotKeeper(_source.Store, 1000);
                keeper.Manifests();
                scene.Answer(ask, keeper.Chunk(other.Height, other.Range, CancellationToken.None));
                return;
            }

            scene.Answer(ask, scene.Honest(ask));
        });

        Assert.True(scene.IsWhole);
        Assert.Equal(2, scene.Begun);
        Assert.Equal(new BlockHeight(Blocks + 1), scene.Store.Base);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Whatever_the_order_of_events_the_same_state_is_installed(int seed)
    {
        var random = new SplitMix64((ulong)seed);
        var lies = Lies.Values.ToList();
        using var scene = new JoinScene(_source);
        scene.Start();
        for (var i = 0; i < 20_000 && !scene.IsOver; i++)
        {
            var ask = scene.Asked.Count > 0 ? scene.Asked[random.Below(scene.Asked.Count)] : null;
            var lie = lies[random.Below(lies.Count)];
            switch (random.Below(10))
            {
                case 0:
                    scene.Tick(random.Below(2000));
                    break;
                case 1 when ask is not null && ask.Request is not SyncRequest.Snapshots:
                    scene.Fail(ask);
                    break;
                case 2 when ask?.Request is SyncRequest.State { Range.Depth: < 6 } state:
                    scene.Answer(ask, SnapshotMessages.Encode(new ServedChunk(state.Height, null)));
                    break;
                case 3 when ask is not null && scene.PeerOf(ask) == 0 && ask.Request.GetType() == lie.About
                    && scene.Honest(ask) is { Length: > 200 } honest:
                    scene.Answer(ask, lie.Lie(honest));
                    break;
                case 4 when i % 7 == 0:
                    scene.Kill();
                    break;
                case > 4 when ask is not null:
                    scene.Answer(ask, scene.Honest(ask));
                    break;
            }
        }

        Assert.True(scene.IsWhole);
        Assert.Equal(_source.Store.Watermark!.StateRoot, scene.Store.Watermark!.StateRoot);
        Assert.Equal(_source.Store.Watermark.LogRoot, scene.Store.Watermark.LogRoot);
    }

    private static SnapshotEntry Surplus => new("x", new byte[] { 1 }, new byte[] { 2 });

    private static StateRangeProof Foreign => new([], new StateLeaf(Hash256.Zero, Hash256.Zero));

    private static (Type About, Func<byte[], byte[]> Lie, SyncFault Fault) Offers(
        Func<byte[], byte[]> lie, SyncFault fault) => (typeof(SyncRequest.Snapshots), lie, fault);

    private static (Type About, Func<byte[], byte[]> Lie, SyncFault Fault) State(
        Func<byte[], byte[]> lie, SyncFault fault) => (typeof(SyncRequest.State), lie, fault);

    private static (Type About, Func<byte[], byte[]> Lie, SyncFault Fault) Remembered(
        Func<byte[], byte[]> lie, SyncFault fault) => (typeof(SyncRequest.Remembered), lie, fault);

    private static (Type About, Func<byte[], byte[]> Lie, SyncFault Fault) Leaves(
        Func<byte[], byte[]> lie, SyncFault fault) => (typeof(SyncRequest.Leaves), lie, fault);

    private static byte[] Served(byte[] bytes, Func<ServedLeaves, ServedLeaves> lie)
    {
        Assert.True(LeafMessages.TryDecode(bytes, out var served));
        return LeafMessages.Encode(lie(served));
    }

    private static byte[] Log(
        byte[] bytes, Func<IReadOnlyList<ReadOnlyMemory<byte>>, IReadOnlyList<ReadOnlyMemory<byte>>> lie) =>
        Served(bytes, s => s with { Leaves = lie(s.Leaves) });

    private static ReadOnlyMemory<byte> Changed(ReadOnlyMemory<byte> leaf)
    {
        var changed = leaf.ToArray();
        changed[^1] ^= 1;
        return changed;
    }

    private static byte[] Manifest(byte[] bytes, Func<SnapshotManifest, SnapshotManifest> lie)
    {
        Assert.True(SnapshotMessages.TryDecodeManifests(bytes, out var manifests));
        return SnapshotMessages.EncodeManifests(manifests.Select(lie));
    }

    private static byte[] Few(SnapshotManifest manifest) =>
        A.Certificate(manifest.HeaderBytes.Span, A.ValidatorSet(0, A.Members(4)), 2).Encode();

    private static byte[] Higher(SnapshotManifest manifest)
    {
        Assert.True(BlockHeader.TryDecode(manifest.HeaderBytes.Span, out var header, out _));
        return (header with { Height = header.Height.Next }).Encode();
    }

    private static byte[] Chunk(byte[] bytes, Func<ServedChunk, ServedChunk> lie) =>
        SnapshotMessages.Encode(lie(SnapshotMessages.Decode(bytes)!));

    private static byte[] Entries(
        byte[] bytes, Func<IReadOnlyList<SnapshotEntry>, IReadOnlyList<SnapshotEntry>> lie) =>
        Chunk(bytes, c => c.Chunk is null || c.Chunk.Entries.Count < 2
            ? c with { Height = new BlockHeight(1) }
            : c with { Chunk = c.Chunk with { Entries = lie(c.Chunk.Entries) } });

    private static SnapshotEntry[] Sorted(SnapshotEntry[] entries) =>
        [.. entries.OrderBy(e => e.LeafWith(Sha256.Instance).Path)];

    private static byte[] Ids(byte[] bytes, Func<IReadOnlyList<ServedIds>, IReadOnlyList<ServedIds>> lie)
    {
        Assert.True(SnapshotMessages.TryDecodeIds(bytes, out var blocks));
        var writer = new CanonicalWriter();
        foreach (var block in lie(blocks)) SnapshotMessages.Append(writer, block.HeaderBytes.Span, block.Ids);
        return writer.ToArray();
    }
}
