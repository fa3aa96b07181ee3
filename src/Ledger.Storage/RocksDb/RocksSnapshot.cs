using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>
/// The database as it was at one moment: reads through it see every write before that moment and none after. Keep it
/// short: versions that it pins cannot be compacted away.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class RocksSnapshot : IDisposable
{
    internal RocksSnapshot(DatabaseHandle database)
    {
        Handle = new SnapshotHandle(database);
        ReadOptions = new ReadOptionsHandle(Handle);
    }

    internal SnapshotHandle Handle { get; }

    internal ReadOptionsHandle ReadOptions { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        ReadOptions.Dispose();
        Handle.Dispose();
    }
}
