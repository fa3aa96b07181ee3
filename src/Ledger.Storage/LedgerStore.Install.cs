using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Merkle;
using Ledger.Core.Snapshots;
using Ledger.Core.State;
using Ledger.Storage.Blocks;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;
using Ledger.Storage.State;

namespace Ledger.Storage;

/// <content>
/// Beginning from a snapshot. From <see cref="BeginInstall"/> until <see cref="CompleteInstall"/> the database holds no
/// chain; what is installed so far and the mark that says how far it is are written together, so a node that is killed at
/// any moment goes on where it was.
/// </content>
public sealed partial class LedgerStore
{
    /// <summary>The block that this store began from; null when it holds the whole history.</summary>
    public BlockHeight? Base => _context.HasBase ? _context.BaseHeight : null;

    /// <summary>The manifest of the snapshot that this store began from; null when it holds the whole history.</summary>
    public SnapshotManifest? BaseManifest => BaseReader.Manifest(new ReadScope(_context, snapshot: null));

    /// <summary>The snapshot that is being installed; null when none is.</summary>
    public SnapshotManifest? Installing => Mark(LedgerSchema.InstallingKey) is { } bytes
        ? SnapshotManifest.TryDecode(bytes, out var manifest, out _)
            ? manifest
            : throw Damaged("the manifest of the snapshot that is being installed")
        : null;

    /// <summary>How far that installation is; null when there is none.</summary>
    public InstallProgress? InstallProgress => Mark(LedgerSchema.ProgressKey) is { } bytes
        ? InstallProgress.Decode(bytes) ?? throw Damaged("the progress of the installation")
        : null;

    /// <summary>
    /// Drops the whole chain and begins to install a snapshot, which the caller has verified. One synced write.
    /// </summary>
    public void BeginInstall(ProvenSnapshot snapshot)
    {
        lock (_writing)
        {
            DropChain();
            PutMark(LedgerSchema.InstallingKey, snapshot.Manifest.Encode());
            PutProgress(new InstallProgress(
                StateTree.EmptyRoot, default, false, snapshot.Height, snapshot.Hash, 0,
                snapshot.LeavesNeeded(Genesis.Parameters)));
            _context.Database.Write(_batch, sync: true);
            _pages.Clear();
            _context.BaseHeight = default;
            _watermark = _durable = null;
        }
    }

    /// <summary>Gives an installation up: the store is empty again, as before genesis. One synced write.</summary>
    public void AbandonInstall()
    {
        lock (_writing)
        {
            DropChain();
            _batch.Delete(_context.Meta, LedgerSchema.InstallingKey);
            _batch.Delete(_context.Meta, LedgerSchema.ProgressKey);
            _context.Database.Write(_batch, sync: true);
            _pages.Clear();
        }
    }

    /// <summary>
    /// Installs the entries of the next missing range, which the caller has verified. Not synced: what a crash of the
    /// machine takes away, the mark of progress forgets with it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The range is not the next that is missing.</exception>
    public void InstallState(in StateRange range, IReadOnlyList<SnapshotEntry> entries)
    {
        lock (_writing)
        {
            var progress = InstallProgress ?? throw new InvalidOperationException("nothing is being installed");
            if (progress.StateDone || progress.Next != range.Prefix)
                throw new InvalidOperationException("another range of the state is next");
            _batch.Clear();
            var changes = new StateChange[entries.Count];
            for (var i = 0; i < entries.Count; i++)
            {
                var entry = entries[i];
                var leaf = entry.LeafWith(_context.Hash);
                changes[i] = new StateChange(leaf.Path, leaf.ValueHash);
                _batch.Put(_context.State, LedgerSchema.StateKey(entry.Namespace, entry.Key.Span), entry.Value.Span);
                // Where the leaves come too, they say what the timelines' last ones are.
                if (entry.Namespace == StateNamespaces.Timelines && progress.Leaves == 0) RememberTimeline(entry);
            }

            var update = new StateTree(_context.Hash).Apply(
                progress.StateRoot, new StateReader(Live.Scope), changes);
            StateWriter.AddPages(_batch, _context, update.Writes);
            var end = EndOf(range);
            PutProgress(progress with { StateRoot = update.Root, Next = end ?? default, StateDone = end is null });
            _context.Database.Write(_batch, sync: false);
        }
    }

    /// <summary>
    /// Remembers the transaction ids of the next blocks downwards, which the caller has verified. Not synced either.
    /// </summary>
    public void InstallRemembered(IReadOnlyList<RememberedBlock> blocks)
    {
        lock (_writing)
        {
            var progress = InstallProgress ?? throw new InvalidOperationException("nothing is being installed");
            _batch.Clear();
            foreach (var block in blocks)
            {
                if (block.Height != progress.NextRemembered)
                    throw new InvalidOperationException($"block {progress.NextRemembered} is next to be remembered");
                _batch.Put(_context.Base, BaseReader.BlockKey(block.Height), BaseReader.EncodeBlock(block));
                for (var i = 0; i < block.Ids.Count; i++)
                {
                    var place = new Blocks.TransactionPlace(block.Height, (uint)i);
                    _batch.Put(_context.Base, BaseReader.TransactionKey(block.Ids[i]), place.Encode());
                }

                progress = progress with
                {
                    NextRemembered = new BlockHeight(block.Height.Value - 1),
                    NextHash = block.Previous,
                };
            }

            PutProgress(progress);
            _context.Database.Write(_batch, sync: false);
        }
    }

    /// <summary>Makes the installed snapshot the chain that this store begins from. One synced write.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="voteSequence">The vote log's sequence.</param>
    /// <exception cref="StorageException">What is installed does not have the snapshot's state root or log root.</exception>
    public void CompleteInstall(ProvenSnapshot snapshot, ulong voteSequence)
    {
        lock (_writing)
        {
            if (InstallProgress is not { StateDone: true } progress)
                throw new InvalidOperationException("the state is not installed");
            var header = snapshot.Header;
            if (progress.StateRoot != header.StateRoot) throw Damaged("the installed state");
            RequireLeaves(progress, header);
            if (!QuorumCertificate.TryDecode(snapshot.Manifest.CertificateBytes.Span, out var certificate, out _))
                throw new InvalidOperationException("the snapshot was not verified");
            _batch.Clear();
            var height = LedgerSchema.HeightKey(snapshot.Height);
            _batch.Put(_context.Headers, height, snapshot.Manifest.HeaderBytes.Span);
            _batch.Put(_context.Certificates, height, certificate.Encode());
            foreach (var set in snapshot.Validators)
                StoredValidators.Put(_batch, _context, set);
            PutLogEdge(snapshot.Log);
            _batch.Put(_context.Base, BaseReader.ManifestKey, snapshot.Manifest.Encode());
            var watermark = new Watermark(
                header.Height, snapshot.Hash, header.LogSize, header.LogRoot, header.StateRoot, voteSequence);
            PutMark(LedgerSchema.WatermarkKey, watermark.Encode());
            PutPagesMark(header.Height, header.StateRoot);
            PutMark(LedgerSchema.CertifiedKey, height);
            PutMark(LedgerSchema.BaseKey, height);
            _batch.Delete(_context.Meta, LedgerSchema.InstallingKey);
            _batch.Delete(_context.Meta, LedgerSchema.ProgressKey);
            _context.Database.Write(_batch, sync: true);
            _context.BaseHeight = header.Height;
            _watermark = _durable = watermark;
        }
    }

    // Into the batch: everything goes but whose store it is.
    private void DropChain()
    {
        _batch.Clear();
        foreach (var name in LedgerSchema.Families.Keys.Where(n => n != LedgerSchema.Meta))
            _batch.DeleteBelow(_context.Database.Family(name), LedgerSchema.BeyondAll);
        _batch.Delete(_context.Meta, LedgerSchema.WatermarkKey);
        _batch.Delete(_context.Meta, LedgerSchema.PagesKey);
        _batch.Delete(_context.Meta, LedgerSchema.CertifiedKey);
        _batch.Delete(_context.Meta, LedgerSchema.BaseKey);
        StoredValidators.Put(_batch, _context, Genesis.Validators);
    }

    // The first path after the range; null after the last one.
    private static Core.Crypto.Hash256? EndOf(in StateRange range)
    {
        Span<byte> end = stackalloc byte[Core.Crypto.Hash256.Size];
        range.Prefix.CopyTo(end);
        for (var bit = range.Depth - 1; bit >= 0; bit--)
        {
            var mask = (byte)(0x80 >> (bit & 7));
            end[bit >> 3] ^= mask;
            // The bit was clear: no carry.
            if ((end[bit >> 3] & mask) != 0) return new Core.Crypto.Hash256(end);
        }

        return null;
    }

    // The first leaf of a timeline after the base names the last one before it, which is not on this disk.
    private void RememberTimeline(SnapshotEntry entry)
    {
        if (!TimelineHead.TryDecode(entry.Value.Span, out var head, out _)) return;
        _batch.Put(
            _context.Base,
            BaseReader.TimelineKey(entry.Key.Span),
            BaseReader.EncodeTimeline(head.Value.Sequence, head.Value.LeafHash));
    }

    private void PutLogEdge(LogFrontier log)
    {
        var start = 0UL;
        var subtree = 0;
        for (var level = 63; level >= 0; level--)
        {
            if ((log.Size >> level & 1) == 0) continue;
            _batch.Put(_context.Base, BaseReader.LogNodeKey(level, start >> level), log.Subtrees[subtree++].AsSpan());
            start += 1UL << level;
        }
    }

    private void PutProgress(InstallProgress progress) => PutMark(LedgerSchema.ProgressKey, progress.Encode());

    private byte[]? Mark(ReadOnlySpan<byte> key) => new ReadScope(_context, snapshot: null).Mark(key);

    private StorageException Damaged(string what) => new(
        StorageFault.Corruption,
        $"Database {_context.Database.Path}: {what} is damaged. Remove the database: the node begins anew.");
}
