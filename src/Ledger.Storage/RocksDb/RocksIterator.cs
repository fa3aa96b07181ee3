using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>An iterator of RocksDB.</summary>
internal sealed class RocksIterator : DatabaseIterator
{
    private readonly IteratorHandle _handle;
    private readonly string _path;
    private bool _valid;

    internal RocksIterator(
        DatabaseHandle database, RocksFamily family, in KeyRange range, RocksSnapshot? snapshot, bool fillCache,
        string path)
    {
        _handle = new IteratorHandle(database, family.Handle, range, snapshot?.Handle, fillCache);
        _path = path;
    }

    /// <inheritdoc/>
    public override bool Valid => _valid;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key
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

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Value
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

    /// <inheritdoc/>
    public override bool SeekToFirst()
    {
        NativeMethods.IteratorSeekToFirst(_handle);
        return Arrive();
    }

    /// <inheritdoc/>
    public override bool SeekToLast()
    {
        NativeMethods.IteratorSeekToLast(_handle);
        return Arrive();
    }

    /// <inheritdoc/>
    public override bool Seek(ReadOnlySpan<byte> key)
    {
        NativeMethods.IteratorSeek(_handle, key, (nuint)key.Length);
        return Arrive();
    }

    /// <inheritdoc/>
    public override bool SeekForPrevious(ReadOnlySpan<byte> key)
    {
        NativeMethods.IteratorSeekForPrevious(_handle, key, (nuint)key.Length);
        return Arrive();
    }

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        RequireValid();
        NativeMethods.IteratorNext(_handle);
        return Arrive();
    }

    /// <inheritdoc/>
    public override bool MovePrevious()
    {
        RequireValid();
        NativeMethods.IteratorPrevious(_handle);
        return Arrive();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _valid = false;
        _handle.Dispose();
    }

    private bool Arrive()
    {
        _valid = NativeMethods.IteratorValid(_handle);
        if (_valid) return true;
        // "Not valid" is the end of the range or an error: only this call tells them apart.
        nint error = 0;
        NativeMethods.IteratorGetError(_handle, ref error);
        NativeError.ThrowIfError(error, _path);
        return false;
    }

    private void RequireValid()
    {
        if (!_valid) throw new InvalidOperationException("the iterator does not stand at a key");
    }
}
