using Ledger.Client.Submit.Journal;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;

namespace Ledger.Client.Import;

/// <summary>
/// Anchors every row of a file, each exactly once, however often the process ends in between. The whole file is checked
/// before anything is sent.
/// </summary>
/// <remarks>
/// Not thread-safe; one run at a time. A transaction is journaled before it is first sent and always sent again with
/// the same bytes; its rows are signed anew only when it is certain that it never was and never can be recorded.
/// docs/guide/developer/import.md describes the file formats and what to do when an import stops.
/// </remarks>
public sealed class Importer
{
    // More than what a transaction adds to its body.
    private const int FrameBytes = 256;

    private readonly LedgerClient _client;
    private readonly ImportSource _source;
    private readonly ImportMap _map;
    private readonly ImportOptions _options;
    private readonly Func<string, Stream> _openJournal;

    /// <summary>Makes an importer. The client must have an identity; it is not owned.</summary>
    public Importer(LedgerClient client, ImportSource source, ImportMap map, ImportOptions options)
        : this(client, source, map, options, JournalFile.OpenStream)
    {
    }

    internal Importer(
        LedgerClient client,
        ImportSource source,
        ImportMap map,
        ImportOptions options,
        Func<string, Stream> openJournal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RecordsPerTransaction, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            options.RecordsPerTransaction, EvidenceLimits.RecordsPerTransaction);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxInFlight, 1);
        if (client.Options.Identity is null)
            throw new ArgumentException("an import needs a client with an identity", nameof(client));
        _client = client;
        _source = source;
        _map = map;
        _options = options;
        _openJournal = openJournal;
    }

    /// <summary>
    /// Reads the whole file and checks every row: that it is well-formed, that the mapping makes a record of it, and
    /// that the record meets the rules of its type and of the sender's member.
    /// </summary>
    /// <returns>The number of rows.</returns>
    /// <exception cref="ImportException">A row does not fit; nothing was sent.</exception>
    public long Check(CancellationToken cancellation = default)
    {
        var genesis = _client.Options.Genesis;
        var sender = genesis.FindKey(_client.Options.Identity!.PublicKey.Id)?.Member
            ?? throw new ImportException(
                0, null, "the identity belongs to no member of the channel; use another identity");
        var rows = 0L;
        foreach (var row in _source.Rows())
        {
            cancellation.ThrowIfCancellationRequested();
            var record = _map.Map(row, genesis.Suite.Hash, _options.RowKey);
            if (record.Encode().Length + FrameBytes > genesis.Parameters.MaxTransactionBytes)
                throw new ImportException(
                    row.Line, null, "the record exceeds the channel's limit for a whole transaction");
            var verdict = EvidenceCatalogue.Check(record, sender);
            if (!verdict.IsAccepted)
                throw new ImportException(row.Line, null, verdict.Detail ?? verdict.Refusal.ToString());
            rows = row.Number;
        }

        return rows;
    }

    /// <summary>Checks the file and anchors what is not anchored yet.</summary>
    /// <param name="progress">Told after each transaction.</param>
    /// <param name="cancellation">
    /// Stops the import; the next run goes on. What is on its way may be recorded meanwhile.
    /// </param>
    /// <exception cref="ImportException">
    /// The file, the mapping or the journal is refused. When a row is at fault, nothing was sent.
    /// </exception>
    public async Task<ImportSummary> RunAsync(
        IProgress<ImportProgress>? progress = null, CancellationToken cancellation = default)
    {
        var hash = _client.Options.Genesis.Suite.Hash;
        var total = Check(cancellation);
        var binding = new JournalBinding(_source.Digest(hash), _map.DigestWith(hash), _client.Options.Genesis.Channel);
        using var journal = LoadJournal(binding);
        var before = journal.RecordedRows;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        progress?.Report(new ImportProgress(before, total, 0));
        var window = new ImportWindow(_client, journal, _options, total, progress, stop.Token);
        try
        {
            foreach (var batch in journal.Open) await window.SendAsync(batch);
            foreach (var batch in Batches(journal.LastRow))
            {
                if (window.Problem is not null) break;
                await window.SendAsync(batch);
            }

            await window.DrainAsync();
        }
        finally
        {
            await stop.CancelAsync();
            await window.AbandonAsync();
        }

        return new ImportSummary(total, journal.RecordedRows, before, journal.Batches, window.Problem);
    }

    private SendJournal LoadJournal(in JournalBinding binding)
    {
        try
        {
            var stream = _openJournal(_options.JournalPath);
            return SendJournal.Load(stream, _options.JournalPath, binding, _client.Options.Genesis.Suite.Hash);
        }
        catch (JournalException fault)
        {
            throw new ImportException(0, null, fault.Message, fault);
        }
    }

    private IEnumerable<ImportBatch> Batches(long after)
    {
        var genesis = _client.Options.Genesis;
        var records = _source.Rows()
            .Where(row => row.Number > after)
            .Select(row => (row.Number, _map.Map(row, genesis.Suite.Hash, _options.RowKey)));
        var maxBytes = checked((int)genesis.Parameters.MaxTransactionBytes) - FrameBytes;
        return ImportBatcher.Cut(records, _options.RecordsPerTransaction, maxBytes);
    }
}
