using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Core.Snapshots;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;
using Ledger.Storage.Tests.Support;
using Ledger.Storage.Verify;

namespace Ledger.Storage.Tests.Snapshots;

/// <summary>A store that begins from a snapshot, and what its history lacks.</summary>
public sealed class SnapshotInstallTests : IDisposable
{
    private const int Blocks = 20;
    private const int Top = 11;

    private readonly TempDirectory _directory = new();
    private LedgerStore? _reference;

    public void Dispose()
    {
        _reference?.Dispose();
        _directory.Dispose();
    }

    private string Source => Path.Combine(_directory.Path, "source");

    private string Target => Path.Combine(_directory.Path, "target");

    [Fact]
    public void A_store_that_began_from_a_snapshot_goes_on_to_the_same_chain_and_verifies()
    {
        using (var target = Installed())
        {
            foreach (var commit in Chain().Take(Blocks).Skip(Top + 1))
            {
                target.Commit(commit);
                target.SaveCertificate(commit.Block.Header.Height, TestChain.Certify(commit));
            }

            Assert.Equal(Chain().Take(Blocks)[^1].Block.Header.StateRoot, target.Watermark!.StateRoot);
        }

        var report = DatabaseVerifier.Verify(new VerifyOptions { Path = Target }, TestChain.WithContracts);
        Assert.Empty(report.Findings);
        Assert.Equal((ulong)(Blocks - Top), report.Blocks);
    }

    [Fact]
    public void P11_its_indexes_are_rebuilt_from_its_base_on()
    {
        using (var target = Installed())
        {
            foreach (var commit in Chain().Take(Blocks).Skip(Top + 1)) target.Commit(commit);
        }

        Reindexer.Run(new StorageOptions { Path = Target }, TestChain.WithContracts);

        Assert.Empty(DatabaseVerifier.Verify(new VerifyOptions { Path = Target }, TestChain.WithContracts).Findings);
    }

    [Fact]
    public void Without_contracts_leaves_and_proofs_after_the_base_are_there_and_none_before_it()
    {
        using var source = new TestChain().Fill(Source, Top + 1);
        using var target = LedgerStore.Open(new StorageOptions { Path = Target }, TestChain.Genesis);
        Install(target, source, resume: false);
        foreach (var commit in new TestChain().Take(Blocks).Skip(Top + 1))
        {
            source.Commit(commit);
            target.Commit(commit);
        }

        var size = source.Watermark!.LogSize;
        Assert.True(target.FirstLeaf > 0);
        Assert.Null(target.Live.Evidence.Leaf(new LogIndex(target.FirstLeaf - 1)));
        for (var index = target.FirstLeaf; index < size; index++)
        {
            Assert.Equal(
                source.Live.Evidence.Leaf(new LogIndex(index))!.Hash, target.Live.Evidence.Leaf(new LogIndex(index))!.Hash);
            Assert.Equal(
                LogProofs.Inclusion(Sha256.Instance, index, size, source.Live.Log),
                LogProofs.Inclusion(Sha256.Instance, index, size, target.Live.Log));
        }
    }

    [Fact]
    public void A_damaged_manifest_is_named()
    {
        Installed().Dispose();
        Change(Target, (batch, family) => batch.Put(family, BaseReader.ManifestKey, [1]));

        Assert.Contains(
            DatabaseVerifier.Verify(new VerifyOptions { Path = Target }, TestChain.WithContracts).Findings,
            f => f.Family == LedgerSchema.Base && f.Key == "00");
    }

    [Fact]
    public void What_stands_for_a_history_before_is_surplus_where_the_whole_is_there()
    {
        Chain().Fill(Target, 3).Dispose();
        Change(Target, (batch, family) => batch.Put(family, BaseReader.ManifestKey, [1]));

        Assert.Contains(
            DatabaseVerifier.Verify(new VerifyOptions { Path = Target }, TestChain.WithContracts).Findings,
            f => f.Family == LedgerSchema.Base && f.Key == "00");
    }

    [Fact]
    public void Blocks_before_the_base_are_not_there_and_their_transactions_are_remembered()
    {
        using var target = Installed();
        var source = Reference();
        var old = source.Live.Blocks.Block(new BlockHeight(Top))!.Transactions[0];

        Assert.Equal(new BlockHeight(Top), target.Base);
        Assert.True(target.Live.Blocks.IsBeforeHistory(new BlockHeight(Top)));
        Assert.Null(target.Live.Blocks.Block(new BlockHeight(Top)));
        Assert.Null(target.Live.Blocks.Block(new BlockHeight(3)));
        Assert.NotNull(target.Live.Blocks.Header(new BlockHeight(Top)));
        Assert.True(target.Live.Blocks.Contains(old.Id));
        Assert.Equal(new BlockHeight(Top), target.Live.Blocks.Find(old.Id)!.Value.Height);
        Assert.Null(target.Live.Blocks.Transaction(old.Id));
    }

    [Fact]
    public void An_installation_that_was_interrupted_goes_on_where_it_was()
    {
        var (snapshot, chunks) = Chunks();
        for (var i = 0; i < chunks.Count; i++)
        {
            // Opened anew for each range, as after a kill.
            using var target = Open(Target);
            if (i == 0) target.BeginInstall(snapshot);
            Assert.Equal(chunks[i].Range.Prefix, target.InstallProgress!.Next);
            Assert.Equal(chunks[i].Range.Prefix, target.InstallProgress.Missing()[0].Prefix);
            Assert.Null(target.Watermark);
            target.InstallState(chunks[i].Range, chunks[i].Chunk.Entries);
        }

        using var last = Open(Target);
        Assert.Empty(last.InstallProgress!.Missing());
        Assert.Throws<InvalidOperationException>(() => last.CompleteInstall(snapshot, 7));
        using (var source = Reference(Top + 1)) InstallLeaves(last, source);
        _reference = null;
        last.CompleteInstall(snapshot, 7);
        Assert.Equal(7UL, last.Watermark!.VoteSequence);
        Assert.Null(last.Installing);
    }

    [Fact]
    public void A_range_out_of_turn_is_refused()
    {
        var (snapshot, chunks) = Chunks();
        using var target = Open(Target);
        target.BeginInstall(snapshot);

        Assert.Throws<InvalidOperationException>(() => target.InstallState(chunks[1].Range, chunks[1].Chunk.Entries));
        target.InstallState(chunks[0].Range, chunks[0].Chunk.Entries);
        Assert.Throws<InvalidOperationException>(() => target.InstallState(chunks[0].Range, chunks[0].Chunk.Entries));
        Assert.Throws<InvalidOperationException>(() => target.CompleteInstall(snapshot, 0));
    }

    [Fact]
    public void P15_a_state_that_is_not_the_snapshots_is_not_completed()
    {
        var (snapshot, chunks) = Chunks();
        using var target = Open(Target);
        target.BeginInstall(snapshot);
        // The caller's duty is to verify; the store does not rely on it.
        foreach (var (range, chunk) in chunks) target.InstallState(range, chunk.Entries.Skip(1).ToList());
        using (var source = Reference(Top + 1)) InstallLeaves(target, source);
        _reference = null;

        var fault = Assert.Throws<StorageException>(() => target.CompleteInstall(snapshot, 0));
        Assert.Equal(StorageFault.Corruption, fault.Fault);
    }

    [Fact]
    public void An_installation_that_is_given_up_leaves_an_empty_store()
    {
        var (snapshot, chunks) = Chunks();
        using var target = Open(Target);
        target.BeginInstall(snapshot);
        target.InstallState(chunks[0].Range, chunks[0].Chunk.Entries);

        target.AbandonInstall();

        Assert.Null(target.InstallProgress);
        foreach (var commit in Chain().Take(3)) target.Commit(commit);
        Assert.Equal(2UL, target.Watermark!.Height.Value);
    }

    [Fact]
    public void A_chain_that_is_there_is_dropped_whole()
    {
        using (var old = Chain().Fill(Target, 5))
        {
            Install(old);
            Assert.Null(old.Live.Blocks.Header(new BlockHeight(2)));
        }

        Assert.Empty(DatabaseVerifier.Verify(new VerifyOptions { Path = Target }, TestChain.WithContracts).Findings);
    }

    [Fact]
    public void P11_a_state_larger_than_the_limit_is_sorted_in_parts()
    {
        using var source = Open(Source);
        foreach (var commit in Chain().Take(6)) source.Commit(commit);
        using var few = new StateSnapshot(source.OpenStateView(), indexKeys: 4);
        using var many = new StateSnapshot(source.OpenStateView());
        var ranges = new Stack<StateRange>([StateRange.Whole]);
        while (ranges.TryPop(out var range))
        {
            if (range.Depth < 4)
            {
                ranges.Push(range.Split().High);
                ranges.Push(range.Split().Low);
                continue;
            }

            var expected = many.Read(range, int.MaxValue)!;
            Assert.Equal(
                expected.Entries.Select(e => e.Key.ToArray()),
                few.Read(range, int.MaxValue)!.Entries.Select(e => e.Key.ToArray()));
        }

        Assert.Equal(1, many.Passes);
        Assert.True(few.Passes > 1);
    }

    [Fact]
    public void P25_whatever_the_moment_of_a_kill_an_installation_goes_on_and_the_store_verifies()
    {
        // The child installs ever the same snapshot, in as many small steps as there are; it acknowledges each.
        Reference(Top + 1).Dispose();
        _reference = null;
        var random = new Random(3);
        for (var round = 0; round < 4; round++)
        {
            using var installer = ChildProcess.Start(ChildRoles.InstallSnapshot, _directory.Path);
            for (var left = random.Next(1, 5); left > 0; left--) installer.RequireAcknowledgement();
            installer.KillAndDrain();
            using var killed = Open(Target);
            Assert.True(killed.InstallProgress is not null || killed.Base is not null);
        }

        using (var target = Open(Target))
        {
            if (target.Base is null) Install(target, resume: true);
        }

        Assert.Empty(DatabaseVerifier.Verify(new VerifyOptions { Path = Target }, TestChain.WithContracts).Findings);
    }

    internal static void Install(LedgerStore target, LedgerStore source, bool resume, Action? step = null)
    {
        var (snapshot, chunks) = Chunks(source);
        if (!resume) target.BeginInstall(snapshot);
        foreach (var (range, chunk) in chunks)
        {
            if (target.InstallProgress!.StateDone || range.Prefix < target.InstallProgress.Next) continue;
            target.InstallState(range, chunk.Entries);
            step?.Invoke();
        }

        InstallLeaves(target, source, step);
        while (target.InstallProgress!.NextRemembered is { Value: > 0 } next)
        {
            target.InstallRemembered(
                [source.Live.Blocks.Remembered(next)!]);
            step?.Invoke();
        }

        target.CompleteInstall(snapshot, 0);
    }

    // A number that divides no window.
    internal static void InstallLeaves(LedgerStore target, LedgerStore source, Action? step = null, int atOnce = 37)
    {
        while (target.InstallProgress is { } at && at.NextLeaf < at.Leaves)
        {
            var count = (int)Math.Min((ulong)atOnce, at.Leaves - at.NextLeaf);
            var leaves = source.Live.Evidence.Leaves(new LogIndex(at.NextLeaf), count, int.MaxValue);
            target.InstallLeaves(at.NextLeaf, [.. leaves.Select(l => new SnapshotLeaf(l.Encoded, l.Hash))]);
            step?.Invoke();
        }
    }

    // So many records that the leaves fill more than one window.
    internal static TestChain Chain() => new(TestChain.WithContracts) { RecordsPerTransaction = 12 };

    internal static LedgerStore Open(string path) =>
        LedgerStore.Open(new StorageOptions { Path = path }, TestChain.WithContracts);

    // The chain up to the snapshot, or the whole.
    private LedgerStore Reference(int blocks = Blocks)
    {
        _reference?.Dispose();
        if (Directory.Exists(Source)) Directory.Delete(Source, recursive: true);
        return _reference = Chain().Fill(Source, blocks);
    }

    private LedgerStore Installed()
    {
        var target = Open(Target);
        Install(target);
        return target;
    }

    private void Install(LedgerStore target, bool resume = false)
    {
        using var source = Reference(Top + 1);
        Install(target, source, resume);
        _reference = null;
    }

    private (ProvenSnapshot Snapshot, List<(StateRange Range, StateChunk Chunk)> Chunks) Chunks()
    {
        using var source = Reference(Top + 1);
        _reference = null;
        return Chunks(source);
    }

    private static void Change(string path, Action<WriteBatch, ColumnFamily> change)
    {
        using var database = RawDatabase.Open(path, LedgerSchema.Families);
        using var batch = database.CreateBatch();
        change(batch, database.Family(LedgerSchema.Base));
        database.Write(batch, sync: true);
    }

    internal static (ProvenSnapshot Snapshot, List<(StateRange Range, StateChunk Chunk)> Chunks) Chunks(LedgerStore source)
    {
        var top = source.Live.Blocks.CertifiedHeader(source.Watermark!.Height)!;
        var manifest = new SnapshotManifest(
            top.HeaderBytes, top.Certificate.Encode(), [],
            [.. LogFrontier.Restore(Sha256.Instance, source.Watermark.LogSize, source.Live.Log).Subtrees]);
        Assert.Equal(SnapshotFault.None, manifest.Verify(source.Genesis, out var proven));
        using var snapshot = new StateSnapshot(source.OpenStateView());
        var chunks = new List<(StateRange, StateChunk)>();
        var ranges = new Stack<StateRange>([StateRange.Whole]);
        while (ranges.TryPop(out var range))
        {
            if (range.Depth < 2)
            {
                ranges.Push(range.Split().High);
                ranges.Push(range.Split().Low);
                continue;
            }

            chunks.Add((range, snapshot.Read(range, int.MaxValue)!));
        }

        return (proven!, chunks);
    }
}
