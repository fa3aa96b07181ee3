using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Storage.Blocks;
using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Schema;

namespace Ledger.Storage;

public sealed partial class LedgerStore
{
    /// <summary>Opens a channel's database, making it when it is missing.</summary>
    /// <exception cref="StorageException">It is locked, damaged, or another channel's.</exception>
    public static LedgerStore Open(StorageOptions options, Genesis genesis) =>
        Open(OpenContext(options, genesis, readOnly: false));

    /// <summary>Opens a channel's chain in a database that holds it, or nothing yet, and from now on owns it.</summary>
    internal static LedgerStore Open(KeyValueDatabase database, Genesis genesis) =>
        Open(ContextOf(database, genesis));

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

    private static LedgerStore Open(StoreContext context)
    {
        var store = new LedgerStore(context);
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
        _context.Database.Write(_batch, sync: true);
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
