using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;

namespace Ledger.Client.Submit.Journal;

/// <summary>
/// What an import or an outbox has sent and what became of it, so that it can go on after a crash. A batch is written
/// here before its transaction is first sent, and its end when that is certain; hence whatever may be on the chain is in
/// here. Rows are the lines of an import's source, or the entries of an outbox.
/// </summary>
/// <remarks>Not thread-safe; owned by one import or one outbox.</remarks>
internal sealed class SendJournal : IDisposable
{
    private readonly JournalFile _file;
    private readonly string _name;
    private readonly int _maxPassed;

    // Batches without a certain end, by number. Bound: the owner's transactions in flight or waiting.
    private readonly SortedDictionary<ulong, JournalBatch> _open = [];

    // Those of them whose transaction can never take effect. Bound: as above.
    private readonly HashSet<ulong> _void = [];

    // Rows before the last that are in no batch yet. Bound: _maxPassed.
    private readonly SortedSet<long> _passed = [];

    // Batches of a snapshot that are still to come while the file is read.
    private ulong _ofSnapshot;

    private SendJournal(JournalFile file, string name, int maxPassed)
    {
        _file = file;
        _name = name;
        _maxPassed = maxPassed;
    }

    /// <summary>Number of batches so far.</summary>
    public ulong Batches { get; private set; }

    /// <summary>The last row that is in a batch; rows after it were never sent.</summary>
    public long LastRow { get; private set; }

    /// <summary>The rows before the last that were passed over: they were never sent either. Ascending.</summary>
    public IReadOnlyCollection<long> Passed => _passed;

    /// <summary>Rows whose records are on the chain.</summary>
    public long RecordedRows { get; private set; }

    /// <summary>Bytes of the file.</summary>
    public long Length => _file.Length;

    /// <summary>How often the file was made durable.</summary>
    public long Syncs => _file.Syncs;

    /// <summary>The batches without a certain end, in order.</summary>
    public IReadOnlyList<JournalBatch> Open => [.. _open.Values];

    /// <summary>Opens a journal or begins it.</summary>
    /// <param name="stream">Its file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="binding">What it belongs to.</param>
    /// <param name="hash">The hash function of the channel's suite.</param>
    /// <param name="maxPassed">Most rows that batches may pass over; 0 where each begins at the next row.</param>
    /// <exception cref="JournalException">It belongs to something else, or is damaged.</exception>
    public static SendJournal Load(
        Stream stream, string name, JournalBinding binding, HashFunction hash, int maxPassed = 0)
    {
        var journal = new SendJournal(new JournalFile(stream, name), name, maxPassed);
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
    public JournalBatch Add(long lastRow, SignedTransaction transaction) =>
        Add(RowSet.Of(LastRow + 1, lastRow), transaction);

    /// <summary>
    /// Adds a batch of rows that are in none: some after the last, some that were passed over. Only when this returns may
    /// its transaction be sent.
    /// </summary>
    public JournalBatch Add(RowSet rows, SignedTransaction transaction)
    {
        if (!AreFree(rows))
            throw new InvalidOperationException("a row is in a batch already, or too many are passed over");
        var batch = new JournalBatch(Batches + 1, rows, transaction);
        _file.Append(batch.Encode());
        Apply(batch);
        return batch;
    }

    /// <summary>
    /// Notes that a batch's transaction has not taken effect and never can; its rows are to be signed anew.
    /// </summary>
    public void Void(JournalBatch batch)
    {
        var end = VoidOf(batch);
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

    /// <summary>
    /// Parts a batch whose transaction is void in two, to find out which of its rows is at fault. Both are void.
    /// </summary>
    /// <param name="batch">A batch of two rows or more.</param>
    /// <param name="middle">The last row of the first part.</param>
    public (JournalBatch First, JournalBatch Second) Split(JournalBatch batch, long middle)
    {
        if (!IsVoid(batch)) throw new InvalidOperationException("the batch's transaction may still be recorded");
        var split = new JournalSplit(batch.Number, middle);
        _file.Append(split.Encode());
        Apply(split);
        return (_open[batch.Number], _open[Batches]);
    }

    /// <summary>Gives up a batch whose transaction is void: its rows are not sent again.</summary>
    public void Abandon(JournalBatch batch)
    {
        if (!IsVoid(batch)) throw new InvalidOperationException("the batch's transaction may still be recorded");
        _file.Append(JournalSplit.Abandon(batch.Number).Encode());
        Forget(batch.Number);
    }

    /// <summary>
    /// Writes what is open into a new file, which then stands for this one: everything that has ended is left out.
    /// </summary>
    public void CopyTo(Stream stream, string name, JournalBinding binding)
    {
        using var copy = new JournalFile(stream, name);
        copy.Append(binding.Encode());
        var passed = _passed.Count == 0 ? null : RowSet.Of(_passed);
        copy.Append(new JournalSnapshot(Batches, LastRow, RecordedRows, (ulong)_open.Count, passed).Encode());
        foreach (var batch in _open.Values) copy.Append(batch.Encode());
        foreach (var batch in _open.Values.Where(IsVoid)) copy.Append(VoidOf(batch).Encode());
    }

    public void Dispose() => _file.Dispose();

    private static JournalOutcome VoidOf(JournalBatch batch) =>
        new(batch.Number, batch.Transaction.Id, Recorded: false, 0, 0);

    private void Replay(in JournalBinding binding, HashFunction hash)
    {
        var entries = 0L;
        foreach (var content in _file.Replay())
        {
            if (entries++ == 0) CheckBinding(content.Span, binding);
            else if (entries == 2 && JournalSnapshot.Decode(content.Span) is { } snapshot) Apply(snapshot);
            else ReplayEntry(content.Span, hash, entries);
        }

        if (entries == 0) _file.Append(binding.Encode());
        if (_ofSnapshot > 0) throw new JournalException($"the journal {_name} is not whole");
    }

    private void CheckBinding(ReadOnlySpan<byte> content, in JournalBinding binding)
    {
        if (JournalBinding.Decode(content) is not { } found)
            throw new JournalException($"{_name} is not a journal that this program can read");
        if (binding.DifferenceFrom(found) is { } difference)
            throw new JournalException($"the journal {_name} cannot be used: {difference}");
    }

    private void ReplayEntry(ReadOnlySpan<byte> content, HashFunction hash, long entry)
    {
        var probe = new CanonicalReader(content);
        if (probe.IsNext(2) && JournalBatch.Decode(content, hash) is { } batch && IsNextOrAnew(batch)) Apply(batch);
        else if (probe.IsNext(3) && JournalOutcome.Decode(content) is { } outcome && IsOfOpenBatch(outcome))
            Apply(outcome);
        else if (probe.IsNext(4) && JournalSplit.Decode(content) is { } split && IsOfVoidBatch(split)) Apply(split);
        else throw new JournalException($"entry {entry} of the journal {_name} contradicts those before it");
    }

    private bool IsOfVoidBatch(in JournalSplit split) =>
        _open.TryGetValue(split.Number, out var open) && _void.Contains(split.Number)
        && (split.IsAbandon || (split.Middle >= open.FirstRow && split.Middle < open.LastRow));

    private bool IsNextOrAnew(JournalBatch batch) => _ofSnapshot > 0 ? batch.Number <= Batches
        : batch.Number == Batches + 1 ? AreFree(batch.Rows)
        : _open.TryGetValue(batch.Number, out var open) && _void.Contains(batch.Number)
            && open.Rows.Equals(batch.Rows);

    // Rows up to the last are those that were passed over; and no more are passed over now than may be.
    private bool AreFree(RowSet rows)
    {
        var later = rows.CountAfter(LastRow);
        var passedNow = Math.Max(0, rows.Last - LastRow) - later;
        var takenUp = rows.Count - later;
        if (takenUp > _passed.Count || passedNow > _maxPassed - (_passed.Count - takenUp)) return false;
        return takenUp == 0 || rows.Rows.TakeWhile(r => r <= LastRow).All(_passed.Contains);
    }

    private bool IsOfOpenBatch(in JournalOutcome outcome) =>
        _open.TryGetValue(outcome.Number, out var batch) && batch.Transaction.Id == outcome.TransactionId;

    private void Apply(JournalBatch batch)
    {
        if (_ofSnapshot > 0) _ofSnapshot--;
        _open[batch.Number] = batch;
        _void.Remove(batch.Number);
        if (batch.Number <= Batches) return;
        Batches = batch.Number;
        foreach (var range in batch.Rows.Ranges)
        {
            for (; LastRow < range.First - 1; LastRow++) _passed.Add(LastRow + 1);
            for (var row = range.First; row <= Math.Min(range.Last, LastRow) && _passed.Count > 0; row++)
                _passed.Remove(row);
            LastRow = Math.Max(LastRow, range.Last);
        }
    }

    private void Apply(in JournalSnapshot snapshot)
    {
        (Batches, LastRow, RecordedRows, _ofSnapshot) =
            (snapshot.Batches, snapshot.LastRow, snapshot.RecordedRows, snapshot.Open);
        if (snapshot.Passed is not { } passed) return;
        if (passed.Count > _maxPassed) throw new JournalException($"the journal {_name} passes over too many rows");
        _passed.UnionWith(passed.Rows);
    }

    private void Apply(in JournalSplit split)
    {
        if (split.IsAbandon)
        {
            Forget(split.Number);
            return;
        }

        var whole = _open[split.Number];
        var (upTo, after) = whole.Rows.Split(split.Middle);
        _open[split.Number] = whole with { Rows = upTo };
        Batches++;
        _open[Batches] = whole with { Number = Batches, Rows = after };
        _void.Add(Batches);
    }

    private void Forget(ulong number)
    {
        _open.Remove(number);
        _void.Remove(number);
    }

    private void Apply(in JournalOutcome outcome)
    {
        if (!outcome.Recorded)
        {
            _void.Add(outcome.Number);
            return;
        }

        if (_open.Remove(outcome.Number, out var batch)) RecordedRows += batch.Rows.Count;
    }
}
