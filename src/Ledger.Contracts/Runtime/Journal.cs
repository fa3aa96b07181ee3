namespace Ledger.Contracts.Runtime;

/// <summary>
/// The state as a transaction changes it: what it wrote over what the ledger has. Savepoints nest; going back to one
/// undoes what was written since.
/// </summary>
/// <remarks>Not thread-safe; of one transaction.</remarks>
internal sealed class Journal(IContractLedger ledger, int maxKeys)
{
    // Rows of the ledger read at a time by a scan: work done before it is charged.
    private const int ScanBatch = 16;

    // Bound: maxKeys. Sorted, for scans and for the order of the writes.
    private readonly SortedSet<Entry> _entries = new(Entry.Order);

    // Bound: what gas buys; every write charges.
    private readonly List<Change> _undo = [];

    /// <summary>A savepoint.</summary>
    public int Mark => _undo.Count;

    /// <summary>How many keys differ from the ledger, or were written at least.</summary>
    public int Count => _entries.Count;

    /// <summary>A value as the transaction sees it; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Read(string space, ReadOnlyMemory<byte> key) =>
        _entries.TryGetValue(new Entry(space, key), out var entry) ? entry.Value : ledger.Read(space, key);

    /// <summary>Writes a value; null deletes. False, and nothing is written, when there are too many keys.</summary>
    public bool TryWrite(string space, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value)
    {
        if (_entries.TryGetValue(new Entry(space, key), out var entry))
        {
            _undo.Add(new Change(entry, entry.Value, IsNew: false));
            entry.Value = value;
            return true;
        }

        if (_entries.Count >= maxKeys) return false;
        entry = new Entry(space, key) { Value = value };
        _entries.Add(entry);
        _undo.Add(new Change(entry, null, IsNew: true));
        return true;
    }

    /// <summary>Goes back to a savepoint.</summary>
    public void Revert(int mark)
    {
        for (var i = _undo.Count - 1; i >= mark; i--)
        {
            var change = _undo[i];
            if (change.IsNew) _entries.Remove(change.Entry);
            else change.Entry.Value = change.Before;
        }

        _undo.RemoveRange(mark, _undo.Count - mark);
    }

    /// <summary>
    /// The entries whose keys begin with <paramref name="prefix"/> and come after <paramref name="after"/>, in byte order,
    /// written and unwritten ones merged. <paramref name="visit"/> is told of every row passed, those that are deleted
    /// (with a null value) too, and ends the scan by answering false.
    /// </summary>
    public void Scan(
        string space,
        ReadOnlyMemory<byte> prefix,
        ReadOnlyMemory<byte>? after,
        Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?, bool> visit)
    {
        using var written = Written(space, prefix, after).GetEnumerator();
        var hasWritten = written.MoveNext();
        var cursor = after;
        while (true)
        {
            var rows = ledger.Scan(space, prefix, cursor, ScanBatch);
            foreach (var row in rows)
            {
                while (hasWritten && written.Current.Key.Span.SequenceCompareTo(row.Key.Span) < 0)
                {
                    if (!visit(written.Current.Key, written.Current.Value)) return;
                    hasWritten = written.MoveNext();
                }

                var value = (ReadOnlyMemory<byte>?)row.Value;
                if (hasWritten && written.Current.Key.Span.SequenceEqual(row.Key.Span))
                {
                    value = written.Current.Value;
                    hasWritten = written.MoveNext();
                }

                if (!visit(row.Key, value)) return;
                cursor = row.Key;
            }

            if (rows.Count < ScanBatch) break;
        }

        for (; hasWritten; hasWritten = written.MoveNext())
        {
            if (!visit(written.Current.Key, written.Current.Value)) return;
        }
    }

    /// <summary>What differs from the ledger, each key once, ordered by namespace and key.</summary>
    public List<ContractWrite> Writes()
    {
        var writes = new List<ContractWrite>(_entries.Count);
        foreach (var entry in _entries)
        {
            // What was written and deleted again was never there.
            if (entry.Value is null && ledger.Read(entry.Space, entry.Key) is null) continue;
            writes.Add(new ContractWrite(entry.Space, entry.Key, entry.Value));
        }

        return writes;
    }

    private IEnumerable<Entry> Written(string space, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte>? after)
    {
        var from = after is { } key && key.Span.SequenceCompareTo(prefix.Span) > 0 ? key : prefix;
        var low = new Entry(space, from);
        if (_entries.Max is not { } high || Entry.Order.Compare(low, high) > 0) yield break;
        foreach (var entry in _entries.GetViewBetween(low, high))
        {
            if (entry.Space != space || !entry.Key.Span.StartsWith(prefix.Span)) yield break;
            if (after is { } last && entry.Key.Span.SequenceCompareTo(last.Span) <= 0) continue;
            yield return entry;
        }
    }

    private sealed class Entry(string space, ReadOnlyMemory<byte> key)
    {
        public static readonly Comparer<Entry> Order = Comparer<Entry>.Create((a, b) =>
        {
            var order = string.CompareOrdinal(a.Space, b.Space);
            return order != 0 ? order : a.Key.Span.SequenceCompareTo(b.Key.Span);
        });

        public string Space { get; } = space;

        public ReadOnlyMemory<byte> Key { get; } = key;

        public ReadOnlyMemory<byte>? Value { get; set; }
    }

    private readonly record struct Change(Entry Entry, ReadOnlyMemory<byte>? Before, bool IsNew);
}
