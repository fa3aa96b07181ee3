using Ledger.Client.Submit;
using Ledger.Client.Submit.Journal;

namespace Ledger.Client.Outbox;

/// <summary>
/// Takes records out of the store and brings them onto the chain: several transactions at a time, those of one subject
/// one after the other, each journaled before it is sent.
/// </summary>
/// <remarks>Not thread-safe: one loop owns it, and only the calls to nodes run beside it.</remarks>
internal sealed class OutboxSender(
    LedgerClient client, OutboxStore store, OutboxJournal journal, OutboxLedger ledger, OutboxOptions options)
{
    // More than what a transaction adds to its body.
    private const int FrameBytes = 256;

    private readonly OutboxCourier _courier = new(client, options);

    // On their way. Bound: options.MaxInFlight.
    private readonly List<Flight> _inFlight = [];

    // To be sent again later. Bound: batches open in the journal.
    private readonly List<Waiting> _waiting = [];

    // No node answered: nothing new is signed until one does, so that little lapses meanwhile.
    private bool _isOffline;
    private bool _isHeldUp;

    // The last record that StartNew has seen, and whether it left a batch to grow.
    private long _seen;
    private bool _lingers;

    /// <summary>Delivers until it is stopped. What is on its way then is sent again by the next run.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _waiting.Clear();
        foreach (var batch in journal.Open) _waiting.Add(new Waiting(batch, 0, 0, null));
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                StartDue(stop.Token);
                StartNew(stop.Token);
                await WaitAsync(stop.Token);
                Settle();
                await MoveChainAsync(stop.Token);
                journal.CompactIfLarge();
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var flight in _inFlight)
                await ((Task)flight.Delivery).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _inFlight.Clear();
        }
    }

    private long Now => client.Options.Time.GetUtcNow().ToUnixTimeMilliseconds();

    // For pauses: a clock that somebody sets back does not lengthen them.
    private long Uptime => client.Options.Time.GetTimestamp() / (client.Options.Time.TimestampFrequency / 1000);

    private void StartDue(CancellationToken stop)
    {
        for (var i = 0; i < _waiting.Count && _inFlight.Count < options.MaxInFlight;)
        {
            var waiting = _waiting[i];
            // While no node answers, one batch asks for all.
            if (waiting.DueMilliseconds > Uptime || (_isOffline && _inFlight.Count > 0))
            {
                i++;
                continue;
            }

            _waiting.RemoveAt(i);
            var batch = waiting.Batch;
            if (journal.IsVoid(batch))
                batch = journal.SignAnew(batch, client.Sign(BodyOf(batch), batch.Transaction));
            Start(batch, waiting.Attempts, waiting.LastRefusal, stop);
        }
    }

    private void StartNew(CancellationToken stop)
    {
        var maxBytes = checked((int)client.Options.Genesis.Parameters.MaxTransactionBytes) - FrameBytes;
        _seen = store.Last;
        _lingers = false;
        while (!_isOffline && _inFlight.Count < options.MaxInFlight && _waiting.Count < OutboxJournal.MaxOpen)
        {
            var first = journal.Last + 1;
            var entries = store.Next(first, options.RecordsPerTransaction, maxBytes, BlockedSubjects());
            if (entries.Count == 0) return;
            _lingers = entries.Count < options.RecordsPerTransaction && _inFlight.Count > 0 && !HasLingered(entries[0]);
            if (_lingers) return;
            var transaction = client.Sign(OutboxStore.BodyOf(entries));
            Start(journal.Add(first + entries.Count - 1, transaction), 0, null, stop);
        }
    }

    private bool HasLingered(OutboxEntry entry) =>
        Now - entry.EnqueuedMilliseconds >= options.Linger.TotalMilliseconds;

    private HashSet<string> BlockedSubjects()
    {
        var blocked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var flight in _inFlight) blocked.UnionWith(flight.Subjects);
        foreach (var waiting in _waiting) blocked.UnionWith(waiting.Subjects ??= SubjectsOf(waiting.Batch));
        return blocked;
    }

    private HashSet<string> SubjectsOf(JournalBatch batch) =>
        store.Range(batch.FirstRow, batch.LastRow).Select(e => e.Subject).ToHashSet(StringComparer.Ordinal);

    private byte[] BodyOf(JournalBatch batch) => OutboxStore.BodyOf(store.Range(batch.FirstRow, batch.LastRow));

    private void Start(JournalBatch batch, int attempts, string? lastRefusal, CancellationToken stop) => _inFlight.Add(
        new Flight(batch, attempts, lastRefusal, SubjectsOf(batch), _courier.DeliverAsync(batch, stop)));

    // Until something ended, something arrived that can be sent, or something is due.
    private async Task WaitAsync(CancellationToken stop)
    {
        var events = new List<Task>(_inFlight.Count + 2);
        events.AddRange(_inFlight.Select(f => f.Delivery));
        var hasRoom = !_isOffline && _inFlight.Count < options.MaxInFlight;
        if (hasRoom) events.Add(store.ArrivedAfter(_seen));
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var delay = TimeSpan.FromMilliseconds(Math.Max(0, Pause()));
        events.Add(Task.Delay(delay, client.Options.Time, timer.Token));
        await Task.WhenAny(events);
        await timer.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    private double Pause()
    {
        var pause = options.MaxRetryDelay.TotalMilliseconds + 1000;
        if (_lingers) pause = Math.Min(pause, options.Linger.TotalMilliseconds);
        if (_inFlight.Count >= options.MaxInFlight) return pause;
        foreach (var waiting in _waiting)
            pause = Math.Min(pause, _isOffline && _inFlight.Count > 0 ? pause : waiting.DueMilliseconds - Uptime);
        return pause;
    }

    private void Settle()
    {
        for (var i = 0; i < _inFlight.Count;)
        {
            if (!_inFlight[i].Delivery.IsCompleted)
            {
                i++;
                continue;
            }

            var flight = _inFlight[i];
            _inFlight.RemoveAt(i);
            // A fault here is this program's own, or the stop's; either ends the loop.
            Settle(flight, flight.Delivery.GetAwaiter().GetResult());
        }
    }

    private void Settle(Flight flight, OutboxDelivery delivery)
    {
        _isOffline = delivery.NoAnswer;
        var batch = flight.Batch;
        switch (delivery.Settlement)
        {
            case Settlement.Recorded:
                ledger.Recorded(batch, delivery.Outcome!);
                GoOn();
                break;
            case Settlement.SignAnew when Settlements.IsOfRecords(flight.LastRefusal):
                Reject(batch, flight.LastRefusal!, delivery.Problem);
                break;
            case Settlement.SignAnew:
                journal.Void(batch);
                _waiting.Add(new Waiting(batch, 0, 0, null));
                break;
            case Settlement.Rejected when Settlements.IsOfRecords(delivery.Outcome!.Reason):
                Reject(batch, delivery.Outcome.Reason!, delivery.Outcome.Detail);
                break;
            case Settlement.Rejected:
                // The sender is at fault, not the records: they wait until somebody has mended it.
                journal.Void(batch);
                HoldUp(flight, batch, delivery, null);
                break;
            default:
                HoldUp(
                    flight, batch, delivery,
                    delivery.Settlement == Settlement.Refused ? delivery.Outcome!.Reason : flight.LastRefusal);
                break;
        }
    }

    // The transaction is void for good, and one of its records is the cause: halves find out which.
    private void Reject(JournalBatch batch, string reason, string? detail)
    {
        journal.Void(batch);
        if (batch.Rows == 1)
        {
            ledger.DeadLettered(batch, reason, detail);
            GoOn();
            return;
        }

        var (first, second) = journal.Split(batch, batch.FirstRow + (batch.Rows / 2) - 1);
        _waiting.Add(new Waiting(first, 0, 0, null));
        _waiting.Add(new Waiting(second, 0, 0, null));
    }

    private void HoldUp(Flight flight, JournalBatch batch, OutboxDelivery delivery, string? lastRefusal)
    {
        var delay = Backoff(flight.Attempts);
        _waiting.Add(new Waiting(batch, flight.Attempts + 1, Uptime + (long)delay.TotalMilliseconds, lastRefusal));
        store.Problem = delivery.Problem;
        _isHeldUp = true;
        options.Observer?.HeldUp(delivery.Problem ?? "not decided yet", delay);
    }

    private void GoOn()
    {
        if (!_isHeldUp) return;
        _isHeldUp = false;
        store.Problem = null;
        options.Observer?.GoesOn();
    }

    private TimeSpan Backoff(int attempts)
    {
        var ceiling = Math.Min(
            options.FirstRetryDelay.TotalMilliseconds * (1L << Math.Min(attempts, 30)),
            options.MaxRetryDelay.TotalMilliseconds);
        // Half of it is random, so that outboxes that were cut off together do not return together.
        return TimeSpan.FromMilliseconds(ceiling * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    // What lapsed undecided is decided once the chain's time is past it. On a chain where nobody anchors anything, and
    // with nothing of our own that may go first, that time stands still.
    private async Task MoveChainAsync(CancellationToken stop)
    {
        if (_isOffline || _inFlight.Count > 0) return;
        var lapsed = _waiting.Any(w => w.Attempts > 0 && !journal.IsVoid(w.Batch)
            && (ulong)Now > w.Batch.Transaction.Content.ValidUntil.UnixMilliseconds);
        if (!lapsed || store.Next(journal.Last + 1, 1, int.MaxValue, BlockedSubjects()).Count > 0) return;
        if (!await _courier.MoveIdleChainAsync(stop)) return;
        for (var i = 0; i < _waiting.Count; i++) _waiting[i] = _waiting[i] with { DueMilliseconds = 0 };
    }

    private sealed record Flight(
        JournalBatch Batch, int Attempts, string? LastRefusal, HashSet<string> Subjects, Task<OutboxDelivery> Delivery);

    private sealed record Waiting(JournalBatch Batch, int Attempts, long DueMilliseconds, string? LastRefusal)
    {
        public HashSet<string>? Subjects { get; set; }
    }
}
