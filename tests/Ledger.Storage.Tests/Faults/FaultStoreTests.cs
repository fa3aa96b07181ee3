using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Storage.Faults;
using Ledger.Storage.Tests.Support;

namespace Ledger.Storage.Tests.Faults;

public sealed class FaultStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private LedgerStore _store;

    public FaultStoreTests() => _store = Open();

    private FaultStore Faults => _store.Faults;

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    private LedgerStore Open() =>
        LedgerStore.Open(new StorageOptions { Path = _directory.Path }, TestChain.Genesis);

    internal static FaultProof Proof(byte culprit, FaultKind kind = FaultKind.ContradictingCommits, byte salt = 0) => new()
    {
        Channel = TestChain.Genesis.Channel,
        Epoch = new Epoch(0),
        Kind = kind,
        Culprit = Enumerable.Repeat(culprit, 33).ToArray(),
        First = new SignedStatement(new byte[] { 1, salt }, new byte[64]),
        Second = new SignedStatement(new byte[] { 2, salt }, new byte[64]),
    };

    [Fact]
    public void A_proof_is_there_after_a_restart_and_costs_one_synced_write()
    {
        var before = _store.SyncedWrites;
        Assert.True(Faults.TryAdd(Proof(3), new BlockHeight(7), 0));
        Assert.Equal(before + 1, _store.SyncedWrites);

        _store.Dispose();
        _store = Open();

        var kept = Assert.Single(Faults.Page(default, 10));
        Assert.Equal(Proof(3).Encode(), kept.Encoded.ToArray());
    }

    [Fact]
    public void One_of_each_culprit_kind_and_height_is_kept_the_first()
    {
        Assert.True(Faults.TryAdd(Proof(3), new BlockHeight(7), 0));

        Assert.False(Faults.TryAdd(Proof(3, salt: 1), new BlockHeight(7), 5));
        Assert.True(Faults.TryAdd(Proof(3), new BlockHeight(8), 0));
        Assert.True(Faults.TryAdd(Proof(3, FaultKind.ContradictingPrepares), new BlockHeight(7), 0));
        Assert.True(Faults.TryAdd(Proof(4), new BlockHeight(7), 0));
        Assert.Equal(4, Faults.Count);
        Assert.Contains(Faults.Page(default, 9), f => f.Encoded.Span.SequenceEqual(Proof(3).Encode()));
    }

    [Fact]
    public void View_changes_are_told_apart_by_their_view()
    {
        var proof = Proof(3, FaultKind.ContradictingViewChanges);

        Assert.True(Faults.TryAdd(proof, default, 1));
        Assert.True(Faults.TryAdd(proof, default, 2));
        Assert.False(Faults.TryAdd(proof, default, 2));
    }

    [Fact]
    public void A_culprit_cannot_fill_the_disk_nor_keep_others_out()
    {
        for (var height = 1UL; height <= FaultStore.MaxForCulprit; height++)
            Assert.True(Faults.TryAdd(Proof(3), new BlockHeight(height), 0));

        Assert.False(Faults.TryAdd(Proof(3), new BlockHeight(1000), 0));
        Assert.True(Faults.TryAdd(Proof(4), new BlockHeight(1000), 0));
        Assert.Equal(FaultStore.MaxForCulprit + 1, Faults.Count);
    }

    [Fact]
    public void Pages_follow_each_other_without_gap_or_repetition()
    {
        for (byte culprit = 1; culprit <= 7; culprit++)
            Assert.True(Faults.TryAdd(Proof(culprit), new BlockHeight(culprit), 0));
        var cursor = ReadOnlyMemory<byte>.Empty;
        var seen = new List<byte[]>();
        while (true)
        {
            var page = Faults.Page(cursor.Span, 3);
            Assert.True(page.Count <= 3);
            if (page.Count == 0) break;
            seen.AddRange(page.Select(f => f.Encoded.ToArray()));
            cursor = page[^1].Cursor;
            Assert.True(FaultStore.IsCursor(cursor.Span));
        }

        Assert.Equal(Enumerable.Range(1, 7).Select(c => Proof((byte)c).Encode()), seen);
    }
}
