using System.Runtime.InteropServices;
using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>Reads a value where RocksDB holds it, without a copy. The span is valid during the call only.</summary>
internal delegate TResult ValueReader<TState, TResult>(ReadOnlySpan<byte> value, TState state)
    where TState : allows ref struct;

internal sealed partial class RocksDatabase
{
    /// <summary>The value of a key as a new array; null when the key is absent.</summary>
    public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key, RocksSnapshot? snapshot = null) =>
        TryRead(family, key, 0, static (value, _) => value.ToArray(), out var copy, snapshot) ? copy : null;

    /// <summary>Whether a key is present.</summary>
    public bool Contains(ColumnFamily family, ReadOnlySpan<byte> key, RocksSnapshot? snapshot = null) =>
        TryRead(family, key, 0, static (_, _) => true, out _, snapshot);

    /// <summary>Lends the value of a key to <paramref name="reader"/>; false when the key is absent.</summary>
    public bool TryRead<TState, TResult>(
        ColumnFamily family, ReadOnlySpan<byte> key, TState state, ValueReader<TState, TResult> reader,
        out TResult? result, RocksSnapshot? snapshot = null)
        where TState : allows ref struct
    {
        nint error = 0;
        var pinned = NativeMethods.GetPinned(
            Live, snapshot?.ReadOptions ?? _readOptions, family.Handle, key, (nuint)key.Length, ref error);
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

    /// <summary>The values of several keys of one family in one call; null for each that is absent.</summary>
    public byte[]?[] MultiGet(ColumnFamily family, IReadOnlyList<byte[]> keys, RocksSnapshot? snapshot = null)
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

    /// <summary>
    /// An iterator over a range, standing nowhere yet. Long scans leave the cache to those who read it again.
    /// </summary>
    public RocksIterator Iterate(
        ColumnFamily family, in KeyRange range = default, RocksSnapshot? snapshot = null, bool fillCache = true) =>
        new(Live, family, range, snapshot, fillCache, Path);

    /// <summary>The database as it is now. Dispose it.</summary>
    public RocksSnapshot Snapshot() => new(Live);

    private unsafe void MultiGetPinned(
        ColumnFamily family, IReadOnlyList<byte[]> keys, GCHandle[] pins, nint[] values, nint[] errors,
        RocksSnapshot? snapshot)
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
                Live, snapshot?.ReadOptions ?? _readOptions, family.Handle, (nuint)pins.Length, (byte**)address, length,
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
