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
        var open = journal.Open.SelectMany(b => b.Rows.Rows).ToHashSet();
        // Ends are written one batch after the other, so it can only be the last of them.
        _written.UnionWith(completions.Newest.Select(c => c.Sequence).Where(open.Contains));
    }

    public void Recorded(JournalBatch batch, AnchorOutcome outcome)
    {
        var entries = store.Entries(batch.Rows);
        var ended = Write(entries, (place, entry) => OutboxFrames.Completion(
            completions.Last + 1, place, entry.Sequence, entry.Key, batch.Transaction.Id, outcome.Height,
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
        var entry = store.Entries(batch.Rows)[0];
        deadLetters.Append(
            new DeadLetter(entry.Sequence, entry.Key, reason, detail, time.GetUtcNow(), entry.Record));
        var ended = Write([entry], (place, of) => OutboxFrames.Completion(
            completions.Last + 1, place, of.Sequence, of.Key, null, new BlockHeight(0), 0, reason));
        journal.Abandon(batch);
        store.Complete(ended);
        metrics.DeadLettered();
        options.Observer?.DeadLettered(entry.Sequence, reason, detail);
    }

    private OutboxCompletion[] Write(OutboxEntry[] entries, Func<int, OutboxEntry, OutboxCompletion> make)
    {
        var ended = entries.Select((e, place) => make(place, e)).ToArray();
        if (!_written.Contains(ended[0].Sequence)) completions.Append(ended);
        _written.ExceptWith(ended.Select(e => e.Sequence));
        return ended;
    }
}
