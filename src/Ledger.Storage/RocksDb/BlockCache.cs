using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>
/// A bounded cache of uncompressed table blocks, their indexes and filters. Several databases of one process can share
/// one, so that a node's memory does not grow with its number of channels.
/// </summary>
/// <remarks>Safe for concurrent use. Disposing it takes nothing away from databases that are open.</remarks>
public sealed class BlockCache : IDisposable
{
    /// <summary>Creates a cache that holds at most <paramref name="capacityBytes"/>.</summary>
    public BlockCache(long capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        CapacityBytes = capacityBytes;
        Handle = new BlockCacheHandle((nuint)capacityBytes);
    }

    /// <summary>The most that it holds.</summary>
    public long CapacityBytes { get; }

    /// <summary>What it holds now.</summary>
    public long UsedBytes => (long)NativeMethods.CacheGetUsage(Handle);

    internal BlockCacheHandle Handle { get; }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
