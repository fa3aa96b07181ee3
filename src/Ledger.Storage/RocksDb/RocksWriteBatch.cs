using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>A write batch of RocksDB.</summary>
internal sealed class RocksWriteBatch : WriteBatch
{
    internal RocksWriteBatch(DatabaseHandle database) => Handle = new WriteBatchHandle(database);

    /// <inheritdoc/>
    public override int Count => NativeMethods.BatchCount(Handle);

    /// <inheritdoc/>
    public override long SizeBytes
    {
        get
        {
            // Unsafe because the C function also returns a pointer to the data, which is not used.
            unsafe
            {
                NativeMethods.BatchData(Handle, out var size);
                return (long)size;
            }
        }
    }

    internal WriteBatchHandle Handle { get; }

    /// <inheritdoc/>
    public override void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        NativeMethods.BatchPut(Handle, RocksFamily.HandleOf(family), key, (nuint)key.Length, value, (nuint)value.Length);

    /// <inheritdoc/>
    public override void Delete(ColumnFamily family, ReadOnlySpan<byte> key) =>
        NativeMethods.BatchDelete(Handle, RocksFamily.HandleOf(family), key, (nuint)key.Length);

    /// <inheritdoc/>
    public override void DeleteRange(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        NativeMethods.BatchDeleteRange(Handle, RocksFamily.HandleOf(family), from, (nuint)from.Length, to, (nuint)to.Length);

    /// <inheritdoc/>
    public override void Clear() => NativeMethods.BatchClear(Handle);

    /// <inheritdoc/>
    public override void Dispose() => Handle.Dispose();
}
