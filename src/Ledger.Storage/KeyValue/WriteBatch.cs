namespace Ledger.Storage.KeyValue;

/// <summary>Writes that take effect together or not at all. Later operations on a key win over earlier ones.</summary>
/// <remarks>Not thread-safe. Reusable after <see cref="Clear"/>.</remarks>
internal abstract class WriteBatch : IDisposable
{
    /// <summary>Number of operations.</summary>
    public abstract int Count { get; }

    /// <summary>Size of its encoding, which is what the write-ahead log will hold.</summary>
    public abstract long SizeBytes { get; }

    /// <summary>Sets a key. The bytes are copied.</summary>
    public abstract void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>Removes a key; nothing happens if it is absent.</summary>
    public abstract void Delete(ColumnFamily family, ReadOnlySpan<byte> key);

    /// <summary>Removes the family's keys below <paramref name="end"/>.</summary>
    public abstract void DeleteBelow(ColumnFamily family, ReadOnlySpan<byte> end);

    /// <summary>Forgets everything and keeps the memory.</summary>
    public abstract void Clear();

    /// <summary>Says that so many bytes are to be added: a large batch then grows once.</summary>
    public virtual void Reserve(int bytes)
    {
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}
