using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>A snapshot of RocksDB; versions that it pins cannot be compacted away.</summary>
internal sealed class RocksSnapshot : DatabaseSnapshot
{
    internal RocksSnapshot(DatabaseHandle database)
    {
        Handle = new SnapshotHandle(database);
        ReadOptions = new ReadOptionsHandle(Handle);
    }

    internal SnapshotHandle Handle { get; }

    internal ReadOptionsHandle ReadOptions { get; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        ReadOptions.Dispose();
        Handle.Dispose();
    }
}
