using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
/// One at a time adds and writes pages, the store; anybody reads. Changed pages stay until they are written. When the
/// table is full, pages that are on disk make room: first those that were used longest ago, counted in writings, and
/// within one such age whichever comes first. Bound: half as much again as may be changed, and what one block reads and
/// changes.
/// </remarks>
internal sealed class StatePageCache(IStateNodes stored, long maxChangedBytes) : IStateNodes
{
    // So that opening the store takes a second at most.
    private const int MaxChanges = 1 << 16;
    private const int MaxBlocks = 1024;

    // What an entry takes beside the page, so that many small pages count for what they are.
    private const int EntryBytes = 104;

    // When a page was changed that was only read.
    private const long Never = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<StatePageKey, Entry> _pages = [];
    private readonly long _maxBytes = maxChangedBytes + (maxChangedBytes >> 1);
    private long _bytes;
    private long _changedBytes;
    private int _changedPages;
    private int _changes;
    private int _blocks;

    // How often changed pages were written: the age of the pages. A page that was changed since the last time is not on
    // disk.
    private long _writings;

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
                return _changes >= MaxChanges || _blocks >= MaxBlocks
                    || (_changedBytes >= maxChangedBytes && _changedPages > 0);
            }
        }
    }

    /// <inheritdoc/>
    public int ReadPage(in StatePageKey key, Span<byte> destination)
    {
        lock (_gate)
        {
            ref var held = ref CollectionsMarshal.GetValueRefOrNullRef(_pages, key);
            if (!Unsafe.IsNullRef(ref held))
            {
                held = held with { UsedAt = _writings };
                return Copy(held.Page, destination);
            }

            var length = stored.ReadPage(key, destination);
            // A page longer than the buffer is damaged, and whoever reads it refuses it.
            if (length < 0 || length > destination.Length) return length;
            var entry = new Entry(destination[..length].ToArray(), _writings, Never);
            _pages.Add(key, entry);
            Count(entry);
            MakeRoom();
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
                ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_pages, write.Key, out var exists);
                if (exists) Uncount(place);

                // Into the array that is held already, where it fits, and never the writer's own: an array that lives
                // long is dear to the collector.
                var page = place.Page;
                if (write.Page is { } next && page?.Length == next.Length) next.CopyTo(page, 0);
                else page = write.Page?.ToArray();
                place = new Entry(page, _writings, _writings);
                Count(place);
            }

            MakeRoom();
            _changes += changes;
            _blocks++;
        }
    }

    /// <summary>
    /// Puts the changed pages into a batch, in key order; <see cref="Written"/> once the database has it.
    /// </summary>
    public void PutTo(WriteBatch batch, StoreContext context)
    {
        List<StatePageWrite> writes;
        var bytes = 0;
        lock (_gate)
        {
            writes = new List<StatePageWrite>(_changedPages);
            foreach (var (key, entry) in _pages)
            {
                if (!IsChanged(entry)) continue;
                writes.Add(new StatePageWrite(key, entry.Page));
                bytes += SizeOf(entry.Page);
            }
        }

        // Readers need not wait for the rest: only the writer of blocks, who is here, changes a page that is held.
        batch.Reserve(bytes);
        writes.Sort(static (a, b) => StatePageKey.Compare(a.Key, b.Key));
        StateWriter.AddPages(batch, context, writes);
    }

    /// <summary>The changed pages are in the database.</summary>
    public void Written()
    {
        lock (_gate)
        {
            _changedBytes = _changedPages = _changes = _blocks = 0;
            _writings++;
        }
    }

    /// <summary>Forgets everything: the database was filled with another tree.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _pages.Clear();
            _bytes = _changedBytes = _changedPages = _changes = _blocks = 0;
        }
    }

    private static int Copy(byte[]? page, Span<byte> destination)
    {
        if (page is null) return -1;
        page.CopyTo(destination);
        return page.Length;
    }

    private static int SizeOf(byte[]? page) => EntryBytes + (page?.Length ?? 0);

    private bool IsChanged(in Entry entry) => entry.ChangedAt == _writings;

    private void Count(in Entry entry)
    {
        _bytes += SizeOf(entry.Page);
        if (!IsChanged(entry)) return;
        _changedBytes += SizeOf(entry.Page);
        _changedPages++;
    }

    private void Uncount(in Entry entry)
    {
        _bytes -= SizeOf(entry.Page);
        if (!IsChanged(entry)) return;
        _changedBytes -= SizeOf(entry.Page);
        _changedPages--;
    }

    // An eighth at a time, and not for less than that, so that going through the whole table is seldom.
    private void MakeRoom()
    {
        if (_bytes <= _maxBytes || _bytes - _changedBytes < _maxBytes >> 3) return;
        for (var age = 2; age >= 0; age--) Drop(_writings - age);
    }

    // Pages on disk that were not used after so many writings, until there is room. What is changed stays, and is
    // written before the next block when it is too much.
    private void Drop(long usedAt)
    {
        var wanted = _maxBytes - (_maxBytes >> 3);
        foreach (var (key, entry) in _pages)
        {
            if (_bytes <= wanted) return;
            if (IsChanged(entry) || entry.UsedAt > usedAt) continue;
            Uncount(entry);
            _pages.Remove(key);
        }
    }

    private readonly record struct Entry(byte[]? Page, long UsedAt, long ChangedAt);
}
