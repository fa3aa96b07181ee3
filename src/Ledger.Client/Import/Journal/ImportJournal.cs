using Ledger.Client.Submit;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Client.Import.Journal;

/// <summary>
/// What an import has sent and what became of it, so that it can go on after a crash. A batch is written here before
/// its transaction is first sent, and its end when that is certain; hence whatever may be on the chain is in here.
/// </summary>
/// <remarks>Not thread-safe; owned by one import.</remarks>
internal sealed class ImportJournal : IDisposable
{
    private readonly JournalFile _file;
    private readonly string _name;

    // Batches without a certain end, by number. Bound: the import's transactions in flight.
    private readonly SortedDictionary<ulong, JournalBatch> _open = [];

    // Those of them whose transaction can never take effect. Bound: as above.
    private readonly HashSet<ulong> _void = [];

    private ImportJournal(JournalFile file, string name)
    {
        _file = file;
        _name = name;
    }

    /// <summary>Number of batches so far.</summary>
    public ulong Batches { get; private set; }

    /// <summary>The last row that is in a batch; rows after it were never sent.</summary>
    public long LastRow { get; private set; }

    /// <summary>Rows whose records are on the chain.</summary>
    public long RecordedRows { get; private set; }

    /// <summary>The batches without a certain end, in order.</summary>
    public IReadOnlyList<JournalBatch> Open => [.. _open.Values];

    /// <summary>Opens a journal or begins it.</summary>
    /// <exception cref="ImportException">It belongs to something else, or is damaged.</exception>
    public static ImportJournal Load(Stream stream, string name, JournalBinding binding, HashFunction hash)
    {
        var journal = new ImportJournal(new JournalFile(stream, name), name);
        try
        {
            journal.Replay(binding, hash);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Adds the batch of the next rows. Only when this returns may its transaction be sent.</summary>
    public JournalBatch Add(long lastRow, SignedTransaction transaction)
    {
        var batch = new JournalBatch(Batches + 1, LastRow + 1, lastRow, transaction);
        _file.Append(batch.Encode());
        Apply(batch);
        return batch;
    }

    /// <summary>
    /// Notes that a batch's transaction has not taken effect and never can; its rows are to be signed anew.
    /// </summary>
    public void Void(JournalBatch batch)
    {
        var end = new JournalOutcome(batch.Number, batch.Transaction.Id, Recorded: false, 0, 0);
        _file.Append(end.Encode());
        Apply(end);
    }

    /// <summary>Whether a batch's transaction can never take effect.</summary>
    public bool IsVoid(JournalBatch batch) => _void.Contains(batch.Number);

    /// <summary>Gives a batch whose transaction is void another. Only when this returns may that be sent.</summary>
    public JournalBatch SignAnew(JournalBatch batch, SignedTransaction transaction)
    {
        // Two transactions that both could be recorded must never stand in the journal.
        if (!IsVoid(batch)) throw new InvalidOperationException("the batch's transaction may still be recorded");
        var next = batch with { Transaction = transaction };
        _file.Append(next.Encode());
        Apply(next);
        return next;
    }

    /// <summary>Notes that a batch is on the chain.</summary>
    public void Recorded(JournalBatch batch, AnchorOutcome outcome)
    {
        var end = new JournalOutcome(
            batch.Number, batch.Transaction.Id, Recorded: true, outcome.Height.Value, outcome.FirstLeaf.Value);
        _file.Append(end.Encode());
        Apply(end);
    }

    public void Dispose() => _file.Dispose();

    private void Replay(in JournalBinding binding, HashFunction hash)
    {
        var entries = 0L;
        foreach (var content in _file.Replay())
        {
            if (entries++ == 0) CheckBinding(content.Span, binding);
            else ReplayEntry(content.Span, hash, entries);
        }

        if (entries == 0) _file.Append(binding.Encode());
    }

    private void CheckBinding(ReadOnlySpan<byte> content, in JournalBinding binding)
    {
        if (JournalBinding.Decode(content) is not { } found)
            throw new ImportException(0, null, $"{_name} is not a journal that this program can read");
        if (binding.DifferenceFrom(found) is { } difference)
            throw new ImportException(0, null, $"the journal {_name} cannot be used: {difference}");
    }

    private void ReplayEntry(ReadOnlySpan<byte> content, HashFunction hash, long entry)
    {
        var probe = new CanonicalReader(content);
        if (probe.IsNext(2) && JournalBatch.Decode(content, hash) is { } batch && IsNextOrAnew(batch)) Apply(batch);
        else if (probe.IsNext(3) && JournalOutcome.Decode(content) is { } outcome && IsOfOpenBatch(outcome))
            Apply(outcome);
        else throw new ImportException(0, null, $"entry {entry} of the journal {_name} contradicts those before it");
    }

    private bool IsNextOrAnew(JournalBatch batch) => batch.Number == Batches + 1
        ? batch.FirstRow == LastRow + 1
        : _open.TryGetValue(batch.Number, out var open) && _void.Contains(batch.Number)
            && open.FirstRow == batch.FirstRow && open.LastRow == batch.LastRow;

    private bool IsOfOpenBatch(in JournalOutcome outcome) =>
        _open.TryGetValue(outcome.Number, out var batch) && batch.Transaction.Id == outcome.TransactionId;

    private void Apply(JournalBatch batch)
    {
        _open[batch.Number] = batch;
        _void.Remove(batch.Number);
        if (batch.Number <= Batches) return;
        Batches = batch.Number;
        LastRow = batch.LastRow;
    }

    private void Apply(in JournalOutcome outcome)
    {
        if (!outcome.Recorded)
        {
            _void.Add(outcome.Number);
            return;
        }

        if (_open.Remove(outcome.Number, out var batch)) RecordedRows += batch.Rows;
    }
}
