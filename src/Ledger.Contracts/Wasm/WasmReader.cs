using System.Text.Unicode;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// Reads the primitives of the binary format (specification, section 5.2). The first error stays; from then on every
/// read gives zero and moves nothing, so that callers check once a step instead of once a byte.
/// </summary>
internal ref struct WasmReader(ReadOnlySpan<byte> bytes, int position, int end)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; } = position;

    public int End { get; private set; } = end;

    public WasmError Error { get; private set; }

    public readonly bool Failed => Error.Code != WasmErrorCode.None;

    public readonly int Remaining => Failed ? 0 : End - Position;

    public void Fail(WasmErrorCode code, string? detail = null)
    {
        if (!Failed) Error = new WasmError(code, Position, -1, detail);
    }

    /// <summary>Takes over what another reader of the same bytes has met.</summary>
    public void Fail(in WasmError error)
    {
        if (!Failed) Error = error;
    }

    /// <summary>A reader of the next bytes, which this one steps over.</summary>
    public WasmReader Slice(int length)
    {
        if (length < 0 || length > Remaining)
        {
            Fail(WasmErrorCode.Truncated);
            return new WasmReader(_bytes, Position, Position) { Error = Error };
        }

        var slice = new WasmReader(_bytes, Position, Position + length);
        Position += length;
        return slice;
    }

    public byte ReadByte()
    {
        if (Remaining == 0)
        {
            Fail(WasmErrorCode.Truncated);
            return 0;
        }

        return _bytes[Position++];
    }

    public ReadOnlySpan<byte> ReadBytes(int length)
    {
        if (length < 0 || length > Remaining)
        {
            Fail(WasmErrorCode.Truncated);
            return [];
        }

        var read = _bytes.Slice(Position, length);
        Position += length;
        return read;
    }

    public uint ReadUInt32() => unchecked((uint)ReadUnsigned(32));

    public int ReadInt32() => unchecked((int)ReadSigned(32));

    /// <summary>The 33-bit integer of a block type.</summary>
    public long ReadInt33() => ReadSigned(33);

    public long ReadInt64() => ReadSigned(64);

    /// <summary>A number of things to come, each of at least one byte.</summary>
    public int ReadCount(int limit)
    {
        var count = ReadUInt32();
        if (count > (uint)limit) Fail(WasmErrorCode.LimitExceeded);
        else if (count > (uint)Remaining) Fail(WasmErrorCode.Truncated);
        return Failed ? 0 : (int)count;
    }

    /// <summary>An index below <paramref name="count"/>.</summary>
    public int ReadIndex(int count, WasmErrorCode otherwise)
    {
        var index = ReadUInt32();
        if (index >= (uint)count) Fail(otherwise);
        return Failed ? 0 : (int)index;
    }

    public string ReadName()
    {
        var name = ReadBytes(ReadCount(WasmLimits.MaxNameBytes));
        if (!Utf8.IsValid(name)) Fail(WasmErrorCode.BadName);
        return Failed ? "" : System.Text.Encoding.UTF8.GetString(name);
    }

    public WasmValueType ReadValueType()
    {
        var type = ReadByte();
        if (type is >= (byte)WasmValueType.F64 and <= (byte)WasmValueType.I32) return (WasmValueType)type;
        Fail(type is 0x70 or 0x6F or 0x7B ? WasmErrorCode.Unsupported : WasmErrorCode.BadType, "value type");
        return WasmValueType.None;
    }

    private ulong ReadUnsigned(int bits)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = ReadByte();
            if (Failed) return 0;
            value |= (ulong)(part & 0x7F) << shift;
            var left = bits - shift;
            if (left <= 7 && (part >> left) != 0) break;
            if ((part & 0x80) == 0) return value;
        }

        Fail(WasmErrorCode.IntegerTooLong);
        return 0;
    }

    private long ReadSigned(int bits)
    {
        var value = 0L;
        for (var shift = 0; ; shift += 7)
        {
            var part = ReadByte();
            if (Failed) return 0;
            value |= (long)(part & 0x7F) << shift;
            var left = bits - shift;
            if (left <= 7)
            {
                // The last byte: no continuation, and the bits above the sign repeat it.
                var above = unchecked((sbyte)(part << 1)) >> left;
                if ((part & 0x80) != 0 || (above != 0 && above != -1)) break;
                return value << (64 - bits) >> (64 - bits);
            }

            if ((part & 0x80) != 0) continue;
            var unused = 64 - (shift + 7);
            return value << unused >> unused;
        }

        Fail(WasmErrorCode.IntegerTooLong);
        return 0;
    }
}
