using Ledger.Storage.RocksDb;

namespace Ledger.Storage;

/// <summary>Sizes of a database.</summary>
/// <param name="LiveDataBytes">Estimate of the data that is not overwritten or deleted.</param>
/// <param name="TableFileBytes">Size of the table files.</param>
/// <param name="WriteBufferBytes">Data in memory that is not in table files yet.</param>
/// <param name="TableReaderBytes">Memory of open table files outside the block cache.</param>
/// <param name="CacheBytes">Memory of the block cache.</param>
public sealed record StorageStatistics(
    ulong LiveDataBytes, ulong TableFileBytes, ulong WriteBufferBytes, ulong TableReaderBytes, ulong CacheBytes)
{
    internal static StorageStatistics Of(RocksDatabase database) => new(
        database.PropertySum("rocksdb.estimate-live-data-size"),
        database.PropertySum("rocksdb.total-sst-files-size"),
        database.PropertySum("rocksdb.cur-size-all-mem-tables"),
        database.PropertySum("rocksdb.estimate-table-readers-mem"),
        // Families share the cache, so one speaks for all.
        database.Property(database.Families.First(), "rocksdb.block-cache-usage") ?? 0);
}
