using System.Buffers.Binary;

namespace Ledger.Core.Cbor;

/// <summary>
/// Writes the heads and strings of CBOR in their shortest form. It does not sort: <see cref="CborValue"/> puts the keys
/// of maps in order before it writes them.
/// </summary>
/// <remarks>Not thread-safe. RFC 8949 section 3 and 4.2.1.</remarks>
internal sealed class CborWriter(int capacity = 256)
{
    private const int MajorShift = 5;
    private byte[] _buffer = new byte[capacity];
    private int _length;

    public byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();

    /// <summary>A major type with its argument.</summary>
    public void Head(int major, ulong argument)
    {
        var room = Reserve(9);
        var type = (byte)(major << MajorShift);
        switch (argument)
        {
            case < 24:
                room[0] = (byte)(type | (byte)argument);
                _length += 1;
                break;
            case <= byte.MaxValue:
                room[0] = (byte)(type | 24);
                room[1] = (byte)argument;
                _length += 2;
                break;
            case <= ushort.MaxValue:
                room[0] = (byte)(type | 25);
                BinaryPrimitives.WriteUInt16BigEndian(room[1..], (ushort)argument);
                _length += 3;
                break;
            case <= uint.MaxValue:
                room[0] = (byte)(type | 26);
                BinaryPrimitives.WriteUInt32BigEndian(room[1..], (uint)argument);
                _length += 5;
                break;
            default:
                room[0] = (byte)(type | 27);
                BinaryPrimitives.WriteUInt64BigEndian(room[1..], argument);
                _length += 9;
                break;
        }
    }

    /// <summary>A byte string.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Head(2, (ulong)bytes.Length);
        Raw(bytes);
    }

    /// <summary>A text.</summary>
    public void Text(string text)
    {
        Head(3, (ulong)System.Text.Encoding.UTF8.GetByteCount(text));
        var room = Reserve(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += System.Text.Encoding.UTF8.GetBytes(text, room);
    }

    /// <summary>Bytes that are CBOR already.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        return _buffer.AsSpan(_length);
    }
}
