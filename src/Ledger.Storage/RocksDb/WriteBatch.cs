using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>Writes that take effect together or not at all. Later operations on a key win over earlier ones.</summary>
/// <remarks>Not thread-safe. Reusable after <see cref="Clear"/>.</remarks>
internal sealed class WriteBatch : IDisposable
{
    internal WriteBatch(DatabaseHandle database) => Handle = new WriteBatchHandle(database);

    /// <summary>Number of operations.</summary>
    public int Count => NativeMethods.BatchCount(Handle);

    /// <summary>Size of its encoding, which is what the write-ahead log will hold.</summary>
    public long SizeBytes
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

    /// <summary>Sets a key. The bytes are copied.</summary>
    public void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        NativeMethods.BatchPut(Handle, family.Handle, key, (nuint)key.Length, value, (nuint)value.Length);

    /// <summary>Removes a key; nothing happens if it is absent.</summary>
    public void Delete(ColumnFamily family, ReadOnlySpan<byte> key) =>
        NativeMethods.BatchDelete(Handle, family.Handle, key, (nuint)key.Length);

    /// <summary>Removes the keys from <paramref name="from"/> inclusive to <paramref name="to"/> exclusive.</summary>
    public void DeleteRange(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        NativeMethods.BatchDeleteRange(Handle, family.Handle, from, (nuint)from.Length, to, (nuint)to.Length);

    /// <summary>Forgets everything and keeps the memory.</summary>
    public void Clear() => NativeMethods.BatchClear(Handle);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
