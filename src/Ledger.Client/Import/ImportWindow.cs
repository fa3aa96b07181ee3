using Ledger.Client.Submit;
using Ledger.Client.Submit.Journal;
using Ledger.Core.Evidence;

namespace Ledger.Client.Import;

/// <summary>
/// The batches of an import that are on their way. Not thread-safe: all journal entries are written by the import's own
/// loop; only the calls to nodes run beside it.
/// </summary>
internal sealed class ImportWindow(
    LedgerClient client,
    SendJournal journal,
    ImportOptions options,
    long totalRows,
    IProgress<ImportProgress>? progress,
    CancellationToken cancellation)
{
    // Oldest first. Bound: options.MaxInFlight.
    private readonly Queue<(JournalBatch Batch, HashSet<string> Subjects, Task<AnchorOutcome> Outcome)> _inFlight = [];

    // Batches whose decision waits until the chain's time moves on. Bound: those open in the journal and in flight.
    private readonly List<JournalBatch> _undecided = [];

    /// <summary>Why nothing more is to be sent; null while all goes well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Signs and journals the next batch and sends it on its way.</summary>
    public async Task SendAsync(ImportBatch batch)
    {
        var subjects = batch.Records.Select(r => r.Subject).ToHashSet(StringComparer.Ordinal);
        await MakeRoomAsync(subjects);
        if (Problem is not null) return;
        Start(journal.Add(batch.LastRow, client.Sign(batch.Records)), subjects);
    }

    /// <summary>
    /// Sends a batch of an earlier run again: with the same bytes, unless they are certain to be void.
    /// </summary>
    public async Task SendAsync(JournalBatch batch)
    {
        // What is open in the journal was on its way together, so it shares no subjects that must wait for each other.
        while (_inFlight.Count >= options.MaxInFlight) await FinishOldestAsync();
        var subjects = SubjectsOf(batch);
        if (journal.IsVoid(batch)) Start(SignAnew(batch), subjects);
        // One that lapsed while no import ran may have to wait for the chain's time to move, which later rows bring
        // about.
        else Start(batch, subjects, HasLapsed(batch) ? TimeSpan.Zero : null);
    }

    /// <summary>Waits for everything that is on its way, and for undecided batches once more.</summary>
    public async Task DrainAsync()
    {
        while (_inFlight.Count > 0) await FinishOldestAsync();
        // What was sent since has moved the chain's time on, so most of these can be decided now.
        var again = _undecided.ToArray();
        _undecided.Clear();
        foreach (var batch in again)
        {
            while (_inFlight.Count >= options.MaxInFlight) await FinishOldestAsync();
            Start(batch, SubjectsOf(batch));
        }

        while (_inFlight.Count > 0) await FinishOldestAsync();
        if (_undecided.Count > 0)
            Problem ??= Describe(_undecided[0], "it is not decided yet; run the import again later");
    }

    /// <summary>Lets the calls that are still running end, without looking at what they say.</summary>
    public async Task AbandonAsync()
    {
        foreach (var (_, _, outcome) in _inFlight)
            await ((Task)outcome).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Start(JournalBatch batch, HashSet<string> subjects, TimeSpan? patience = null) =>
        _inFlight.Enqueue((batch, subjects, client.AnchorAsync(batch.Transaction, patience, cancellation)));

    private JournalBatch SignAnew(JournalBatch batch) =>
        journal.SignAnew(batch, client.Sign(batch.Transaction.Content.Body, batch.Transaction));

    private bool HasLapsed(JournalBatch batch)
    {
        var now = (ulong)client.Options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return now > batch.Transaction.Content.ValidUntil.UnixMilliseconds;
    }

    private async Task MakeRoomAsync(HashSet<string> subjects)
    {
        while (_inFlight.Count >= options.MaxInFlight) await FinishOldestAsync();
        if (!options.KeepSubjectOrder) return;
        while (_inFlight.Any(i => i.Subjects.Overlaps(subjects))) await FinishOldestAsync();
        if (_undecided.FirstOrDefault(b => SubjectsOf(b).Overlaps(subjects)) is { } blocked)
            Problem ??= Describe(
                blocked, "it is not decided yet and later rows continue its subjects; run the import again later");
    }

    private async Task FinishOldestAsync()
    {
        var (batch, subjects, task) = _inFlight.Peek();
        var outcome = await task;
        _inFlight.Dequeue();
        switch (Settlements.Of(outcome))
        {
            case Settlement.Recorded:
                journal.Recorded(batch, outcome);
                break;
            case Settlement.SignAnew:
                journal.Void(batch);
                Start(SignAnew(batch), subjects);
                break;
            case Settlement.Rejected:
                // Final for this transaction; the next run signs the rows anew, in case the cause was removed.
                journal.Void(batch);
                Problem ??= Describe(batch, $"the chain refused it ({outcome.Reason})");
                break;
            case Settlement.Refused:
                Problem ??= Describe(batch, $"it was refused ({outcome.Reason}): {outcome.Detail}");
                break;
            default:
                _undecided.Add(batch);
                if (!HasLapsed(batch))
                    Problem ??= Describe(batch, $"it is not decided yet ({outcome.Detail}); run the import again");
                break;
        }

        progress?.Report(new ImportProgress(journal.RecordedRows, totalRows, _inFlight.Count));
    }

    private static HashSet<string> SubjectsOf(JournalBatch batch) =>
        EvidenceBody.TryDecode(batch.Transaction.Content.Body, out var body, out _)
            ? body.Items.Select(i => i.Record.Subject).ToHashSet(StringComparer.Ordinal)
            : [];

    private static string Describe(JournalBatch batch, string what) =>
        $"rows {batch.FirstRow} to {batch.LastRow} (transaction {batch.Transaction.Id}): {what}";
}
