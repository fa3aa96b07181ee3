namespace Ledger.Storage;

/// <summary>Sizes of a database.</summary>
/// <param name="LiveDataBytes">Estimate of the data that is not overwritten or deleted.</param>
/// <param name="TableFileBytes">Size of the table files.</param>
/// <param name="WriteBufferBytes">Data in memory that is not in table files yet.</param>
/// <param name="TableReaderBytes">Memory of open table files outside the block cache.</param>
/// <param name="CacheBytes">Memory of the block cache.</param>
public sealed record StorageStatistics(
    ulong LiveDataBytes, ulong TableFileBytes, ulong WriteBufferBytes, ulong TableReaderBytes, ulong CacheBytes);
