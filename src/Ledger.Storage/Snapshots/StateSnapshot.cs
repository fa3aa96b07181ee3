using Ledger.Core.Blocks;
using Ledger.Core.Merkle;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Snapshots;

/// <summary>
/// The state as it was after a block, kept to be served in chunks while the chain goes on. Versions of the state that have
/// changed since stay on disk as long as it is held: hold few, and not for ever.
/// </summary>
/// <remarks>Safe for concurrent use; chunks are cut one at a time.</remarks>
public sealed class StateSnapshot : IDisposable
{
    /// <summary>
    /// Most keys that are sorted at a time, some 100 bytes each. A state with more is sorted in parts as they are asked
    /// for.
    /// </summary>
    public const int DefaultIndexKeys = 500_000;

    private readonly LedgerView _view;
    private readonly int _indexKeys;
    private readonly Lock _gate = new();
    private StateIndex? _index;
    private bool _disposed;

    /// <summary>Keeps the state that a view shows, and the view with it.</summary>
    public StateSnapshot(LedgerView view, int indexKeys = DefaultIndexKeys)
    {
        _view = view;
        _indexKeys = indexKeys;
        Watermark = view.Watermark!;
    }

    /// <summary>The block after which the state was like this.</summary>
    public Watermark Watermark { get; }

    /// <summary>Its height.</summary>
    public BlockHeight Height => Watermark.Height;

    /// <summary>How often the keys were read through to sort them.</summary>
    public int Passes { get; private set; }

    /// <summary>
    /// The entries of a range with their proof; null when they exceed <paramref name="maxBytes"/> and there is more than
    /// one: ask for its halves.
    /// </summary>
    public StateChunk? Read(in StateRange range, int maxBytes, CancellationToken stop = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_index is null || !_index.Covers(range))
            {
                _index = StateIndex.Build(_view.Scope, range, _indexKeys, stop);
                Passes++;
            }

            var keys = _index.Keys(range);
            var entries = new List<SnapshotEntry>(Math.Min(keys.Length, 1024));
            var bytes = 0;
            foreach (var (_, full) in keys)
            {
                var value = _view.Scope.Get(_view.Scope.Context.State, full)!;
                bytes += full.Length + value.Length;
                if (bytes > maxBytes && keys.Length > 1) return null;
                LedgerSchema.TrySplitStateKey(full, out var space, out var key);
                entries.Add(new SnapshotEntry(space, key, value));
            }

            var hash = _view.Scope.Context.Hash;
            return new StateChunk(StateRangeProof.Of(hash, Watermark.StateRoot, _view.State, range), entries);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _view.Dispose();
        }
    }
}
