using Ledger.Core.Crypto;

namespace Ledger.Core.Encoding;

/// <summary>
/// Writes the canonical subset of Protocol Buffers that <see cref="CanonicalReader"/> accepts. Callers write fields in
/// ascending order; default values are left out.
/// </summary>
/// <remarks>Not thread-safe. Grows its buffer as needed; <see cref="Clear"/> keeps the buffer for reuse.</remarks>
public sealed class CanonicalWriter
{
    private byte[] _buffer;
    private int _length;

    /// <summary>Creates a writer with room for <paramref name="capacity"/> bytes before it first grows.</summary>
    public CanonicalWriter(int capacity = 256) => _buffer = new byte[capacity];

    /// <summary>The bytes written so far. Valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear() => _length = 0;

    /// <summary>Copies what was written into a new array.</summary>
    public byte[] ToArray() => Written.ToArray();

    /// <summary>Writes an unsigned integer, unless it is 0.</summary>
    public void UInt64(int field, ulong value)
    {
        if (value != 0) ExplicitUInt64(field, value);
    }

    /// <summary>Writes a boolean, unless it is false.</summary>
    public void Bool(int field, bool value) => UInt64(field, value ? 1UL : 0UL);

    /// <summary>Writes a byte string, unless it is empty.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty) Message(field, value);
    }

    /// <summary>Writes a hash, always.</summary>
    public void Hash(int field, in Hash256 value) => Message(field, value.AsSpan());

    /// <summary>Writes a hash, unless it is null.</summary>
    public void OptionalHash(int field, in Hash256? value)
    {
        if (value is { } hash) Message(field, hash.AsSpan());
    }

    /// <summary>Writes UTF-8 text, unless it is empty.</summary>
    public void Text(int field, string value)
    {
        if (value.Length != 0) ExplicitText(field, value);
    }

    /// <summary>Writes an unsigned integer, 0 included (a oneof member).</summary>
    public void ExplicitUInt64(int field, ulong value)
    {
        Varint(((ulong)field << 3) | 0);
        Varint(value);
    }

    /// <summary>Writes a zigzag-encoded signed integer, 0 included (a oneof member).</summary>
    public void ExplicitSInt64(int field, long value) =>
        ExplicitUInt64(field, unchecked((ulong)((value << 1) ^ (value >> 63))));

    /// <summary>Writes text, the empty string included (a oneof member).</summary>
    public void ExplicitText(int field, string value)
    {
        var size = System.Text.Encoding.UTF8.GetByteCount(value);
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)size);
        Reserve(size);
        _length += System.Text.Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length));
    }

    /// <summary>Writes an encoded submessage or repeated element, empty included.</summary>
    public void Message(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        Reserve(value.Length);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
    }

    /// <summary>
    /// Starts a submessage whose fields are written next; pass the result to <see cref="EndMessage"/>.
    /// </summary>
    public int BeginMessage(int field)
    {
        Varint(((ulong)field << 3) | 2);
        return _length;
    }

    /// <summary>Ends the submessage begun at <paramref name="start"/> by putting its length before it.</summary>
    public void EndMessage(int start)
    {
        var size = _length - start;
        var prefix = VarintSize((ulong)size);
        Reserve(prefix);
        _buffer.AsSpan(start, size).CopyTo(_buffer.AsSpan(start + prefix));
        _length = start;
        Varint((ulong)size);
        _length += size;
    }

    private static int VarintSize(ulong value)
    {
        var size = 1;
        for (; value >= 0x80; value >>= 7) size++;
        return size;
    }

    private void Varint(ulong value)
    {
        Reserve(10);
        for (; value >= 0x80; value >>= 7) _buffer[_length++] = (byte)((value & 0x7f) | 0x80);
        _buffer[_length++] = (byte)value;
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length >= count) return;
        Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
    }
}
