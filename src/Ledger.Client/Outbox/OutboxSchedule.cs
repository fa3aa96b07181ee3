using System.Runtime.InteropServices;

namespace Ledger.Client.Outbox;

/// <summary>
/// Which records travel next. Records of a subject that is on its way, or is held up, are set aside until it is free again,
/// and others go before them; those of one subject never overtake each other.
/// </summary>
/// <remarks>Not thread-safe: the sender's loop owns it. Made anew for each run, of what the journal says.</remarks>
internal sealed class OutboxSchedule
{
    /// <summary>Most records that others may go before; then all wait.</summary>
    public const int MaxAside = 10_000;

    private readonly OutboxStore _store;
    private readonly int _maxRecords;
    private readonly int _maxBytes;

    // How many open transactions have records of a subject; more than one only after a refusal. Bound: records in open
    // transactions.
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);

    // Records that are set aside, by subject, ascending. Bound: MaxAside.
    private readonly Dictionary<string, Queue<long>> _aside = new(StringComparer.Ordinal);

    // Subjects that have records set aside and are held no more, the longest free first. Bound: as above.
    private readonly Queue<string> _freed = [];

    // What travels next, so far. Bound: _maxRecords.
    private List<OutboxEntry> _draft = [];
    private int _draftBytes;
    private bool _isClosed;

    // The next record that was never looked at.
    private long _next;
    private int _asideCount;

    public OutboxSchedule(OutboxStore store, IEnumerable<long> passed, long last, int maxRecords, int maxBytes)
    {
        _store = store;
        _maxRecords = maxRecords;
        _maxBytes = maxBytes;
        _next = last + 1;
        foreach (var number in passed) SetAside(store.Entry(number));
        foreach (var subject in _aside.Keys) _freed.Enqueue(subject);
    }

    /// <summary>Whether nothing more can travel with what does.</summary>
    public bool IsFull => _isClosed || _draft.Count == _maxRecords;

    /// <summary>When the first of what travels next was enqueued.</summary>
    public long EnqueuedMilliseconds => _draft[0].EnqueuedMilliseconds;

    /// <summary>Takes up what may travel next.</summary>
    /// <returns>Whether there is anything.</returns>
    public bool Fill()
    {
        while (!IsFull && _freed.TryPeek(out var subject))
        {
            // A subject that is free once more is among them again.
            if (_held.ContainsKey(subject) || TakeUp(subject)) _freed.Dequeue();
        }

        while (!IsFull && _next <= _store.Last && _asideCount < MaxAside)
        {
            var entry = _store.Entry(_next);
            if (_held.ContainsKey(entry.Subject) || _aside.ContainsKey(entry.Subject)) SetAside(entry);
            else if (!TryAdd(entry)) break;
            _next++;
        }

        return _draft.Count > 0;
    }

    /// <summary>Hands over what travels next, in the order in which it was enqueued; its subjects are held.</summary>
    public List<OutboxEntry> Take()
    {
        var taken = _draft;
        taken.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
        (_draft, _draftBytes, _isClosed) = ([], 0, false);
        return taken;
    }

    /// <summary>Notes that a transaction with records of these subjects is open.</summary>
    public void Hold(HashSet<string> subjects)
    {
        foreach (var subject in subjects)
            CollectionsMarshal.GetValueRefOrAddDefault(_held, subject, out _)++;
    }

    /// <summary>Notes that it is open no longer.</summary>
    public void Release(HashSet<string> subjects)
    {
        foreach (var subject in subjects)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_held, subject);
            if (--count > 0) continue;
            _held.Remove(subject);
            if (_aside.ContainsKey(subject)) _freed.Enqueue(subject);
        }
    }

    /// <summary>Whether several open transactions have records of one of these subjects.</summary>
    public bool AreShared(HashSet<string> subjects) => subjects.Any(s => _held.GetValueOrDefault(s) > 1);

    // Whether all of a subject's records were taken up.
    private bool TakeUp(string subject)
    {
        if (!_aside.TryGetValue(subject, out var numbers)) return true;
        while (numbers.TryPeek(out var number))
        {
            if (IsFull || !TryAdd(_store.Entry(number))) return false;
            numbers.Dequeue();
            _asideCount--;
        }

        _aside.Remove(subject);
        return true;
    }

    private void SetAside(OutboxEntry entry)
    {
        ref var numbers = ref CollectionsMarshal.GetValueRefOrAddDefault(_aside, entry.Subject, out _);
        (numbers ??= []).Enqueue(entry.Sequence);
        _asideCount++;
    }

    private bool TryAdd(OutboxEntry entry)
    {
        var bytes = entry.Record.Length + 4;
        if (_draft.Count > 0 && _draftBytes + bytes > _maxBytes)
        {
            _isClosed = true;
            return false;
        }

        _draft.Add(entry);
        _draftBytes += bytes;
        return true;
    }
}
