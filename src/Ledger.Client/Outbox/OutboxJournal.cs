using Ledger.Client.Submit;
using Ledger.Client.Submit.Journal;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Client.Outbox;

/// <summary>
/// The journal of what an outbox sent, written anew when it has grown: what has ended need not be known any more. Owned by
/// the sender's loop; only its figures are read by others.
/// </summary>
internal sealed class OutboxJournal : IDisposable
{
    /// <summary>Most transactions without a certain end.</summary>
    public const int MaxOpen = 64;

    private static readonly Hash256 Purpose = Sha256.Instance.Hash("ledger outbox"u8);

    private readonly string _path;
    private readonly HashFunction _hash;
    private readonly JournalBinding _binding;
    private readonly long _leastBytes;
    private SendJournal _journal;
    private long _compactAt;
    private long _closedSyncs;
    private int _openCount;
    private long _recorded;

    public OutboxJournal(string folder, Genesis genesis, long maxBytes)
    {
        _path = Path.Combine(folder, "journal");
        _leastBytes = maxBytes;
        _compactAt = maxBytes;
        _hash = genesis.Suite.Hash;
        _binding = new JournalBinding(Purpose, Hash256.Zero, genesis.Channel);
        _journal = Load();
        Publish();
    }

    public IReadOnlyList<JournalBatch> Open => _journal.Open;

    /// <summary>The last record that is in a batch.</summary>
    public long Last => _journal.LastRow;

    /// <summary>The records before the last that were passed over.</summary>
    public IReadOnlyCollection<long> Passed => _journal.Passed;

    /// <summary>Transactions without a certain end. Safe to read by anybody.</summary>
    public int OpenCount => Volatile.Read(ref _openCount);

    /// <summary>Records on the chain. Safe to read by anybody.</summary>
    public long Recorded => Volatile.Read(ref _recorded);

    public long Syncs => _closedSyncs + _journal.Syncs;

    public bool IsVoid(JournalBatch batch) => _journal.IsVoid(batch);

    public JournalBatch Add(RowSet records, SignedTransaction transaction)
    {
        var batch = _journal.Add(records, transaction);
        Publish();
        return batch;
    }

    public void Void(JournalBatch batch)
    {
        if (!_journal.IsVoid(batch)) _journal.Void(batch);
    }

    public JournalBatch SignAnew(JournalBatch batch, SignedTransaction transaction) =>
        _journal.SignAnew(batch, transaction);

    public (JournalBatch First, JournalBatch Second) Split(JournalBatch batch, long middle)
    {
        var halves = _journal.Split(batch, middle);
        Publish();
        return halves;
    }

    public void Abandon(JournalBatch batch)
    {
        _journal.Abandon(batch);
        Publish();
    }

    public void MarkRecorded(JournalBatch batch, AnchorOutcome outcome)
    {
        _journal.Recorded(batch, outcome);
        Publish();
    }

    /// <summary>Writes the journal anew without what has ended, when it has grown beyond its size.</summary>
    public void CompactIfLarge()
    {
        if (_journal.Length < _compactAt) return;
        var next = _path + ".new";
        File.Delete(next);
        _journal.CopyTo(JournalFile.OpenStream(next), next, _binding);
        _closedSyncs += _journal.Syncs;
        _journal.Dispose();
        // The copy is durable; the name changes at once or not at all, and before anything is appended.
        File.Move(next, _path, overwrite: true);
        _journal = Load();
        // What is open may be large by itself; then there is no point in writing it over and over.
        _compactAt = Math.Max(_leastBytes, 2 * _journal.Length);
        Publish();
    }

    public void Dispose() => _journal.Dispose();

    private SendJournal Load()
    {
        var journal = SendJournal.Load(
            JournalFile.OpenStream(_path), _path, _binding, _hash, OutboxSchedule.MaxAside);
        DurableFolder.Sync(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        return journal;
    }

    private void Publish()
    {
        Volatile.Write(ref _openCount, _journal.Open.Count);
        Volatile.Write(ref _recorded, _journal.RecordedRows);
    }
}
