using System.Text;

namespace Ledger.Core.Cbor;

/// <summary>
/// Decodes CBOR in its deterministic encoding and refuses everything else with a reason. Takes memory for what is
/// there, never for what a length claims.
/// </summary>
/// <remarks>Not thread-safe. Never throws for hostile input; recursion ends at the depth that is allowed.</remarks>
internal ref struct CborReader(ReadOnlyMemory<byte> input, CborLimits limits)
{
    private const int MaxFloatInfo = 27;
    private const int MinFloatInfo = 25;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private int _position;
    private int _items;

    public CborError Error { get; private set; }

    private readonly ReadOnlySpan<byte> Rest => input.Span[_position..];

    /// <summary>The one item of the input; null when it is refused.</summary>
    public CborValue? Read()
    {
        if (input.Length > limits.MaxBytes) return Fail(CborFault.TooLarge, 0);
        var value = ReadItem(1);
        return value is null || _position == input.Length ? value : Fail(CborFault.TrailingBytes, _position);
    }

    private CborValue? ReadItem(int depth)
    {
        var start = _position;
        if (depth > limits.MaxDepth) return Fail(CborFault.TooDeep, start);
        if (++_items > limits.MaxItems) return Fail(CborFault.TooMany, start);
        if (Rest.IsEmpty) return Fail(CborFault.Truncated, start);
        var major = Rest[0] >> 5;
        if (major == 7) return ReadSimple(start);
        if (!TryReadArgument(start, out var argument)) return null;
        return major switch
        {
            0 => CborValue.Of(argument),
            1 => CborValue.Negative(argument),
            2 => TryTake(start, argument, out var bytes) ? CborValue.Of(bytes) : null,
            3 => ReadText(start, argument),
            4 => ReadArray(start, argument, depth),
            5 => ReadMap(start, argument, depth),
            _ => ReadItem(depth + 1) is { } tagged ? CborValue.Tagged(argument, tagged) : null,
        };
    }

    private CborValue? ReadSimple(int start)
    {
        var info = Rest[0] & 0x1f;
        _position++;
        return info switch
        {
            20 => CborValue.Of(false),
            21 => CborValue.Of(true),
            22 => CborValue.Null,
            >= MinFloatInfo and <= MaxFloatInfo => Fail(CborFault.Float, start),
            31 => Fail(CborFault.Indefinite, start),
            28 or 29 or 30 => Fail(CborFault.Reserved, start),
            _ => Fail(CborFault.Simple, start),
        };
    }

    private CborValue? ReadText(int start, ulong length)
    {
        if (!TryTake(start, length, out var bytes)) return null;
        try
        {
            return CborValue.Of(StrictUtf8.GetString(bytes.Span));
        }
        catch (DecoderFallbackException)
        {
            return Fail(CborFault.BadText, start);
        }
    }

    private CborValue? ReadArray(int start, ulong count, int depth)
    {
        // Each item takes a byte at least.
        if (count > (ulong)Rest.Length) return Fail(CborFault.Truncated, start);
        var items = new List<CborValue>();
        for (var i = 0UL; i < count; i++)
        {
            if (ReadItem(depth + 1) is not { } item) return null;
            items.Add(item);
        }

        return CborValue.Array(items);
    }

    private CborValue? ReadMap(int start, ulong count, int depth)
    {
        if (count > (ulong)Rest.Length / 2) return Fail(CborFault.Truncated, start);
        var entries = new List<KeyValuePair<CborValue, CborValue>>();
        var previous = default(ReadOnlySpan<byte>);
        for (var i = 0UL; i < count; i++)
        {
            var keyStart = _position;
            if (ReadItem(depth + 1) is not { } key) return null;
            var encoded = input.Span[keyStart.._position];
            var order = i == 0 ? -1 : previous.SequenceCompareTo(encoded);
            if (order >= 0) return Fail(order == 0 ? CborFault.DuplicateKey : CborFault.UnsortedKeys, keyStart);
            previous = encoded;
            if (ReadItem(depth + 1) is not { } value) return null;
            entries.Add(KeyValuePair.Create(key, value));
        }

        return CborValue.SortedMap([.. entries]);
    }

    private bool TryReadArgument(int start, out ulong argument)
    {
        var info = Rest[0] & 0x1f;
        _position++;
        argument = (ulong)info;
        if (info < 24) return true;
        if (info > 27)
        {
            Fail(info == 31 ? CborFault.Indefinite : CborFault.Reserved, start);
            return false;
        }

        var size = 1 << (info - 24);
        if (Rest.Length < size)
        {
            Fail(CborFault.Truncated, start);
            return false;
        }

        argument = 0;
        foreach (var b in Rest[..size]) argument = (argument << 8) | b;
        _position += size;
        var least = info == 24 ? 24UL : 1UL << (4 * size);
        if (argument >= least) return true;
        Fail(CborFault.NotShortest, start);
        return false;
    }

    private bool TryTake(int start, ulong length, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (length > (ulong)Rest.Length)
        {
            Fail(CborFault.Truncated, start);
            return false;
        }

        bytes = input.Slice(_position, (int)length);
        _position += (int)length;
        return true;
    }

    private CborValue? Fail(CborFault fault, int offset)
    {
        if (Error.Fault == CborFault.None) Error = new CborError(fault, offset);
        return null;
    }
}
