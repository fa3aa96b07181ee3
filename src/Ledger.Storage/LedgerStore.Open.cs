using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Storage.Blocks;
using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Schema;
using Ledger.Storage.State;

namespace Ledger.Storage;

public sealed partial class LedgerStore
{
    /// <summary>Opens a channel's database, making it when it is missing.</summary>
    /// <exception cref="StorageException">It is locked, damaged, or another channel's.</exception>
    public static LedgerStore Open(StorageOptions options, Genesis genesis) =>
        Open(OpenContext(options, genesis, readOnly: false), options.PendingPageBytes);

    /// <summary>Opens a channel's chain in a database that holds it, or nothing yet, and from now on owns it.</summary>
    internal static LedgerStore Open(
        KeyValueDatabase database, Genesis genesis, long pendingPageBytes = StorageOptions.DefaultPendingPageBytes) =>
        Open(ContextOf(database, genesis), pendingPageBytes);

    internal static StoreContext OpenContext(StorageOptions options, Genesis genesis, bool readOnly)
    {
        var database = RocksDatabase.Open(new DatabaseOptions
        {
            Path = options.Path,
            Families = LedgerSchema.Families,
            Cache = options.Cache,
            TotalWriteBufferBytes = options.WriteBufferBytes,
            ReadOnly = readOnly,
        });
        return ContextOf(database, genesis);
    }

    private static StoreContext ContextOf(KeyValueDatabase database, Genesis genesis)
    {
        try
        {
            return new StoreContext(database, genesis);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static LedgerStore Open(StoreContext context, long pendingPageBytes)
    {
        var store = new LedgerStore(context, pendingPageBytes);
        try
        {
            store.Recover();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private void Recover()
    {
        var scope = new ReadScope(_context, snapshot: null);
        if (scope.Get(_context.Meta, LedgerSchema.GenesisKey) is null) Initialise();
        RequireOurs(scope);
        if (scope.Mark(LedgerSchema.BaseKey) is { Length: 8 } mark)
            _context.BaseHeight = new BlockHeight(LedgerSchema.ReadNumber(mark));
        _durable = _watermark = Live.Watermark;
        if (_watermark is null) return;
        var top = Live.Blocks.Required(_watermark.Height);
        if (top.Hash != _watermark.HeaderHash)
        {
            throw scope.Corrupt(
                _context.Headers, LedgerSchema.HeightKey(_watermark.Height), "not the header that the watermark names");
        }

        // The newest block may have been written by a process that died before its sync. Its checkpoint is signed again
        // from now on, so it has to outlive the machine too.
        _batch.Clear();
        PutMark(LedgerSchema.WatermarkKey, _watermark.Encode());
        BringPagesForward(scope, _watermark);
        _context.Database.Write(_batch, sync: true);
    }

    // Into the batch: what the last blocks changed in the state tree, which its pages on disk lack.
    private void BringPagesForward(ReadScope scope, Watermark newest)
    {
        var mark = PagesMark.Read(scope);
        if (mark.Next > newest.Height) return;
        if (StateJournal.ReadFrom(scope, mark, newest.Height, out var fault) is not { } changes)
        {
            throw scope.Corrupt(
                _context.StateChanges, LedgerSchema.HeightKey(fault),
                "not the changes that the block made to the state tree");
        }

        StateUpdate update;
        try
        {
            update = new StateTree(_context.Hash).Apply(mark.Root, new StateReader(scope), changes);
        }
        catch (InvalidDataException damage)
        {
            throw scope.Corrupt(_context.StateNodes, [], damage.Message);
        }

        if (update.Root != newest.StateRoot)
        {
            throw scope.Corrupt(
                _context.StateChanges, LedgerSchema.HeightKey(newest.Height), "do not lead to the block's state root");
        }

        StateWriter.AddPages(_batch, _context, update.Writes);
        PutPagesMark(newest.Height, newest.StateRoot);
    }

    private void Initialise()
    {
        using var blocks = _context.Database.Iterate(_context.Headers);
        if (blocks.SeekToFirst())
        {
            throw new StorageException(
                StorageFault.Corruption,
                $"Database {_context.Database.Path} holds blocks but not which channel's they are.");
        }

        _batch.Clear();
        PutMark(LedgerSchema.GenesisKey, Genesis.Encoded.Span);
        PutMark(LedgerSchema.VersionKey, LedgerSchema.EpochKey(new Epoch(LedgerSchema.Version)));
        StoredValidators.Put(_batch, _context, Genesis.Validators);
        _context.Database.Write(_batch, sync: true);
    }

    private void RequireOurs(ReadScope scope)
    {
        var path = _context.Database.Path;
        if (!scope.Mark(LedgerSchema.GenesisKey).AsSpan().SequenceEqual(Genesis.Encoded.Span))
        {
            throw new StorageException(
                StorageFault.Incompatible, $"Database {path} belongs to another channel than {Genesis.Channel}.");
        }

        var version = scope.Mark(LedgerSchema.VersionKey) is { Length: 8 } mark ? LedgerSchema.ReadNumber(mark) : 0;
        if (version != LedgerSchema.Version)
        {
            throw new StorageException(
                StorageFault.Incompatible,
                $"Database {path} has layout {version}; this program knows layout {LedgerSchema.Version}.");
        }

        if (scope.Mark(LedgerSchema.ReindexingKey) is not null)
        {
            throw new StorageException(
                StorageFault.Incompatible,
                $"The rebuilding of the indexes of {path} was interrupted. Run `ledger db reindex` to the end.");
        }
    }
}
