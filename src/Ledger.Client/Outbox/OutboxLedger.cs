using Ledger.Client.Submit;
using Ledger.Client.Submit.Journal;
using Ledger.Core.Blocks;

namespace Ledger.Client.Outbox;

/// <summary>
/// Ends of batches, in the one order in which no crash loses anything: first what the application is to learn, then the
/// journal, then the records are let go of. Owned by the sender's loop.
/// </summary>
internal sealed class OutboxLedger(
    OutboxStore store, OutboxJournal journal, CompletionLog completions, DeadLetterFile deadLetters,
    OutboxOptions options, OutboxMetrics metrics, TimeProvider time)
{
    // Records of open batches whose completion was written before a crash. Bound: records in open batches.
    private readonly HashSet<long> _written = [];

    /// <summary>Takes note of what the last run completed without closing it in the journal.</summary>
    public void Load()
    {
        var open = journal.Open;
        // Ends are written one batch after the other, so it can only be the last of them.
        foreach (var completion in completions.Newest)
        {
            if (open.Any(b => completion.Sequence >= b.FirstRow && completion.Sequence <= b.LastRow))
                _written.Add(completion.Sequence);
        }
    }

    public void Recorded(JournalBatch batch, AnchorOutcome outcome)
    {
        var entries = store.Range(batch.FirstRow, batch.LastRow);
        var ended = Write(batch, entries, (place, key) => OutboxFrames.Completion(
            completions.Last + 1, batch.FirstRow, place, key, batch.Transaction.Id, outcome.Height,
            outcome.FirstLeaf.Value, null));
        journal.MarkRecorded(batch, outcome);
        var waited = TimeSpan.FromMilliseconds(
            Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - entries[0].EnqueuedMilliseconds));
        store.Complete(ended);
        metrics.Recorded(entries.Length, waited);
        options.Observer?.Recorded(batch.Transaction.Id, entries.Length, waited);
    }

    public void DeadLettered(JournalBatch batch, string reason, string? detail)
    {
        var entry = store.Range(batch.FirstRow, batch.LastRow)[0];
        deadLetters.Append(
            new DeadLetter(entry.Sequence, entry.Key, reason, detail, time.GetUtcNow(), entry.Record));
        var ended = Write(batch, [entry], (place, key) => OutboxFrames.Completion(
            completions.Last + 1, batch.FirstRow, place, key, null, new BlockHeight(0), 0, reason));
        journal.Abandon(batch);
        store.Complete(ended);
        metrics.DeadLettered();
        options.Observer?.DeadLettered(entry.Sequence, reason, detail);
    }

    private OutboxCompletion[] Write(
        JournalBatch batch, OutboxEntry[] entries, Func<int, string?, OutboxCompletion> make)
    {
        var ended = entries.Select((e, place) => make(place, e.Key)).ToArray();
        if (!_written.Contains(batch.FirstRow)) completions.Append(ended);
        _written.ExceptWith(ended.Select(e => e.Sequence));
        return ended;
    }
}
