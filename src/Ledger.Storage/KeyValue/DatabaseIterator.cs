namespace Ledger.Storage.KeyValue;

/// <summary>
/// Walks the keys of a column family within a range, in either direction, over the state of the database when it was
/// made. Every move returns whether it arrived at a key; damage throws instead of looking like the end.
/// </summary>
/// <remarks>Not thread-safe. <see cref="Key"/> and <see cref="Value"/> are valid until the next move.</remarks>
internal abstract class DatabaseIterator : IDisposable
{
    /// <summary>Whether it stands at a key.</summary>
    public abstract bool Valid { get; }

    /// <summary>The key it stands at.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>The value it stands at.</summary>
    public abstract ReadOnlySpan<byte> Value { get; }

    /// <summary>Goes to the first key of the range.</summary>
    public abstract bool SeekToFirst();

    /// <summary>Goes to the last key of the range.</summary>
    public abstract bool SeekToLast();

    /// <summary>Goes to the first key at or after <paramref name="key"/>.</summary>
    public abstract bool Seek(ReadOnlySpan<byte> key);

    /// <summary>Goes to the last key at or before <paramref name="key"/>.</summary>
    public abstract bool SeekForPrevious(ReadOnlySpan<byte> key);

    /// <summary>Goes to the next key.</summary>
    public abstract bool MoveNext();

    /// <summary>Goes to the key before.</summary>
    public abstract bool MovePrevious();

    /// <inheritdoc/>
    public abstract void Dispose();
}
