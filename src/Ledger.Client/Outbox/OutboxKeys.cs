namespace Ledger.Client.Outbox;

/// <summary>
/// The keys of pending records, and of as many completed ones as are remembered. Not thread-safe; guarded by the store's
/// lock.
/// </summary>
internal sealed class OutboxKeys(int remembered)
{
    // Bound: pending records and remembered ones.
    private readonly Dictionary<string, (OutboxEntry? Entry, OutboxCompletion? Completion)> _known =
        new(StringComparer.Ordinal);

    // Completed keys, oldest first. Bound: remembered.
    private readonly Queue<string> _completed = [];

    public (OutboxEntry? Entry, OutboxCompletion? Completion)? Find(string key) =>
        _known.TryGetValue(key, out var found) ? found : null;

    public void Add(OutboxEntry entry)
    {
        if (entry.Key is { } key) _known[key] = (entry, null);
    }

    public void Remove(OutboxEntry entry)
    {
        if (entry.Key is { } key) _known.Remove(key);
    }

    public void Complete(OutboxCompletion completion)
    {
        if (completion.Key is not { } key) return;
        _known[key] = (null, completion);
        _completed.Enqueue(key);
        while (_completed.Count > remembered)
        {
            var oldest = _completed.Dequeue();
            if (_known.TryGetValue(oldest, out var known) && known.Entry is null) _known.Remove(oldest);
        }
    }
}
