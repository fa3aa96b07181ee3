using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>
/// Walks the keys of a column family within a range, in either direction, over the state of the database when it was
/// made. Every move returns whether it arrived at a key; a damaged block throws instead of looking like the end.
/// </summary>
/// <remarks>Not thread-safe. <see cref="Key"/> and <see cref="Value"/> are valid until the next move.</remarks>
internal sealed class RocksIterator : IDisposable
{
    private readonly IteratorHandle _handle;
    private readonly string _path;

    internal RocksIterator(
        DatabaseHandle database, ColumnFamily family, in KeyRange range, RocksSnapshot? snapshot, bool fillCache,
        string path)
    {
        _handle = new IteratorHandle(database, family.Handle, range, snapshot?.Handle, fillCache);
        _path = path;
    }

    /// <summary>Whether it stands at a key.</summary>
    public bool Valid { get; private set; }

    /// <summary>The key it stands at.</summary>
    public ReadOnlySpan<byte> Key
    {
        get
        {
            RequireValid();
            // Unsafe because the library lends its own memory until the next move.
            unsafe
            {
                var key = NativeMethods.IteratorKey(_handle, out var length);
                return new ReadOnlySpan<byte>(key, checked((int)length));
            }
        }
    }

    /// <summary>The value it stands at.</summary>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            RequireValid();
            // Unsafe because the library lends its own memory until the next move.
            unsafe
            {
                var value = NativeMethods.IteratorValue(_handle, out var length);
                return new ReadOnlySpan<byte>(value, checked((int)length));
            }
        }
    }

    /// <summary>Goes to the first key of the range.</summary>
    public bool SeekToFirst()
    {
        NativeMethods.IteratorSeekToFirst(_handle);
        return Arrive();
    }

    /// <summary>Goes to the last key of the range.</summary>
    public bool SeekToLast()
    {
        NativeMethods.IteratorSeekToLast(_handle);
        return Arrive();
    }

    /// <summary>Goes to the first key at or after <paramref name="key"/>.</summary>
    public bool Seek(ReadOnlySpan<byte> key)
    {
        NativeMethods.IteratorSeek(_handle, key, (nuint)key.Length);
        return Arrive();
    }

    /// <summary>Goes to the last key at or before <paramref name="key"/>.</summary>
    public bool SeekForPrevious(ReadOnlySpan<byte> key)
    {
        NativeMethods.IteratorSeekForPrevious(_handle, key, (nuint)key.Length);
        return Arrive();
    }

    /// <summary>Goes to the next key.</summary>
    public bool MoveNext()
    {
        RequireValid();
        NativeMethods.IteratorNext(_handle);
        return Arrive();
    }

    /// <summary>Goes to the key before.</summary>
    public bool MovePrevious()
    {
        RequireValid();
        NativeMethods.IteratorPrevious(_handle);
        return Arrive();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Valid = false;
        _handle.Dispose();
    }

    private bool Arrive()
    {
        Valid = NativeMethods.IteratorValid(_handle);
        if (Valid) return true;
        // "Not valid" is the end of the range or an error: only this call tells them apart.
        nint error = 0;
        NativeMethods.IteratorGetError(_handle, ref error);
        NativeError.ThrowIfError(error, _path);
        return false;
    }

    private void RequireValid()
    {
        if (!Valid) throw new InvalidOperationException("the iterator does not stand at a key");
    }
}
