namespace Ledger.Network.Streams;

/// <summary>Unsigned varints as multiformats defines them, cut down to the 31 bits that a length needs.</summary>
internal static class UVarint
{
    /// <summary>No length takes more bytes than this.</summary>
    public const int MaxSize = 5;

    /// <summary>Writes the value and answers how many bytes it took.</summary>
    public static int Write(Span<byte> into, int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var size = 0;
        for (var rest = (uint)value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                into[size] = (byte)rest;
                return size + 1;
            }

            into[size++] = (byte)((rest & 0x7f) | 0x80);
        }
    }

    /// <summary>Reads a value; false when more bytes are needed.</summary>
    /// <exception cref="WireException">The bytes can never become a shortest-form varint below 2^31.</exception>
    public static bool TryRead(ReadOnlySpan<byte> input, out int value, out int size)
    {
        ulong read = 0;
        for (size = 0; size < MaxSize && size < input.Length;)
        {
            var octet = input[size];
            read |= (ulong)(octet & 0x7f) << (7 * size);
            size++;
            if (octet >= 0x80) continue;
            if (read > int.MaxValue || (octet == 0 && size > 1)) break;
            value = (int)read;
            return true;
        }

        value = 0;
        if (size == input.Length && size < MaxSize && (size == 0 || input[size - 1] >= 0x80)) return false;
        throw new WireException(WireFault.MalformedVarint, "malformed varint");
    }
}
