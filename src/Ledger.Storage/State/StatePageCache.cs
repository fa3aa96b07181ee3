using Ledger.Core.Merkle;
using Ledger.Storage.KeyValue;

namespace Ledger.Storage.State;

/// <summary>
/// The pages of the state tree as they are after the newest block. Those that blocks changed gather here and are
/// written once in a while: pages near the root change with every block, and on disk only the last version counts. A
/// crash loses none of it, because <see cref="StateJournal"/> has the changes. Pages that were read lately are at hand
/// too.
/// </summary>
/// <remarks>
/// Two generations stand in for "used lately": what is used moves to the young one, and when changed pages are written,
/// or it is full, it becomes the old one. Safe for concurrent use. Bound: twice the given size.
/// </remarks>
internal sealed class StatePageCache(IStateNodes stored, long maxBytes) : IStateNodes
{
    // So that opening the store takes a second at most.
    private const int MaxChanges = 1 << 16;
    private const int MaxBlocks = 1024;

    // What an entry takes beside the page, so that many small pages count for what they are.
    private const int EntryBytes = 96;

    private readonly Lock _gate = new();
    private Dictionary<StatePageKey, Entry> _young = [];

    // Its pages are on disk, whatever their entries say.
    private Dictionary<StatePageKey, Entry> _old = [];
    private long _youngBytes;
    private int _changedPages;
    private int _changes;
    private int _blocks;

    /// <summary>Whether some pages are not on disk.</summary>
    public bool IsBehind
    {
        get
        {
            lock (_gate) return _changedPages > 0;
        }
    }

    /// <summary>Whether the changed pages are to be written before the next block.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _changes >= MaxChanges || _blocks >= MaxBlocks || (_youngBytes >= maxBytes && _changedPages > 0);
            }
        }
    }

    /// <inheritdoc/>
    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        lock (_gate)
        {
            if (_young.TryGetValue(key, out var young)) return Copy(young.Page, destination);
            if (_old.Remove(key, out var old))
            {
                Keep(key, old with { IsChanged = false });
                return Copy(old.Page, destination);
            }

            var length = stored.ReadPage(key, destination);
            // A page longer than the buffer is damaged, and whoever reads it refuses it.
            if (length >= 0 && length <= destination.Length)
                Keep(key, new Entry(destination[..length].ToArray(), IsChanged: false));
            return length;
        }
    }

    /// <summary>A block is on disk that changed these pages, by so many changes of the state.</summary>
    public void Add(IReadOnlyList<StatePageWrite> writes, int changes)
    {
        lock (_gate)
        {
            foreach (var write in writes)
            {
                // Into the array that is held already, where it fits, and never the writer's own: an array that lives
                // long is dear to the collector.
                if (!_young.TryGetValue(write.Key, out var held)) _old.Remove(write.Key, out held);
                var page = held.Page;
                if (write.Page is { } next && page?.Length == next.Length) next.CopyTo(page, 0);
                else page = write.Page?.ToArray();
                Keep(write.Key, new Entry(page, IsChanged: true));
            }

            _changes += changes;
            _blocks++;
        }
    }

    /// <summary>
    /// Puts the changed pages into a batch, in key order; <see cref="Written"/> once the database has it.
    /// </summary>
    public void PutTo(WriteBatch batch, StoreContext context)
    {
        lock (_gate)
        {
            var writes = new List<StatePageWrite>(_changedPages);
            var bytes = 0;
            foreach (var (key, entry) in _young)
            {
                if (!entry.IsChanged) continue;
                writes.Add(new StatePageWrite(key, entry.Page));
                bytes += SizeOf(entry.Page);
            }

            batch.Reserve(bytes);
            writes.Sort(static (a, b) => StatePageKey.Compare(a.Key, b.Key));
            StateWriter.AddPages(batch, context, writes);
        }
    }

    /// <summary>The changed pages are in the database.</summary>
    public void Written()
    {
        lock (_gate)
        {
            Age();
            _changes = _blocks = 0;
        }
    }

    /// <summary>Forgets everything: the database was filled with another tree.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _young.Clear();
            _old.Clear();
            _youngBytes = _changedPages = _changes = _blocks = 0;
        }
    }

    private static int Copy(byte[]? page, Span<byte> destination)
    {
        if (page is null) return -1;
        page.CopyTo(destination);
        return page.Length;
    }

    private static int SizeOf(byte[]? page) => EntryBytes + (page?.Length ?? 0);

    private void Keep(in StatePageKey key, in Entry entry)
    {
        ref var place = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            _young, key, out var exists);
        if (exists)
        {
            _youngBytes -= SizeOf(place.Page);
            if (place.IsChanged) _changedPages--;
        }

        place = entry;
        _youngBytes += SizeOf(entry.Page);
        if (entry.IsChanged) _changedPages++;
        // Changed pages wait for the next block, which writes them; without any, a full generation ages at once.
        if (_youngBytes >= maxBytes && _changedPages == 0) Age();
    }

    // The dictionaries change places and are never made anew: they are among the largest objects of a node.
    private void Age()
    {
        _old.Clear();
        (_old, _young) = (_young, _old);
        _youngBytes = _changedPages = 0;
    }

    private readonly record struct Entry(byte[]? Page, bool IsChanged);
}
