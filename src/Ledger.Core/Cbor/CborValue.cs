using System.Diagnostics.CodeAnalysis;

namespace Ledger.Core.Cbor;

/// <summary>
/// One CBOR item, and what it holds. Its encoding is deterministic (RFC 8949 section 4.2.1): one value has one
/// encoding, and the decoder takes no other. Immutable.
/// </summary>
/// <remarks>docs/spec/cbor.md. Safe for concurrent use.</remarks>
public sealed class CborValue
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly object? _content;

    private CborValue(CborKind kind, ulong argument = 0, object? content = null, ReadOnlyMemory<byte> bytes = default)
    {
        Kind = kind;
        Argument = argument;
        _content = content;
        _bytes = bytes;
    }

    /// <summary>The value null.</summary>
    public static CborValue Null { get; } = new(CborKind.Null);

    /// <summary>What it is.</summary>
    public CborKind Kind { get; }

    /// <summary>
    /// The integer when it is unsigned, -1 minus the integer when it is negative, and the tag's number when it has a
    /// tag.
    /// </summary>
    public ulong Argument { get; }

    /// <summary>The bytes of a byte string; empty for every other kind.</summary>
    public ReadOnlyMemory<byte> Bytes => Kind == CborKind.Bytes ? _bytes : default;

    /// <summary>The text; null for every other kind.</summary>
    public string? Text => _content as string;

    /// <summary>The items of an array, or the one item that a tag is on; empty for every other kind.</summary>
    public IReadOnlyList<CborValue> Items => _content as CborValue[] ?? [];

    /// <summary>The keys and values of a map, in the order of its encoding; empty for every other kind.</summary>
    public IReadOnlyList<KeyValuePair<CborValue, CborValue>> Entries =>
        _content as KeyValuePair<CborValue, CborValue>[] ?? [];

    /// <summary>An integer from 0 on.</summary>
    public static CborValue Of(ulong value) => new(CborKind.Unsigned, value);

    /// <summary>An integer.</summary>
    public static CborValue Of(long value) => value >= 0 ? Of((ulong)value) : Negative((ulong)~value);

    /// <summary>The integer -1 minus <paramref name="argument"/>.</summary>
    public static CborValue Negative(ulong argument) => new(CborKind.Negative, argument);

    /// <summary>A byte string. The memory is not copied.</summary>
    public static CborValue Of(ReadOnlyMemory<byte> bytes) => new(CborKind.Bytes, bytes: bytes);

    /// <summary>A text.</summary>
    public static CborValue Of(string text) => new(CborKind.Text, content: text);

    /// <summary>True or false.</summary>
    public static CborValue Of(bool value) => new(value ? CborKind.True : CborKind.False);

    /// <summary>An array.</summary>
    public static CborValue Array(params IEnumerable<CborValue> items) =>
        new(CborKind.Array, content: (CborValue[])[.. items]);

    /// <summary>A value with a tag.</summary>
    public static CborValue Tagged(ulong tag, CborValue value) => new(CborKind.Tag, tag, (CborValue[])[value]);

    /// <summary>A map; the entries may be given in any order.</summary>
    /// <exception cref="ArgumentException">A key occurs twice.</exception>
    public static CborValue Map(params IEnumerable<(CborValue Key, CborValue Value)> entries)
    {
        var sorted = entries
            .Select(e => (Encoded: e.Key.Encode(), Entry: KeyValuePair.Create(e.Key, e.Value))).ToArray();
        System.Array.Sort(sorted, (a, b) => a.Encoded.AsSpan().SequenceCompareTo(b.Encoded));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Encoded.AsSpan().SequenceEqual(sorted[i - 1].Encoded))
                throw new ArgumentException("a key of the map occurs twice", nameof(entries));
        }

        return SortedMap([.. sorted.Select(e => e.Entry)]);
    }

    /// <summary>Decodes one item that fills the whole input, in its deterministic encoding only.</summary>
    /// <param name="bytes">The input. Byte strings of the value are parts of it, not copies.</param>
    /// <param name="limits">How much is taken.</param>
    /// <param name="value">The value.</param>
    /// <param name="error">What was wrong, and where.</param>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, CborLimits limits, [NotNullWhen(true)] out CborValue? value, out CborError error)
    {
        var reader = new CborReader(bytes, limits);
        value = reader.Read();
        error = reader.Error;
        return value is not null;
    }

    /// <inheritdoc cref="TryDecode(ReadOnlyMemory{byte}, CborLimits, out CborValue?, out CborError)"/>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out CborValue? value, out CborError error) =>
        TryDecode(bytes, CborLimits.Default, out value, out error);

    /// <summary>The integer as a signed one. False when it is none, or does not fit.</summary>
    public bool TryGetInt64(out long value)
    {
        var fits = Kind is CborKind.Unsigned or CborKind.Negative && Argument <= long.MaxValue;
        value = !fits ? 0 : Kind == CborKind.Unsigned ? (long)Argument : ~(long)Argument;
        return fits;
    }

    /// <summary>The value that a map has under an integer key; null when it has none, or this is no map.</summary>
    public CborValue? Find(long key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.TryGetInt64(out var candidate) && candidate == key) return entry.Value;
        }

        return null;
    }

    /// <summary>The deterministic encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CborWriter();
        WriteTo(writer);
        return writer.ToArray();
    }

    internal static CborValue SortedMap(KeyValuePair<CborValue, CborValue>[] entries) =>
        new(CborKind.Map, content: entries);

    private void WriteTo(CborWriter writer)
    {
        switch (Kind)
        {
            case CborKind.Unsigned:
                writer.Head(0, Argument);
                break;
            case CborKind.Negative:
                writer.Head(1, Argument);
                break;
            case CborKind.Bytes:
                writer.Bytes(_bytes.Span);
                break;
            case CborKind.Text:
                writer.Text(Text!);
                break;
            case CborKind.Array:
                writer.Head(4, (ulong)Items.Count);
                foreach (var item in Items) item.WriteTo(writer);
                break;
            case CborKind.Map:
                writer.Head(5, (ulong)Entries.Count);
                foreach (var entry in Entries)
                {
                    entry.Key.WriteTo(writer);
                    entry.Value.WriteTo(writer);
                }

                break;
            case CborKind.Tag:
                writer.Head(6, Argument);
                Items[0].WriteTo(writer);
                break;
            default:
                writer.Head(7, Kind switch { CborKind.False => 20, CborKind.True => 21, _ => 22 });
                break;
        }
    }
}
