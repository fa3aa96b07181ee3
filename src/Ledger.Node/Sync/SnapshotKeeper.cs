using Ledger.Core.Blocks;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;
using Ledger.Core.Snapshots;
using Ledger.Node.Hosting;
using Ledger.Node.Wire;
using Ledger.Storage;
using Ledger.Storage.Snapshots;

namespace Ledger.Node.Sync;

/// <summary>
/// Keeps the state after every so-many-th block, the newest two, for nodes that join. All nodes keep the same heights, so a
/// joining node can fetch from all of them at once. A node that keeps none yet makes one of its newest block when asked.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class SnapshotKeeper(LedgerStore store, ulong interval) : IDisposable
{
    /// <summary>Blocks between snapshots: what a joining node executes at most twice over after its snapshot.</summary>
    public const ulong DefaultInterval = 1000;

    private readonly Lock _gate = new();

    // Newest last. Bound: MaxSnapshots, and one that is not certified yet.
    private readonly List<StateSnapshot> _kept = [];
    private bool _disposed;

    /// <summary>A block was made durable. Called by the executor, before the next block.</summary>
    public void OnCommitted(BlockHeight height)
    {
        if (height.Value % interval == 0) Keep();
    }

    /// <summary>The snapshots that can be had, the newest first.</summary>
    public IReadOnlyList<SnapshotManifest> Manifests()
    {
        lock (_gate)
        {
            if (_disposed) return [];
            if (_kept.Count == 0) Keep();
            var manifests = new List<SnapshotManifest>();
            for (var i = _kept.Count - 1; i >= 0 && manifests.Count < SnapshotMessages.MaxSnapshots; i--)
            {
                if (ManifestOf(_kept[i]) is { } manifest) manifests.Add(manifest);
            }

            return manifests;
        }
    }

    /// <summary>A chunk of a snapshot, encoded; empty when that snapshot is not kept.</summary>
    public byte[] Chunk(BlockHeight height, in StateRange range, CancellationToken stop)
    {
        StateSnapshot? snapshot;
        lock (_gate) snapshot = _disposed ? null : _kept.Find(s => s.Height == height);
        if (snapshot is null) return [];
        try
        {
            return SnapshotMessages.Encode(
                new ServedChunk(height, snapshot.Read(range, SnapshotMessages.ChunkBytes, stop)));
        }
        catch (ObjectDisposedException)
        {
            // A newer one took its place meanwhile.
            return [];
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var snapshot in _kept) snapshot.Dispose();
            _kept.Clear();
        }
    }

    private void Keep()
    {
        lock (_gate)
        {
            if (_disposed) return;
            var view = store.OpenStateView();
            // Genesis is no snapshot; and an epoch's last block lacks the validators that certify what follows.
            if (view.Watermark is not { Height.Value: > 0 } top
                || view.Blocks.Header(top.Height)!.Header.NextValidators is not null)
            {
                view.Dispose();
                return;
            }

            _kept.Add(new StateSnapshot(view));
            if (_kept.Count <= SnapshotMessages.MaxSnapshots + 1) return;
            _kept[0].Dispose();
            _kept.RemoveAt(0);
        }
    }

    private SnapshotManifest? ManifestOf(StateSnapshot snapshot)
    {
        if (store.Live.Blocks.CertifiedHeader(snapshot.Height) is not { } certified) return null;
        var header = store.Live.Blocks.Header(snapshot.Height)!.Header;
        if (EpochsBefore(header) is not { } epochs) return null;
        var log = LogFrontier.Restore(store.Genesis.Suite.Hash, header.LogSize, store.Live.Log);
        return new SnapshotManifest(
            certified.HeaderBytes, certified.Certificate.Encode(), epochs, [.. log.Subtrees]);
    }

    // Null when an epoch's last block has no certificate of its own here.
    private List<EpochChange>? EpochsBefore(BlockHeader header)
    {
        var changes = store.BaseManifest?.Epochs.ToList() ?? [];
        for (var epoch = new Epoch((ulong)changes.Count); epoch.Value < header.Epoch.Value; epoch = epoch.Next)
        {
            var last = Recovery.LastOf(store, epoch);
            if (store.Live.Blocks.CertifiedHeader(last) is not { } ending
                || store.Live.Blocks.Validators(epoch.Next) is not { } next)
            {
                return null;
            }

            changes.Add(new EpochChange(ending.HeaderBytes, ending.Certificate.Encode(), next.Encoded));
        }

        return changes;
    }
}
