using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>
/// One RocksDB database. Closing waits for nothing: what was made from the database keeps it alive until disposed too.
/// </summary>
internal sealed partial class RocksDatabase : KeyValueDatabase
{
    private volatile StorageException? _failure;
    private readonly DatabaseHandle _handle;
    private readonly Dictionary<string, RocksFamily> _families;
    private readonly WriteOptionsHandle _synced = new(sync: true);
    private readonly WriteOptionsHandle _unsynced = new(sync: false);
    private readonly ReadOptionsHandle _readOptions = new();
    private long _syncedWrites;
    private volatile bool _disposed;

    private RocksDatabase(DatabaseOptions options, DatabaseHandle handle, Dictionary<string, RocksFamily> families)
    {
        Path = options.Path;
        _handle = handle;
        _families = families;
    }

    /// <summary>The directory.</summary>
    public override string Path { get; }

    /// <inheritdoc/>
    public override IReadOnlyCollection<ColumnFamily> Families => _families.Values;

    /// <inheritdoc/>
    public override long SyncedWrites => Interlocked.Read(ref _syncedWrites);

    // A disposed handle still answers while a batch or an iterator holds it: ask our own flag first.
    private DatabaseHandle Live
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _handle;
        }
    }

    /// <inheritdoc/>
    public override ColumnFamily Family(string name) => _families.TryGetValue(name, out var family)
        ? family
        : throw new StorageException(StorageFault.Incompatible, $"The database {Path} has no column family {name}.");

    /// <inheritdoc/>
    public override WriteBatch CreateBatch() => new RocksWriteBatch(Live);

    /// <inheritdoc/>
    public override void Write(WriteBatch batch, bool sync)
    {
        RequireNoFailure();
        using var native = ((RocksWriteBatch)batch).ToNative();
        nint error = 0;
        // Counting every comparison of keys, which nobody reads here, costs a few per cent of an insertion.
        NativeMethods.SetPerfLevel(NativeMethods.PerfDisabled);
        NativeMethods.Write(Live, sync ? _synced : _unsynced, native, ref error);
        ThrowIfFailed(error);
        if (sync) Interlocked.Increment(ref _syncedWrites);
    }

    /// <summary>Puts every earlier write on disk.</summary>
    public void FlushWal()
    {
        RequireNoFailure();
        nint error = 0;
        NativeMethods.FlushWal(Live, sync: true, ref error);
        ThrowIfFailed(error);
        Interlocked.Increment(ref _syncedWrites);
    }

    /// <summary>Writes the in-memory part of a family to a table file and waits for it.</summary>
    public void Flush(ColumnFamily family)
    {
        RequireNoFailure();
        using var options = new FlushOptionsHandle();
        nint error = 0;
        NativeMethods.FlushFamily(Live, options, RocksFamily.HandleOf(family), ref error);
        ThrowIfFailed(error);
    }

    /// <summary>Rewrites a family's table files without what was deleted or overwritten.</summary>
    public void Compact(ColumnFamily family)
    {
        // Unsafe because null bounds, which mean "everything", have no span.
        unsafe
        {
            NativeMethods.CompactRange(Live, RocksFamily.HandleOf(family), null, 0, null, 0);
        }
    }

    /// <inheritdoc/>
    /// <remarks>On one file system table files are linked, not copied.</remarks>
    public override void Checkpoint(string directory)
    {
        nint error = 0;
        var checkpoint = NativeMethods.CheckpointCreate(Live, ref error);
        NativeError.ThrowIfError(error, Path);
        try
        {
            // 0: flush first, so that the copy needs no write-ahead log.
            NativeMethods.CheckpointWrite(checkpoint, directory, 0, ref error);
        }
        finally
        {
            NativeMethods.CheckpointDestroy(checkpoint);
        }

        NativeError.ThrowIfError(error, Path);
    }

    /// <summary>
    /// A numeric property of a family, such as <c>rocksdb.estimate-live-data-size</c>; null when there is none.
    /// </summary>
    public ulong? Property(ColumnFamily family, string name) =>
        NativeMethods.PropertyInt(Live, RocksFamily.HandleOf(family), name, out var value) == 0 ? value : null;

    /// <summary>The sum of a numeric property over every family.</summary>
    public ulong PropertySum(string name) =>
        _families.Values.Aggregate(0UL, (sum, family) => sum + (Property(family, name) ?? 0));

    /// <inheritdoc/>
    public override StorageStatistics Statistics() => new(
        PropertySum("rocksdb.estimate-live-data-size"),
        PropertySum("rocksdb.total-sst-files-size"),
        PropertySum("rocksdb.cur-size-all-mem-tables"),
        PropertySum("rocksdb.estimate-table-readers-mem"),
        // Families share the cache, so one speaks for all.
        Property(Families.First(), "rocksdb.block-cache-usage") ?? 0);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _disposed = true;
        foreach (var family in _families.Values) family.Handle.Dispose();
        _readOptions.Dispose();
        _synced.Dispose();
        _unsynced.Dispose();
        _handle.Dispose();
    }

    // The library recovers by itself when a full disk has space again. What failed is not written then, so nothing may
    // follow it, whichever thread comes with it: a database that has failed once has to be opened anew.
    private void RequireNoFailure()
    {
        if (_failure is { } failure) throw new StorageException(failure.Fault, failure.Message);
    }

    private void ThrowIfFailed(nint error)
    {
        try
        {
            NativeError.ThrowIfError(error, Path);
        }
        catch (StorageException failure)
        {
            _failure = failure;
            throw;
        }
    }
}
