using System.Buffers.Binary;
using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>
/// A write batch in RocksDB's own encoding, which is also that of its write-ahead log and as stable: a block has some
/// thousand operations, and a call into the library for each costs more than encoding it.
/// </summary>
/// <remarks>
/// Encoded as <c>sequence (8, left 0), number of operations (4)</c>, little-endian, then for each operation its kind in one
/// byte, the family's number as a varint, and the key and, if it has one, the value (of a range: its end), each behind its
/// length as a varint. Source: RocksDB, db/write_batch.cc.
/// </remarks>
internal sealed class RocksWriteBatch : WriteBatch
{
    private const int HeaderSize = 12;
    private const int CountOffset = 8;
    private const byte DeleteKind = 0x04;
    private const byte PutKind = 0x05;
    private const byte DeleteRangeKind = 0x0e;

    // A kind, a family and two lengths.
    private const int MaxOverhead = 1 + (3 * MaxVarintSize);
    private const int MaxVarintSize = 5;

    private const int InitialBytes = 4096;

    // What one large block needed is not kept for ever.
    private const int MaxKeptBytes = 4 << 20;

    private readonly DatabaseHandle _database;
    private byte[] _encoded = new byte[InitialBytes];
    private int _length = HeaderSize;
    private int _count;
    private bool _disposed;

    internal RocksWriteBatch(DatabaseHandle database) => _database = database;

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override long SizeBytes => _length;

    /// <inheritdoc/>
    public override void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Begin(PutKind, family, key, value.Length);
        Append(value);
    }

    /// <inheritdoc/>
    public override void Delete(ColumnFamily family, ReadOnlySpan<byte> key) => Begin(DeleteKind, family, key, 0);

    /// <inheritdoc/>
    public override void DeleteBelow(ColumnFamily family, ReadOnlySpan<byte> end)
    {
        Begin(DeleteRangeKind, family, [], end.Length);
        Append(end);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        if (_encoded.Length > MaxKeptBytes) _encoded = new byte[InitialBytes];
        _length = HeaderSize;
        _count = 0;
    }

    /// <inheritdoc/>
    public override void Dispose() => _disposed = true;

    /// <summary>The batch as the library takes it. Dispose it.</summary>
    internal WriteBatchHandle ToNative()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _encoded.AsSpan(0, CountOffset).Clear();
        BinaryPrimitives.WriteInt32LittleEndian(_encoded.AsSpan(CountOffset), _count);
        return new WriteBatchHandle(_database, _encoded.AsSpan(0, _length));
    }

    private void Begin(byte kind, ColumnFamily family, ReadOnlySpan<byte> key, int valueLength)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var own = (RocksFamily)family;
        ObjectDisposedException.ThrowIf(own.Handle.IsClosed, own);
        MakeRoom(MaxOverhead + key.Length + valueLength);
        _encoded[_length++] = kind;
        AppendVarint(own.Number);
        Append(key);
        _count++;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        AppendVarint((uint)bytes.Length);
        bytes.CopyTo(_encoded.AsSpan(_length));
        _length += bytes.Length;
    }

    private void AppendVarint(uint value)
    {
        for (; value >= 0x80; value >>= 7) _encoded[_length++] = (byte)((value & 0x7f) | 0x80);
        _encoded[_length++] = (byte)value;
    }

    /// <inheritdoc/>
    public override void Reserve(int bytes)
    {
        if (_encoded.Length - _length < bytes) Grow(checked(_length + bytes));
    }

    private void MakeRoom(int count)
    {
        if (_encoded.Length - _length < count) Grow(Math.Max(checked(_encoded.Length * 2), checked(_length + count)));
    }

    // Nothing beyond the length is ever read: clearing mebibytes would be for nothing.
    private void Grow(int size)
    {
        var larger = GC.AllocateUninitializedArray<byte>(size);
        _encoded.AsSpan(0, _length).CopyTo(larger);
        _encoded = larger;
    }
}
