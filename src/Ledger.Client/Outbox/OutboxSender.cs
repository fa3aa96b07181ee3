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
    private readonly List<OpenBatch> _inFlight = [];

    // To be sent again later. Bound: batches open in the journal.
    private readonly List<OpenBatch> _waiting = [];

    private OutboxSchedule _schedule = null!;
    private IdleChain _idleChain = null!;

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
        Begin();
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
            foreach (var open in _inFlight)
                await ((Task)open.Delivery!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _inFlight.Clear();
        }
    }

    private long Now => client.Options.Time.GetUtcNow().ToUnixTimeMilliseconds();

    // For pauses: a clock that somebody sets back does not lengthen them.
    private long Uptime => client.Options.Time.GetTimestamp() / (client.Options.Time.TimestampFrequency / 1000);

    private void Begin()
    {
        var maxBytes = checked((int)client.Options.Genesis.Parameters.MaxTransactionBytes) - FrameBytes;
        _schedule = new OutboxSchedule(
            store, journal.Passed, journal.Last, options.RecordsPerTransaction, maxBytes);
        _idleChain = new IdleChain(_courier, Backoff);
        _waiting.Clear();
        foreach (var batch in journal.Open) Wait(Hold(batch));
    }

    private void StartDue(CancellationToken stop)
    {
        for (var i = 0; i < _waiting.Count && _inFlight.Count < options.MaxInFlight;)
        {
            var open = _waiting[i];
            if (open.DueMilliseconds > Uptime || !MayStart(open))
            {
                i++;
                continue;
            }

            _waiting.RemoveAt(i);
            if (journal.IsVoid(open.Batch))
                open.Batch = journal.SignAnew(open.Batch, client.Sign(BodyOf(open.Batch), open.Batch.Transaction));
            Start(open, stop);
        }
    }

    private void StartNew(CancellationToken stop)
    {
        _seen = store.Last;
        _lingers = false;
        while (!_isOffline && _inFlight.Count < options.MaxInFlight && _waiting.Count < OutboxJournal.MaxOpen)
        {
            if (!_schedule.Fill()) return;
            _lingers = !_schedule.IsFull && _inFlight.Count > 0
                && Now - _schedule.EnqueuedMilliseconds < options.Linger.TotalMilliseconds;
            if (_lingers) return;
            var entries = _schedule.Take();
            var transaction = client.Sign(OutboxStore.BodyOf(entries));
            Start(Hold(journal.Add(RowSet.Of(entries.Select(e => e.Sequence)), transaction)), stop);
        }
    }

    // While no node answers, one batch asks for all. The second half of what the chain refused waits for the end of the
    // first where they have a subject in common.
    private bool MayStart(OpenBatch open) =>
        !(_isOffline && _inFlight.Count > 0)
        && !(_schedule.AreShared(open.Subjects)
            && (_waiting.Any(o => IsBefore(o, open)) || _inFlight.Any(o => IsBefore(o, open))));

    private static bool IsBefore(OpenBatch one, OpenBatch other) =>
        one.Batch.FirstRow < other.Batch.FirstRow && one.Subjects.Overlaps(other.Subjects);

    private byte[] BodyOf(JournalBatch batch) => OutboxStore.BodyOf(store.Entries(batch.Rows));

    private void Start(OpenBatch open, CancellationToken stop)
    {
        open.Delivery = _courier.DeliverAsync(open.Batch, stop);
        _inFlight.Add(open);
    }

    private void Wait(OpenBatch open) => _waiting.Add(open);

    private OpenBatch Hold(JournalBatch batch)
    {
        var subjects = store.Entries(batch.Rows).Select(e => e.Subject).ToHashSet(StringComparer.Ordinal);
        _schedule.Hold(subjects);
        return new OpenBatch(batch, subjects);
    }

    // Until something ended, something arrived that can be sent, or something is due.
    private async Task WaitAsync(CancellationToken stop)
    {
        var events = new List<Task>(_inFlight.Count + 2);
        events.AddRange(_inFlight.Select(o => o.Delivery!));
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
        foreach (var open in _waiting)
        {
            if (open.DueMilliseconds - Uptime < pause && MayStart(open)) pause = open.DueMilliseconds - Uptime;
        }

        return pause;
    }

    private void Settle()
    {
        for (var i = 0; i < _inFlight.Count;)
        {
            var open = _inFlight[i];
            if (!open.Delivery!.IsCompleted)
            {
                i++;
                continue;
            }

            _inFlight.RemoveAt(i);
            // A fault here is this program's own, or the stop's; either ends the loop.
            Settle(open, open.Delivery.GetAwaiter().GetResult());
        }
    }

    private void Settle(OpenBatch open, OutboxDelivery delivery)
    {
        _isOffline = delivery.NoAnswer;
        switch (delivery.Settlement)
        {
            case Settlement.Recorded:
                ledger.Recorded(open.Batch, delivery.Outcome!);
                _schedule.Release(open.Subjects);
                GoOn();
                break;
            case Settlement.SignAnew when Settlements.IsOfRecords(open.LastRefusal):
                Reject(open, open.LastRefusal!, delivery.Problem);
                break;
            case Settlement.SignAnew:
                journal.Void(open.Batch);
                (open.Attempts, open.DueMilliseconds, open.LastRefusal) = (0, 0, null);
                Wait(open);
                break;
            case Settlement.Rejected when Settlements.IsOfRecords(delivery.Outcome!.Reason):
                Reject(open, delivery.Outcome.Reason!, delivery.Outcome.Detail);
                break;
            case Settlement.Rejected:
                // The sender is at fault, not the records: they wait until somebody has mended it.
                journal.Void(open.Batch);
                open.LastRefusal = null;
                HoldUp(open, delivery);
                break;
            default:
                if (delivery.Settlement == Settlement.Refused) open.LastRefusal = delivery.Outcome!.Reason;
                HoldUp(open, delivery);
                break;
        }
    }

    // The transaction is void for good, and one of its records is the cause: halves find out which.
    private void Reject(OpenBatch open, string reason, string? detail)
    {
        journal.Void(open.Batch);
        if (open.Batch.Rows.Count == 1)
        {
            ledger.DeadLettered(open.Batch, reason, detail);
            _schedule.Release(open.Subjects);
            GoOn();
            return;
        }

        var rows = open.Batch.Rows;
        var (first, second) = journal.Split(open.Batch, rows.At((rows.Count / 2) - 1));
        Wait(Hold(first));
        Wait(Hold(second));
        // After the halves hold them, so that no other record of theirs is let go.
        _schedule.Release(open.Subjects);
    }

    private void HoldUp(OpenBatch open, OutboxDelivery delivery)
    {
        var delay = Backoff(open.Attempts);
        open.Attempts++;
        open.DueMilliseconds = Uptime + (long)delay.TotalMilliseconds;
        Wait(open);
        store.Problem = delivery.Problem;
        _isHeldUp = true;
        options.Observer?.HeldUp(delivery.Problem ?? "not decided yet", delay);
    }

    private void GoOn()
    {
        // What is held up still says so, whatever else went well.
        if (!_isHeldUp || _waiting.Any(o => o.Attempts > 0) || _inFlight.Any(o => o.Attempts > 0)) return;
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
        if (!options.MovesIdleChain || _isOffline || _inFlight.Count > 0) return;
        var lapsed = _waiting.Where(IsLapsed).ToList();
        if (lapsed.Count == 0) return;
        var last = lapsed.Max(o => o.Batch.Transaction.Content.ValidUntil);
        if (!_idleChain.MayHelp(last, Uptime) || (_waiting.Count < OutboxJournal.MaxOpen && _schedule.Fill())) return;
        if (!await _idleChain.MoveAsync(last, Uptime, stop)) return;
        foreach (var open in lapsed) open.DueMilliseconds = 0;
    }

    private bool IsLapsed(OpenBatch open) =>
        open.Attempts > 0 && !journal.IsVoid(open.Batch)
        && (ulong)Now > open.Batch.Transaction.Content.ValidUntil.UnixMilliseconds;
}
