using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;
using Ledger.Storage.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;
using Ledger.Storage.Tests.Support;
using Ledger.Storage.Verify;

namespace Ledger.Storage.Tests.Snapshots;

/// <summary>
/// On a channel with contracts a store that began from a snapshot answers about the whole log, as one that holds the whole
/// history does.
/// </summary>
public sealed class OldLeavesTests : IDisposable
{
    private const int Blocks = 16;
    private const int Top = 11;

    private readonly TempDirectory _directory = new();

    private string Target => Path.Combine(_directory.Path, "target");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_leaf_is_found_by_everything_it_is_found_by_where_the_whole_history_is()
    {
        using var source = Source();
        using var target = Joined(source);
        Extend(source, target);
        var size = source.Watermark!.LogSize;

        Assert.Equal(0UL, target.FirstLeaf);
        Assert.True(size > OldLeaves.Window + 100);
        for (var index = 0UL; index < size; index++)
        {
            var leaf = source.Live.Evidence.Leaf(new LogIndex(index))!;
            var found = target.Live.Evidence.Leaf(new LogIndex(index))!;
            Assert.Equal(leaf.Encoded.ToArray(), found.Encoded.ToArray());
            Assert.Equal(leaf.Hash, found.Hash);
            Assert.Equal(leaf.Index, target.Live.Evidence.IndexOf(leaf.Leaf.Id));
            Assert.Equal(
                LogProofs.Inclusion(Sha256.Instance, index, size, source.Live.Log),
                LogProofs.Inclusion(Sha256.Instance, index, size, target.Live.Log));
            Assert.Equal(
                source.Live.Evidence.Between(leaf.Leaf.Time, new Timestamp(leaf.Leaf.Time.UnixMilliseconds + 2500)),
                target.Live.Evidence.Between(leaf.Leaf.Time, new Timestamp(leaf.Leaf.Time.UnixMilliseconds + 2500)));
        }

        Assert.Equal(new LeafRange { To = size }, target.Live.Evidence.Between(new Timestamp(0), new Timestamp(1UL << 50)));
        foreach (var filter in Filters(source))
        {
            foreach (var range in Ranges(size))
            {
                Assert.Equal(
                    source.Live.Evidence.Query(filter, range).Leaves.Select(l => l.Index),
                    target.Live.Evidence.Query(filter, range).Leaves.Select(l => l.Index));
            }
        }
    }

    [Fact]
    public void What_is_not_in_the_log_is_found_nowhere()
    {
        using var source = Source();
        using var target = Joined(source);
        var refused = source.Live.Blocks.Block(new BlockHeight(3))!;
        var without = refused.Results.Single(r => !r.Succeeded).TransactionId;
        var with = refused.Results.First(r => r.Succeeded);

        Assert.Null(target.Live.Evidence.IndexOf(new EvidenceId(without, 0)));
        Assert.Null(target.Live.Evidence.IndexOf(new EvidenceId(with.TransactionId, with.LeafCount)));
        Assert.NotNull(target.Live.Evidence.IndexOf(new EvidenceId(with.TransactionId, with.LeafCount - 1)));
        Assert.Null(target.Live.Evidence.IndexOf(new EvidenceId(Hash256.Zero, 0)));
        Assert.Empty(target.Live.Evidence.Query(new EvidenceFilter { Digest = new byte[31] }, new LeafRange()).Leaves);
        Assert.False(target.Live.Evidence.TookPart("subject-1", "nobody", ulong.MaxValue, 1000, out var lookedAt));
        Assert.True(lookedAt > 10);
        Assert.True(target.Live.Evidence.TookPart("subject-1", "insurer", ulong.MaxValue, 1000, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(256)]
    [InlineData(1000)]
    public void However_the_leaves_came_the_store_is_the_same_and_verifies_and_can_be_reindexed(int atOnce)
    {
        using (var source = Source())
        using (var target = Joined(source, atOnce))
        {
            Extend(source, target);
        }

        var report = Verify();
        Assert.Empty(report.Findings);
        Reindexer.Run(new StorageOptions { Path = Target }, TestChain.WithContracts);
        Assert.Equal(report, Verify() with { Findings = report.Findings });
        Assert.Empty(Verify().Findings);
    }

    [Fact]
    public void P15_leaves_that_are_not_the_logs_are_not_completed()
    {
        using var source = Source();
        using var target = SnapshotInstallTests.Open(Target);
        var (snapshot, chunks) = SnapshotInstallTests.Chunks(source);
        target.BeginInstall(snapshot);
        foreach (var (range, chunk) in chunks) target.InstallState(range, chunk.Entries);
        var leaves = source.Live.Evidence.Leaves(new LogIndex(0), int.MaxValue, int.MaxValue)
            .Select(l => new SnapshotLeaf(l.Encoded, l.Hash)).ToArray();
        // The caller's duty is to verify; the store does not rely on it.
        (leaves[3], leaves[4]) = (leaves[4], leaves[3]);
        target.InstallLeaves(0, leaves);

        Assert.Equal(
            StorageFault.Corruption, Assert.Throws<StorageException>(() => target.CompleteInstall(snapshot, 0)).Fault);
    }

    [Fact]
    public void Leaves_out_of_turn_or_beyond_the_log_are_refused()
    {
        using var source = Source();
        using var target = SnapshotInstallTests.Open(Target);
        var (snapshot, chunks) = SnapshotInstallTests.Chunks(source);
        target.BeginInstall(snapshot);
        var leaves = source.Live.Evidence.Leaves(new LogIndex(0), int.MaxValue, int.MaxValue)
            .Select(l => new SnapshotLeaf(l.Encoded, l.Hash)).ToArray();

        Assert.Throws<InvalidOperationException>(() => target.InstallLeaves(0, leaves));
        foreach (var (range, chunk) in chunks) target.InstallState(range, chunk.Entries);
        Assert.Throws<InvalidOperationException>(() => target.InstallLeaves(1, leaves[1..]));
        Assert.Throws<InvalidOperationException>(() => target.InstallLeaves(0, [.. leaves, leaves[0]]));
        Assert.Throws<InvalidOperationException>(
            () => target.InstallLeaves(0, [new SnapshotLeaf(new byte[] { 1 }, Hash256.Zero)]));
        target.InstallLeaves(0, leaves);
        target.CompleteInstall(snapshot, 0);
    }

    public static TheoryData<string, string, string> Damages => new()
    {
        { "a flipped byte", LedgerSchema.OldLeaves, "0000000000000005" },
        { "a missing leaf", LedgerSchema.OldLeaves, "0000000000000005" },
        { "what is no leaf", LedgerSchema.OldLeaves, "0000000000000005" },
        { "another leaf in its place", LedgerSchema.OldLeaves, "" },
        { "a surplus leaf", LedgerSchema.OldLeaves, "00000000ffffffff" },
        { "a place that leads elsewhere", LedgerSchema.Base, "04" },
        { "a missing place", LedgerSchema.Base, "04" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_named(string damage, string family, string key)
    {
        Hash256 id;
        byte[] leaf, other;
        using (var source = Source())
        using (Joined(source))
        {
            var stored = source.Live.Evidence.Leaf(new LogIndex(5))!;
            var first = source.Live.Evidence.Leaf(new LogIndex(0))!;
            id = first.Leaf.Id.TransactionId;
            leaf = [.. stored.Hash.AsSpan(), .. stored.Encoded.Span];
            other = [.. first.Hash.AsSpan(), .. first.Encoded.Span];
        }

        var fifth = LedgerSchema.LeafKey(new LogIndex(5));
        Change((batch, database) =>
        {
            var leaves = database.Family(LedgerSchema.OldLeaves);
            var places = database.Family(LedgerSchema.Base);
            switch (damage)
            {
                case "a flipped byte":
                    leaf[60] ^= 1;
                    batch.Put(leaves, fifth, leaf);
                    break;
                case "a missing leaf":
                    batch.Delete(leaves, fifth);
                    break;
                case "what is no leaf":
                    batch.Put(leaves, fifth, [1, 2, 3]);
                    break;
                case "another leaf in its place":
                    batch.Put(leaves, fifth, other);
                    break;
                case "a surplus leaf":
                    batch.Put(leaves, LedgerSchema.LeafKey(new LogIndex(uint.MaxValue)), leaf);
                    break;
                case "a place that leads elsewhere":
                    batch.Put(places, BaseReader.LeafKey(id), fifth);
                    break;
                default:
                    batch.Delete(places, BaseReader.LeafKey(id));
                    break;
            }
        });

        Assert.Contains(Verify().Findings, f => f.Family == family && f.Key.StartsWith(key, StringComparison.Ordinal));
        if (key.Length == 16) Assert.All(Verify().Findings, f => Assert.Equal((family, key), (f.Family, f.Key)));
    }

    private static IEnumerable<EvidenceFilter> Filters(LedgerStore source)
    {
        for (var i = 0; i < 5; i++) yield return new EvidenceFilter { Subject = $"subject-{i}" };
        for (var i = 0; i < 4; i++) yield return new EvidenceFilter { Actor = $"actor-{i}", Subject = "subject-2" };
        yield return new EvidenceFilter { Actor = "actor-0" };
        yield return new EvidenceFilter { Type = "authorisation.request" };
        yield return new EvidenceFilter { Digest = new byte[32] };
        yield return new EvidenceFilter
        {
            Digest = source.Live.Evidence.Leaf(new LogIndex(OldLeaves.Window))!.Record.Digests[0].Value,
        };
        yield return new EvidenceFilter();
    }

    private static IEnumerable<LeafRange> Ranges(ulong size)
    {
        foreach (var newestFirst in new[] { false, true })
        {
            foreach (var (from, to) in new[] { (0UL, size), (10UL, 300UL), (OldLeaves.Window, size), (size - 3, size) })
                yield return new LeafRange { From = from, To = to, Limit = 1000, NewestFirst = newestFirst };
        }
    }

    private LedgerStore Source() => SnapshotInstallTests.Chain().Fill(Path.Combine(_directory.Path, "source"), Top + 1);

    private LedgerStore Joined(LedgerStore source, int atOnce = 37)
    {
        var target = SnapshotInstallTests.Open(Target);
        var (snapshot, chunks) = SnapshotInstallTests.Chunks(source);
        target.BeginInstall(snapshot);
        foreach (var (range, chunk) in chunks) target.InstallState(range, chunk.Entries);
        SnapshotInstallTests.InstallLeaves(target, source, atOnce: atOnce);
        target.CompleteInstall(snapshot, 0);
        return target;
    }

    private static void Extend(params LedgerStore[] stores)
    {
        foreach (var commit in SnapshotInstallTests.Chain().Take(Blocks).Skip(Top + 1))
        {
            foreach (var store in stores) store.Commit(commit);
        }
    }

    private VerifyReport Verify() =>
        DatabaseVerifier.Verify(new VerifyOptions { Path = Target }, TestChain.WithContracts);

    private void Change(Action<WriteBatch, KeyValueDatabase> change)
    {
        using var database = RawDatabase.Open(Target, LedgerSchema.Families);
        using var batch = database.CreateBatch();
        change(batch, database);
        database.Write(batch, sync: true);
    }
}
