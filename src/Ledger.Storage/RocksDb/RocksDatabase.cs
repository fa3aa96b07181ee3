using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>
/// One RocksDB database. Reads, writes, iterators and snapshots may be used from any thread; a batch or an iterator is
/// used by one at a time. Closing waits for nothing: what was made from the database keeps it alive until disposed too.
/// </summary>
internal sealed partial class RocksDatabase : IDisposable
{
    private readonly DatabaseHandle _handle;
    private readonly Dictionary<string, ColumnFamily> _families;
    private readonly WriteOptionsHandle _synced = new(sync: true);
    private readonly WriteOptionsHandle _unsynced = new(sync: false);
    private readonly ReadOptionsHandle _readOptions = new();
    private long _syncedWrites;
    private volatile bool _disposed;

    private RocksDatabase(DatabaseOptions options, DatabaseHandle handle, Dictionary<string, ColumnFamily> families)
    {
        Path = options.Path;
        _handle = handle;
        _families = families;
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>Every family on disk, those the program did not ask for included.</summary>
    public IReadOnlyCollection<ColumnFamily> Families => _families.Values;

    /// <summary>How many writes waited for the disk (an fsync each) since the database was opened.</summary>
    public long SyncedWrites => Interlocked.Read(ref _syncedWrites);

    // A disposed handle still answers while a batch or an iterator holds it: ask our own flag first.
    private DatabaseHandle Live
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _handle;
        }
    }

    /// <summary>The family of this name.</summary>
    /// <exception cref="StorageException">The database has none.</exception>
    public ColumnFamily Family(string name) => _families.TryGetValue(name, out var family)
        ? family
        : throw new StorageException(StorageFault.Incompatible, $"The database {Path} has no column family {name}.");

    /// <summary>An empty batch for this database.</summary>
    public WriteBatch CreateBatch() => new(Live);

    /// <summary>
    /// Applies a batch atomically. With <paramref name="sync"/> it returns only after the write-ahead log is on disk;
    /// without, the batch survives the end of the process but not of the machine.
    /// </summary>
    /// <exception cref="StorageException">The disk refused; nothing of the batch is visible.</exception>
    public void Write(WriteBatch batch, bool sync)
    {
        nint error = 0;
        NativeMethods.Write(Live, sync ? _synced : _unsynced, batch.Handle, ref error);
        NativeError.ThrowIfError(error, Path);
        if (sync) Interlocked.Increment(ref _syncedWrites);
    }

    /// <summary>Puts every earlier write on disk.</summary>
    public void FlushWal()
    {
        nint error = 0;
        NativeMethods.FlushWal(Live, sync: true, ref error);
        NativeError.ThrowIfError(error, Path);
        Interlocked.Increment(ref _syncedWrites);
    }

    /// <summary>Writes the in-memory part of a family to a table file and waits for it.</summary>
    public void Flush(ColumnFamily family)
    {
        using var options = new FlushOptionsHandle();
        nint error = 0;
        NativeMethods.FlushFamily(Live, options, family.Handle, ref error);
        NativeError.ThrowIfError(error, Path);
    }

    /// <summary>Rewrites a family's table files without what was deleted or overwritten.</summary>
    public void Compact(ColumnFamily family)
    {
        // Unsafe because null bounds, which mean "everything", have no span.
        unsafe
        {
            NativeMethods.CompactRange(Live, family.Handle, null, 0, null, 0);
        }
    }

    /// <summary>
    /// Copies the database as it is now to <paramref name="directory"/>, which must not exist, while reads and writes
    /// go on. On one file system table files are linked, not copied.
    /// </summary>
    public void Checkpoint(string directory)
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
        NativeMethods.PropertyInt(Live, family.Handle, name, out var value) == 0 ? value : null;

    /// <summary>The sum of a numeric property over every family.</summary>
    public ulong PropertySum(string name) =>
        _families.Values.Aggregate(0UL, (sum, family) => sum + (Property(family, name) ?? 0));

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        foreach (var family in _families.Values) family.Handle.Dispose();
        _readOptions.Dispose();
        _synced.Dispose();
        _unsynced.Dispose();
        _handle.Dispose();
    }
}
