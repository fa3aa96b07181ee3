using Ledger.Client.Submit.Journal;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Client.Outbox;

/// <summary>
/// A durable queue between an application and the chain: a record that was enqueued is anchored exactly once, whatever
/// happens to the process, the network or the nodes in between.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Open one for each folder and channel, run <see cref="RunAsync"/> as long as the application
/// runs, and enqueue from anywhere. Records of one subject are recorded in the order in which they were
/// enqueued, whatever the chain refuses; those of others do not wait for them.
/// docs/guide/developer/outbox.md says what it promises and how it keeps it.
/// </remarks>
public sealed class LedgerOutbox : IAsyncDisposable
{
    private readonly LedgerClient _client;
    private readonly Member _member;
    private readonly int _maxRecordBytes;
    private readonly FileStream _lock;
    private readonly OutboxStore _store;
    private readonly OutboxJournal _journal;
    private readonly CompletionLog _completions;
    private readonly DeadLetterFile _deadLetters;
    private readonly OutboxMetrics _metrics;
    private readonly OutboxSender _sender;
    private readonly SemaphoreSlim _running = new(1, 1);
    private bool _isClosed;

    private LedgerOutbox(LedgerClient client, OutboxOptions options, Member member, FileStream fileLock)
    {
        _client = client;
        _member = member;
        _maxRecordBytes = checked((int)client.Options.Genesis.Parameters.MaxTransactionBytes) - 512;
        _lock = fileLock;
        _completions = new CompletionLog(
            Path.Combine(options.Folder, "completions"), options.SegmentBytes, options.RememberedCompletions);
        _deadLetters = new DeadLetterFile(Path.Combine(options.Folder, "dead-letters.jsonl"));
        _journal = new OutboxJournal(options.Folder, client.Options.Genesis, options.SegmentBytes);
        var keys = new OutboxKeys(options.RememberedCompletions);
        _store = new OutboxStore(options, client.Options.Time, keys);
        _metrics = new OutboxMetrics(() => Status);
        var ledger = new OutboxLedger(
            _store, _journal, _completions, _deadLetters, options, _metrics, client.Options.Time);
        _sender = new OutboxSender(client, _store, _journal, ledger, options);
        Load(keys, ledger);
    }

    /// <summary>The name of the meter whose instruments show every outbox of the process.</summary>
    public static string MeterName => OutboxMetrics.MeterName;

    /// <summary>How far the outbox lags behind.</summary>
    public OutboxStatus Status => _store.Status() with
    {
        OpenTransactions = _journal.OpenCount,
        RecordedRecords = _journal.Recorded,
        DeadLetters = _deadLetters.Count,
    };

    /// <summary>
    /// The records that the chain refused for good, by number: also in the file <c>dead-letters.jsonl</c> of the folder.
    /// </summary>
    public IReadOnlyList<DeadLetter> DeadLetters => _deadLetters.All;

    /// <summary>The number of the newest completion: what <see cref="CompletionsAsync"/> has shown when it is up to
    /// date.</summary>
    public long LastCompletion => _completions.Last;

    /// <summary>Syncs of all files so far, for tests of what they cost.</summary>
    internal long EntrySyncs => _store.Syncs;

    /// <summary>Whoever holds it writes, for tests that let records gather.</summary>
    internal SemaphoreSlim WriteTurn => _store.Turn;

    /// <summary>Opens an outbox, or makes one, and reads what the last process left.</summary>
    /// <param name="client">A client with an identity; not owned.</param>
    /// <param name="options">Where it lies and what it may hold.</param>
    /// <exception cref="ArgumentException">The client's identity is no member's, or an option is out of
    /// range.</exception>
    /// <exception cref="JournalException">
    /// The folder is in use by another process, belongs to another channel, or is damaged. Nothing was changed.
    /// </exception>
    public static LedgerOutbox Open(LedgerClient client, OutboxOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var identity = client.Options.Identity
            ?? throw new ArgumentException("an outbox needs a client with an identity", nameof(client));
        var member = client.Options.Genesis.FindKey(identity.PublicKey.Id)?.Member
            ?? throw new ArgumentException("the client's identity belongs to no member of the channel", nameof(client));
        Directory.CreateDirectory(options.Folder);
        if (Path.GetDirectoryName(Path.GetFullPath(options.Folder)) is { } above) DurableFolder.Sync(above);
        var fileLock = (FileStream)JournalFile.OpenStream(Path.Combine(options.Folder, "lock"));
        try
        {
            return new LedgerOutbox(client, options, member, fileLock);
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>Takes a record. When the task ends, it is durable, and will be anchored exactly once.</summary>
    /// <param name="record">The record. It is checked now, so that a mistake comes back to who made it.</param>
    /// <param name="key">
    /// The application's name for it, of at most 256 bytes. A record with a key that the outbox remembers is not taken
    /// again: so enqueuing may be repeated by whoever is not sure that it happened.
    /// </param>
    /// <param name="cancellation">
    /// Stops waiting for room (<see cref="OutboxFullMode.Wait"/>); the write itself is not cancelled.
    /// </param>
    /// <exception cref="ArgumentException">The record breaks a rule of its type, or the key is too long.</exception>
    /// <exception cref="OutboxFullException">A limit is reached.</exception>
    /// <exception cref="IOException">It could not be written; it will not be anchored.</exception>
    public Task<OutboxPlace> EnqueueAsync(
        EvidenceRecord record, string? key = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (key is not null && (key.Length == 0
            || System.Text.Encoding.UTF8.GetByteCount(key) > OutboxFrames.MaxKeyBytes))
        {
            throw new ArgumentException($"a key has 1 to {OutboxFrames.MaxKeyBytes} bytes", nameof(key));
        }

        var bytes = record.Encode();
        if (bytes.Length > _maxRecordBytes)
            throw new ArgumentException("the record exceeds the channel's limit for a whole transaction", nameof(record));
        var verdict = EvidenceCatalogue.Check(record, _member);
        if (!verdict.IsAccepted)
            throw new ArgumentException($"{verdict.Refusal.WireName()}: {verdict.Detail}", nameof(record));
        var now = _client.Options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return _store.AddAsync(new OutboxEntry(key, record.Subject, bytes, now), cancellation);
    }

    /// <summary>
    /// Delivers until it is stopped; then it throws <see cref="OperationCanceledException"/>. What is on its way at that
    /// moment is sent again, byte for byte, by the next run. One run at a time.
    /// </summary>
    /// <exception cref="IOException">The outbox can no longer write what it must before it may send.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!await _running.WaitAsync(TimeSpan.Zero, cancellation))
            throw new InvalidOperationException("the outbox is running already");
        try
        {
            await _sender.RunAsync(cancellation);
        }
        finally
        {
            _running.Release();
        }
    }

    /// <summary>Ends when nothing is pending; something must run <see cref="RunAsync"/>.</summary>
    public async Task DrainAsync(CancellationToken cancellation = default)
    {
        while (_store.Status().PendingRecords > 0) await _store.WaitForRoom().WaitAsync(cancellation);
    }

    /// <summary>What is known of a key: pending, ended, or nothing (null).</summary>
    public OutboxEntryState? Find(string key) => _store.Find(key);

    /// <summary>
    /// What becomes of records, in order and without end, from the one after the given number on. Store the number of the
    /// last completion that you have dealt with, together with what you did about it, and resume there.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Some of them are no longer kept (<see cref="OutboxOptions.RememberedCompletions"/>).
    /// </exception>
    public IAsyncEnumerable<OutboxCompletion> CompletionsAsync(
        long after = 0, CancellationToken cancellation = default) =>
        _completions.ReadAsync(after, cancellation);

    /// <summary>Closes the outbox; stop <see cref="RunAsync"/> first. What is pending stays on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed) return;
        _isClosed = true;
        await _running.WaitAsync();
        Close();
        await _lock.DisposeAsync();
    }

    private void Load(OutboxKeys keys, OutboxLedger ledger)
    {
        try
        {
            _completions.Load();
            _deadLetters.Load();
            foreach (var completion in _completions.Recent) keys.Complete(completion);
            var pending = _journal.Open.SelectMany(b => b.Rows.Rows).Concat(_journal.Passed).ToHashSet();
            _store.Load(number => number <= _journal.Last && !pending.Contains(number), _journal.Last);
            _store.RequireHeld(pending);
            ledger.Load();
        }
        catch
        {
            Close();
            throw;
        }
    }

    private void Close()
    {
        _metrics.Dispose();
        _store.Dispose();
        _completions.Dispose();
        _journal.Dispose();
    }
}
