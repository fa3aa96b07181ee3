using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Storage.Blocks;
using Ledger.Storage.Evidence;
using Ledger.Storage.Faults;
using Ledger.Storage.KeyValue;
using Ledger.Storage.LogTrees;
using Ledger.Storage.Schema;
using Ledger.Storage.State;

namespace Ledger.Storage;

/// <summary>
/// A channel's database. A block is one atomic, synced batch: headers, transactions, results, leaves, indexes, trees,
/// state and the watermark are all there or none is, whenever the process or the machine dies.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Blocks are written by one owner, the channel's executor; writes are serialised all the
/// same. Readers never wait for a writer.
/// </remarks>
public sealed partial class LedgerStore : IDisposable
{
    private readonly StoreContext _context;
    private readonly WriteBatch _batch;
    private readonly IndexEntries _entries = new();
    private readonly StatePageCache _pages;
    private readonly Lock _writing = new();
    private volatile Watermark? _watermark;
    private volatile Watermark? _durable;

    private LedgerStore(StoreContext context, long pendingPageBytes)
    {
        _context = context;
        _batch = context.Database.CreateBatch();
        _pages = new StatePageCache(new StateReader(new ReadScope(context, snapshot: null)), pendingPageBytes);
        Live = new LedgerView(context, snapshot: null, _pages);
        Faults = new FaultStore(context);
    }

    /// <summary>The channel's genesis document.</summary>
    public Genesis Genesis => _context.Genesis;

    /// <summary>Where the chain on disk ends; null before the genesis block.</summary>
    public Watermark? Watermark => _watermark;

    /// <summary>
    /// Where the chain ends that even a crash of the machine leaves; behind <see cref="Watermark"/> while a run of blocks
    /// is written that is synced once.
    /// </summary>
    public Watermark? Durable => _durable;

    /// <summary>Reads what is on disk now. Never needs disposing.</summary>
    public LedgerView Live { get; }

    /// <summary>Proofs of faults.</summary>
    public FaultStore Faults { get; }

    /// <summary>The newest block with a certificate; null when none has one.</summary>
    public BlockHeight? Certified => Live.Certified;

    /// <summary>How many writes waited for the disk since the store was opened: one for each block.</summary>
    public long SyncedWrites => _context.Database.SyncedWrites;

    /// <summary>
    /// Reads what is on disk now, for as long as it is held, but for the state tree's pages. Dispose it.
    /// </summary>
    public LedgerView OpenView() => new(_context, _context.Database.Snapshot(), NoPages.Instance);

    /// <summary>
    /// As <see cref="OpenView"/>, with the state tree's pages: for proofs. Writes those first that the database lacks,
    /// and so waits for a block that is being written.
    /// </summary>
    public LedgerView OpenStateView()
    {
        lock (_writing)
        {
            if (_watermark is { } newest && _pages.IsBehind) WritePages(newest);
            return new LedgerView(_context, _context.Database.Snapshot());
        }
    }

    /// <summary>
    /// Makes a block durable; it is on disk when this returns. A block that is there already is left alone (P6: sync
    /// may deliver a block twice).
    /// </summary>
    /// <exception cref="InvalidOperationException">The block does not follow the newest one.</exception>
    /// <exception cref="StorageException">
    /// Another block stands at its height, it does not extend the chain (<see cref="StorageFault.Conflict"/>), or the
    /// disk refused.
    /// </exception>
    public CommitOutcome Commit(BlockCommit commit) => Commit(commit, sync: true);

    /// <summary>As <see cref="Commit(BlockCommit)"/>, where the block need not be durable yet.</summary>
    /// <param name="commit">The block with all that it changes.</param>
    /// <param name="sync">
    /// False when a crash of the machine may take the block away, and every block after it. The next synced write carries
    /// it to the disk.
    /// </param>
    public CommitOutcome Commit(BlockCommit commit, bool sync)
    {
        lock (_writing)
        {
            var newest = _watermark;
            if (newest is not null && commit.Block.Header.Height <= newest.Height)
            {
                RequireSame(commit.Block);
                return CommitOutcome.AlreadyCommitted;
            }

            CommitCheck.RequireNext(commit, newest, _context);
            if (newest is not null && _pages.IsFull) WritePages(newest);
            _batch.Clear();
            BlockWriter.Add(_batch, _context, commit);
            EvidenceWriter.Add(_batch, _context, commit, newest?.LogSize ?? 0, _entries);
            LogWriter.Add(_batch, _context, commit.LogNodes);
            StateWriter.Add(_batch, _context, commit);
            var header = commit.Block.Header;
            var next = new Watermark(
                header.Height, commit.Block.Hash, header.LogSize, header.LogRoot, header.StateRoot,
                commit.VoteSequence);
            PutMark(LedgerSchema.WatermarkKey, next.Encode());
            _context.Database.Write(_batch, sync);
            _pages.Add(commit.StatePages, commit.StateChanges.Count);
            _watermark = next;
            if (sync) _durable = next;
            return CommitOutcome.Committed;
        }
    }

    /// <summary>
    /// Keeps a block's certificate, which the caller has verified. It need not be synced: a certificate can be asked
    /// for again, and the next block carries it to the disk.
    /// </summary>
    /// <exception cref="StorageException">The block is not here, or the certificate is over another one.</exception>
    public void SaveCertificate(BlockHeight height, QuorumCertificate certificate, bool sync = false)
    {
        lock (_writing)
        {
            var header = Live.Blocks.Header(height);
            if (header is null || header.Hash != certificate.HeaderHash)
            {
                throw new StorageException(
                    StorageFault.Conflict,
                    $"A certificate for height {height} is over {certificate.HeaderHash}, but the block there is " +
                    $"{header?.Hash.ToString() ?? "missing"}.");
            }

            _batch.Clear();
            _batch.Put(_context.Certificates, LedgerSchema.HeightKey(height), certificate.Encode());
            if (Certified is not { } certified || certified < height)
                PutMark(LedgerSchema.CertifiedKey, LedgerSchema.HeightKey(height));
            _context.Database.Write(_batch, sync);
        }
    }

    /// <summary>
    /// Copies the database to a directory that must not exist, while the node goes on. The vote log is left out on
    /// purpose: a replica that came back with old votes could contradict itself.
    /// </summary>
    public void Backup(string directory) => _context.Database.Checkpoint(directory);

    /// <summary>Sizes on disk and in memory.</summary>
    public StorageStatistics Statistics() => _context.Database.Statistics();

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _context.Database.Dispose();
    }

    // The pages as they are after the newest block, which then needs no journal. One atomic batch, and not synced: if a
    // crash undoes it, pages, mark and journal are as they were before.
    private void WritePages(Watermark newest)
    {
        _batch.Clear();
        _pages.PutTo(_batch, _context);
        PutPagesMark(newest.Height, newest.StateRoot);
        _context.Database.Write(_batch, sync: false);
        _pages.Written();
    }

    // Into the batch.
    private void PutPagesMark(BlockHeight upTo, in Hash256 root)
    {
        PutMark(LedgerSchema.PagesKey, new PagesMark(upTo.Next, root).Encode());
        StateJournal.DropBefore(_batch, _context, upTo.Next);
    }

    private void PutMark(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        _batch.Put(_context.Meta, key, Sealed.Seal(key, value));

    private void RequireSame(Block block)
    {
        var stored = Live.Blocks.Required(block.Header.Height);
        if (stored.Hash == block.Hash) return;
        throw new StorageException(
            StorageFault.Conflict,
            $"Height {block.Header.Height} holds block {stored.Hash}, and block {block.Hash} was to be written. " +
            "Either this disk or the agreement is wrong: the node must stop.");
    }

    // A view of one moment has no pages of that moment unless they were written for it.
    private sealed class NoPages : IStateNodes
    {
        public static readonly NoPages Instance = new();

        public int ReadPage(in StatePageKey key, Span<byte> destination) =>
            throw new InvalidOperationException("open the view with OpenStateView to read pages of the state tree");
    }
}
