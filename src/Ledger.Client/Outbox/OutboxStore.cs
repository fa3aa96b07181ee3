using Ledger.Client.Submit.Journal;
using Ledger.Core.Encoding;

namespace Ledger.Client.Outbox;

/// <summary>
/// The records that wait or are on their way: on disk, and in memory up to the limits. An enqueued record is durable when
/// its task ends. Records that are enqueued at the same time share one write and one sync.
/// </summary>
/// <remarks>Safe for concurrent use. One writer at a time has its turn; the lock is never held across I/O.</remarks>
internal sealed class OutboxStore : IDisposable
{
    // A write holds no more than fits in an entry of the file.
    private const int MaxWriteBytes = 512 << 10;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly OutboxOptions _options;
    private readonly TimeProvider _time;
    private readonly SegmentedLog _log;
    private readonly OutboxKeys _keys;

    // By number: what is durable and not completed. Bound: MaxPendingRecords, or what was on disk at the start.
    private readonly Dictionary<long, OutboxEntry> _entries = [];

    // Writes that wait for their turn, oldest first. Bound: MaxPendingBytes.
    private readonly List<OutboxWrite> _writes = [];

    private TaskCompletionSource _room = NewSignal();
    private TaskCompletionSource _arrived = NewSignal();
    private int _pending;
    private long _pendingBytes;
    private long _oldest = 1;
    private bool _isClosed;

    public OutboxStore(OutboxOptions options, TimeProvider time, OutboxKeys keys)
    {
        _options = options;
        _time = time;
        _keys = keys;
        _log = new SegmentedLog(Path.Combine(options.Folder, "entries"), options.SegmentBytes);
    }

    /// <summary>The number of the last durable record.</summary>
    public long Last { get; private set; }

    /// <summary>How often the entries' files were made durable.</summary>
    public long Syncs => _log.Syncs;

    /// <summary>Whoever holds it writes; records that come meanwhile gather.</summary>
    public SemaphoreSlim Turn => _turn;

    /// <summary>What keeps records from being delivered; shown with the status.</summary>
    public string? Problem { get; set; }

    /// <summary>Reads what is on disk.</summary>
    /// <param name="isCompleted">Whether a record with this number has ended.</param>
    /// <param name="lastSent">The last number that is in a batch.</param>
    public void Load(Func<long, bool> isCompleted, long lastSent)
    {
        foreach (var (frame, file) in _log.Replay())
        {
            var entries = OutboxFrames.Decode(frame.Span)
                ?? throw new JournalException($"{file} holds something that this program cannot read");
            // Files that were dropped are those from the front, and they were completed.
            if (Last == 0) RequireCompleted(entries[0].Sequence, isCompleted, lastSent, file);
            else if (entries[0].Sequence != Last + 1)
                throw new JournalException($"before {file} a file is missing: record {Last + 1} is not there");
            foreach (var entry in entries)
            {
                Last = entry.Sequence;
                if (isCompleted(entry.Sequence)) continue;
                Hold(entry);
                _keys.Add(entry);
            }
        }

        if (Last < lastSent && Last > 0)
            throw new JournalException($"{_options.Folder} lacks records up to {lastSent}, which were sent already");
        if (Last == 0) Last = lastSent;
        _oldest = _entries.Count > 0 ? _entries.Keys.Min() : Last + 1;
    }

    /// <summary>Checks after loading that records which have not ended are there.</summary>
    public void RequireHeld(IEnumerable<long> numbers)
    {
        foreach (var number in numbers)
        {
            if (!_entries.ContainsKey(number))
                throw new JournalException($"{_options.Folder} lacks record {number}, which has not ended");
        }
    }

    /// <summary>Takes a record; durable when the task ends.</summary>
    public async Task<OutboxPlace> AddAsync(OutboxEntry entry, CancellationToken cancellation)
    {
        while (true)
        {
            Task room;
            OutboxWrite? write = null;
            OutboxEntry? same;
            lock (_gate)
            {
                RequireOpen();
                if (entry.Key is { } key && _keys.Find(key) is { } known)
                {
                    if (known.Completion is { } ended) return new OutboxPlace(ended.Sequence, false);
                    same = known.Entry!;
                    write = same.Write;
                    if (write is null) return new OutboxPlace(same.Sequence, false);
                }
                else
                {
                    same = null;
                    if (FullBy() is { } limit)
                    {
                        if (_options.WhenFull == OutboxFullMode.Fail) throw new OutboxFullException(limit, StatusLocked());
                    }
                    else
                    {
                        write = Join(entry);
                    }
                }

                room = _room.Task;
            }

            if (write is not null)
            {
                await FlushAsync(write);
                return new OutboxPlace((same ?? entry).Sequence, same is null);
            }

            // Age ends without anything happening here, so room is looked for again after a while.
            await room.WaitAsync(TimeSpan.FromSeconds(1), _time, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A record that is pending.</summary>
    public OutboxEntry Entry(long number)
    {
        lock (_gate) return _entries[number];
    }

    /// <summary>The entries with these numbers, which are pending.</summary>
    public OutboxEntry[] Entries(RowSet numbers)
    {
        lock (_gate)
        {
            var entries = new OutboxEntry[numbers.Count];
            var place = 0;
            foreach (var number in numbers.Rows) entries[place++] = _entries[number];
            return entries;
        }
    }

    /// <summary>The body of a transaction of these records.</summary>
    public static byte[] BodyOf(IReadOnlyList<OutboxEntry> entries)
    {
        var writer = new CanonicalWriter(entries.Sum(e => e.Record.Length + 4));
        foreach (var entry in entries) writer.Message(1, entry.Record);
        return writer.ToArray();
    }

    /// <summary>Lets go of records that have ended.</summary>
    public void Complete(IReadOnlyList<OutboxCompletion> completions)
    {
        long oldest;
        lock (_gate)
        {
            foreach (var completion in completions)
            {
                if (!_entries.Remove(completion.Sequence, out var entry)) continue;
                _pending--;
                _pendingBytes -= entry.Bytes;
                _keys.Complete(completion);
            }

            while (_oldest <= Last && !_entries.ContainsKey(_oldest)) _oldest++;
            oldest = _oldest;
            Signal(ref _room);
        }

        // Taken by whoever writes next, too; both only touch the files in their turn.
        if (_turn.Wait(0)) DropUnderTurn(oldest);
    }

    /// <summary>What is known of a key.</summary>
    public OutboxEntryState? Find(string key)
    {
        lock (_gate)
        {
            if (_keys.Find(key) is not { } known) return null;
            if (known.Completion is { } ended) return new OutboxEntryState(ended.Sequence, ended);
            return known.Entry!.Write is null ? new OutboxEntryState(known.Entry.Sequence, null) : null;
        }
    }

    /// <summary>Ends when a record after the given number is durable.</summary>
    public Task ArrivedAfter(long sequence)
    {
        lock (_gate) return Last > sequence ? Task.CompletedTask : _arrived.Task;
    }

    /// <summary>Ends when records ended; ask again what is pending then.</summary>
    public Task WaitForRoom()
    {
        lock (_gate) return _pending == 0 ? Task.CompletedTask : _room.Task;
    }

    public OutboxStatus Status()
    {
        lock (_gate) return StatusLocked();
    }

    public void Dispose()
    {
        lock (_gate) _isClosed = true;
        _turn.Wait();
        _log.Dispose();
        _turn.Release();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Signal(ref TaskCompletionSource signal)
    {
        signal.TrySetResult();
        signal = NewSignal();
    }

    private static void RequireCompleted(long first, Func<long, bool> isCompleted, long lastSent, string file)
    {
        for (var before = first - 1; before > 0 && before > first - 4096; before--)
        {
            if (before > lastSent || !isCompleted(before))
                throw new JournalException($"before {file} a file is missing: record {before} is not there");
        }
    }

    private OutboxStatus StatusLocked() => new()
    {
        PendingRecords = _pending,
        PendingBytes = _pendingBytes,
        OldestAge = OldestAge(),
        OpenTransactions = 0,
        RecordedRecords = 0,
        DeadLetters = 0,
        Problem = Problem,
    };

    private TimeSpan OldestAge()
    {
        if (!_entries.TryGetValue(_oldest, out var oldest)) return TimeSpan.Zero;
        var age = _time.GetUtcNow().ToUnixTimeMilliseconds() - oldest.EnqueuedMilliseconds;
        return TimeSpan.FromMilliseconds(Math.Max(0, age));
    }

    private string? FullBy()
    {
        if (_pending >= _options.MaxPendingRecords) return nameof(OutboxOptions.MaxPendingRecords);
        if (_pendingBytes >= _options.MaxPendingBytes) return nameof(OutboxOptions.MaxPendingBytes);
        return _options.MaxAge is { } most && OldestAge() > most ? nameof(OutboxOptions.MaxAge) : null;
    }

    private void RequireOpen()
    {
        ObjectDisposedException.ThrowIf(_isClosed, typeof(LedgerOutbox));
    }

    private OutboxWrite Join(OutboxEntry entry)
    {
        if (_writes.Count == 0 || _writes[^1].Bytes >= MaxWriteBytes) _writes.Add(new OutboxWrite());
        var write = _writes[^1];
        write.Entries.Add(entry);
        write.Bytes += entry.Bytes;
        entry.Write = write;
        _pending++;
        _pendingBytes += entry.Bytes;
        _keys.Add(entry);
        return write;
    }

    // Whoever has the turn writes for all who came before: they find their write done.
    private async Task FlushAsync(OutboxWrite write)
    {
        // Others that are enqueuing in the same breath join this write.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        // Not cancellable from here on: the record may be written by another's turn.
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            while (!write.IsDone) WriteOldest();
        }
        finally
        {
            _turn.Release();
        }

        if (write.Failure is { } failure)
            throw new IOException($"the outbox could not write the record: {failure.Message}", failure);
    }

    private void WriteOldest()
    {
        OutboxWrite write;
        lock (_gate)
        {
            write = _writes[0];
            _writes.RemoveAt(0);
        }

        try
        {
            _log.DropBefore(Volatile.Read(ref _oldest));
            _log.Append(Last + 1, OutboxFrames.Encode(Last + 1, write.Entries));
            lock (_gate)
            {
                foreach (var entry in write.Entries)
                {
                    entry.Sequence = ++Last;
                    entry.Write = null;
                    _entries.Add(entry.Sequence, entry);
                }

                write.IsDone = true;
                Signal(ref _arrived);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Fail(write, fault);
        }
    }

    private void Fail(OutboxWrite write, Exception fault)
    {
        lock (_gate)
        {
            foreach (var entry in write.Entries)
            {
                _pending--;
                _pendingBytes -= entry.Bytes;
                _keys.Remove(entry);
            }

            (write.Failure, write.IsDone) = (fault, true);
            Signal(ref _room);
        }
    }

    private void Hold(OutboxEntry entry)
    {
        _entries.Add(entry.Sequence, entry);
        _pending++;
        _pendingBytes += entry.Bytes;
    }

    private void DropUnderTurn(long oldest)
    {
        try
        {
            _log.DropBefore(oldest);
        }
        finally
        {
            _turn.Release();
        }
    }
}
