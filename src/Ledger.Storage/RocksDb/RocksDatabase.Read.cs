using System.Runtime.InteropServices;
using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

internal sealed partial class RocksDatabase
{
    /// <inheritdoc/>
    public override bool TryRead<TState, TResult>(
        ColumnFamily family, ReadOnlySpan<byte> key, TState state, ValueReader<TState, TResult> reader,
        out TResult? result, DatabaseSnapshot? snapshot = null)
        where TResult : default
    {
        nint error = 0;
        var pinned = NativeMethods.GetPinned(
            Live, OptionsOf(snapshot), RocksFamily.HandleOf(family), key, (nuint)key.Length, ref error);
        NativeError.ThrowIfError(error, Path);
        result = default;
        if (pinned == 0) return false;
        try
        {
            result = reader(PinnedSpan(pinned), state);
            return true;
        }
        finally
        {
            NativeMethods.PinnedDestroy(pinned);
        }
    }

    /// <inheritdoc/>
    public override byte[]?[] MultiGet(
        ColumnFamily family, IReadOnlyList<byte[]> keys, DatabaseSnapshot? snapshot = null)
    {
        var count = keys.Count;
        var results = new byte[]?[count];
        if (count == 0) return results;
        var pins = new GCHandle[count];
        var values = new nint[count];
        var errors = new nint[count];
        try
        {
            for (var i = 0; i < count; i++) pins[i] = GCHandle.Alloc(keys[i], GCHandleType.Pinned);
            MultiGetPinned(family, keys, pins, values, errors, snapshot);
            for (var i = 0; i < count; i++)
            {
                if (values[i] != 0) results[i] = PinnedSpan(values[i]).ToArray();
            }
        }
        finally
        {
            foreach (var value in values.Where(v => v != 0)) NativeMethods.PinnedDestroy(value);
            foreach (var pin in pins.Where(p => p.IsAllocated)) pin.Free();
        }

        ThrowFirst(errors);
        return results;
    }

    /// <inheritdoc/>
    public override DatabaseIterator Iterate(
        ColumnFamily family, in KeyRange range = default, DatabaseSnapshot? snapshot = null, bool fillCache = true) =>
        new RocksIterator(Live, (RocksFamily)family, range, (RocksSnapshot?)snapshot, fillCache, Path);

    /// <inheritdoc/>
    public override DatabaseSnapshot Snapshot() => new RocksSnapshot(Live);

    private ReadOptionsHandle OptionsOf(DatabaseSnapshot? snapshot) =>
        ((RocksSnapshot?)snapshot)?.ReadOptions ?? _readOptions;

    private unsafe void MultiGetPinned(
        ColumnFamily family, IReadOnlyList<byte[]> keys, GCHandle[] pins, nint[] values, nint[] errors,
        DatabaseSnapshot? snapshot)
    {
        // Unsafe because the C function takes an array of pointers; every array it points to is pinned by the caller.
        var addresses = new nint[pins.Length];
        var lengths = new nuint[pins.Length];
        for (var i = 0; i < pins.Length; i++)
        {
            addresses[i] = pins[i].AddrOfPinnedObject();
            lengths[i] = (nuint)keys[i].Length;
        }

        fixed (nint* address = addresses, value = values, error = errors)
        fixed (nuint* length = lengths)
        {
            NativeMethods.MultiGetPinned(
                Live, OptionsOf(snapshot), RocksFamily.HandleOf(family), (nuint)pins.Length, (byte**)address, length,
                value, error, sorted: false);
        }
    }

    private void ThrowFirst(nint[] errors)
    {
        StorageException? first = null;
        foreach (var error in errors)
        {
            try
            {
                NativeError.ThrowIfError(error, Path);
            }
            catch (StorageException failure)
            {
                first ??= failure;
            }
        }

        if (first is not null) throw first;
    }

    // Unsafe because the library lends its own memory until the pinned value is destroyed.
    private static unsafe ReadOnlySpan<byte> PinnedSpan(nint pinned)
    {
        var value = NativeMethods.PinnedValue(pinned, out var length);
        return new ReadOnlySpan<byte>(value, checked((int)length));
    }
}
