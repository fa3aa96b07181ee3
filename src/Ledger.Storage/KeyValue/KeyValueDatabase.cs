namespace Ledger.Storage.KeyValue;

/// <summary>Reads a value where the database holds it, without a copy. The span is valid during the call only.</summary>
internal delegate TResult ValueReader<TState, TResult>(ReadOnlySpan<byte> value, TState state)
    where TState : allows ref struct;

/// <summary>
/// What the stores of this house need of a database: ordered keys in column families, atomic batches, a sync that can
/// be waited for, iterators and snapshots. <see cref="RocksDb.RocksDatabase"/> is the one that nodes run on; the
/// simulator brings one whose disk loses, tears and rots what was written (ADR 0013).
/// </summary>
/// <remarks>
/// Reads, writes, iterators and snapshots may be used from any thread; a batch or an iterator by one at a time. What a
/// <see cref="StorageException"/> says of a read or write is the same for every implementation.
/// </remarks>
internal abstract class KeyValueDatabase : IDisposable
{
    /// <summary>Where it lies, for messages.</summary>
    public abstract string Path { get; }

    /// <summary>Every family on disk, those the program did not ask for included.</summary>
    public abstract IReadOnlyCollection<ColumnFamily> Families { get; }

    /// <summary>How many writes waited for the disk (an fsync each) since the database was opened.</summary>
    public abstract long SyncedWrites { get; }

    /// <summary>The family of this name.</summary>
    /// <exception cref="StorageException">The database has none.</exception>
    public abstract ColumnFamily Family(string name);

    /// <summary>An empty batch for this database.</summary>
    public abstract WriteBatch CreateBatch();

    /// <summary>
    /// Applies a batch atomically. With <paramref name="sync"/> it returns only after this and every earlier batch is on
    /// disk; without, the batch survives the end of the process but not of the machine.
    /// </summary>
    /// <exception cref="StorageException">The disk refused; nothing of the batch is visible.</exception>
    public abstract void Write(WriteBatch batch, bool sync);

    /// <summary>The value of a key as a new array; null when the key is absent.</summary>
    public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key, DatabaseSnapshot? snapshot = null) =>
        TryRead(family, key, 0, static (value, _) => value.ToArray(), out var copy, snapshot) ? copy : null;

    /// <summary>Whether a key is present.</summary>
    public bool Contains(ColumnFamily family, ReadOnlySpan<byte> key, DatabaseSnapshot? snapshot = null) =>
        TryRead(family, key, 0, static (_, _) => true, out _, snapshot);

    /// <summary>Lends the value of a key to <paramref name="reader"/>; false when the key is absent.</summary>
    public abstract bool TryRead<TState, TResult>(
        ColumnFamily family, ReadOnlySpan<byte> key, TState state, ValueReader<TState, TResult> reader,
        out TResult? result, DatabaseSnapshot? snapshot = null)
        where TState : allows ref struct;

    /// <summary>The values of several keys of one family in one call; null for each that is absent.</summary>
    public abstract byte[]?[] MultiGet(
        ColumnFamily family, IReadOnlyList<byte[]> keys, DatabaseSnapshot? snapshot = null);

    /// <summary>
    /// An iterator over a range, standing nowhere yet. Long scans leave the cache to those who read it again.
    /// </summary>
    public abstract DatabaseIterator Iterate(
        ColumnFamily family, in KeyRange range = default, DatabaseSnapshot? snapshot = null, bool fillCache = true);

    /// <summary>The database as it is now. Dispose it.</summary>
    public abstract DatabaseSnapshot Snapshot();

    /// <summary>
    /// Copies the database as it is now to <paramref name="directory"/>, which must not exist, while reads and writes
    /// go on.
    /// </summary>
    public abstract void Checkpoint(string directory);

    /// <summary>Sizes on disk and in memory.</summary>
    public abstract StorageStatistics Statistics();

    /// <inheritdoc/>
    public abstract void Dispose();
}
