using Ledger.Core.Blocks;
using Ledger.Core.Encoding;

namespace Ledger.Core.Evidence;

/// <summary>The type of an attribute's value. The numbers are the oneof's field numbers on the wire.</summary>
public enum AttributeKind
{
    /// <summary>Text.</summary>
    Text = 2,

    /// <summary>A 64-bit signed integer.</summary>
    Integer = 3,

    /// <summary>An exact decimal number in shortest form, such as <c>-12.5</c>.</summary>
    Decimal = 4,

    /// <summary>True or false.</summary>
    Boolean = 5,

    /// <summary>A moment.</summary>
    Time = 6,

    /// <summary>Bytes (a ciphertext, a key id).</summary>
    Bytes = 7,
}

/// <summary>A small typed fact of a record. Immutable.</summary>
public sealed class EvidenceAttribute : IEquatable<EvidenceAttribute>
{
    private readonly string? _text;
    private readonly long _number;
    private readonly ReadOnlyMemory<byte> _bytes;

    private EvidenceAttribute(string key, AttributeKind kind, string? text, long number, ReadOnlyMemory<byte> bytes)
    {
        Key = key;
        Kind = kind;
        _text = text;
        _number = number;
        _bytes = bytes;
    }

    /// <summary>The attribute's key, unique in its record.</summary>
    public string Key { get; }

    /// <summary>The value's type.</summary>
    public AttributeKind Kind { get; }

    /// <summary>Creates a text attribute.</summary>
    public static EvidenceAttribute Text(string key, string value) => new(key, AttributeKind.Text, value, 0, default);

    /// <summary>Creates an integer attribute.</summary>
    public static EvidenceAttribute Integer(string key, long value) => new(key, AttributeKind.Integer, null, value, default);

    /// <summary>Creates a decimal attribute.</summary>
    /// <exception cref="ArgumentException">The text is not a decimal number in shortest form.</exception>
    public static EvidenceAttribute Decimal(string key, string value) => IsCanonicalDecimal(value)
        ? new(key, AttributeKind.Decimal, value, 0, default)
        : throw new ArgumentException($"'{value}' is not a decimal number in shortest form", nameof(value));

    /// <summary>Creates a boolean attribute.</summary>
    public static EvidenceAttribute Boolean(string key, bool value) =>
        new(key, AttributeKind.Boolean, null, value ? 1 : 0, default);

    /// <summary>Creates a time attribute.</summary>
    public static EvidenceAttribute Time(string key, Timestamp value) =>
        new(key, AttributeKind.Time, null, checked((long)value.UnixMilliseconds), default);

    /// <summary>Creates a binary attribute.</summary>
    public static EvidenceAttribute Bytes(string key, ReadOnlyMemory<byte> value) =>
        new(key, AttributeKind.Bytes, null, 0, value);

    /// <summary>The value of a text or decimal attribute; null for the other kinds.</summary>
    public string? AsText => _text;

    /// <summary>The value of an integer attribute; null for the other kinds.</summary>
    public long? AsInteger => Kind == AttributeKind.Integer ? _number : null;

    /// <summary>The value of a boolean attribute; null for the other kinds.</summary>
    public bool? AsBoolean => Kind == AttributeKind.Boolean ? _number != 0 : null;

    /// <summary>The value of a time attribute; null for the other kinds.</summary>
    public Timestamp? AsTime => Kind == AttributeKind.Time ? new Timestamp((ulong)_number) : null;

    /// <summary>The value of a binary attribute; empty for the other kinds.</summary>
    public ReadOnlyMemory<byte> AsBytes => _bytes;

    /// <summary>
    /// Whether a text is a decimal number in shortest form: an optional minus, digits without a leading zero, and an
    /// optional fraction without a trailing zero; never "-0".
    /// </summary>
    public static bool IsCanonicalDecimal(ReadOnlySpan<char> text)
    {
        var negative = text.StartsWith('-');
        var rest = negative ? text[1..] : text;
        if (rest.IsEmpty || text.Length > EvidenceLimits.DecimalBytes) return false;
        var dot = rest.IndexOf('.');
        var whole = dot < 0 ? rest : rest[..dot];
        var fraction = dot < 0 ? [] : rest[(dot + 1)..];
        if (whole.IsEmpty || (whole.Length > 1 && whole[0] == '0')) return false;
        if (dot >= 0 && (fraction.IsEmpty || fraction[^1] == '0')) return false;
        if (whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9')) return false;
        return !(negative && whole is "0" && fraction.IsEmpty);
    }

    /// <inheritdoc/>
    public bool Equals(EvidenceAttribute? other) => other is not null
        && Key == other.Key
        && Kind == other.Kind
        && _text == other._text
        && _number == other._number
        && _bytes.Span.SequenceEqual(other._bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EvidenceAttribute);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Kind, _number);

    /// <summary>The value as people read it.</summary>
    public string DisplayValue() => Kind switch
    {
        AttributeKind.Text or AttributeKind.Decimal => _text!,
        AttributeKind.Integer => _number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        AttributeKind.Boolean => _number != 0 ? "true" : "false",
        AttributeKind.Time => new Timestamp((ulong)_number).ToString(),
        _ => Convert.ToHexStringLower(_bytes.Span),
    };

    internal void WriteTo(CanonicalWriter writer, int field)
    {
        var start = writer.BeginMessage(field);
        writer.Text(1, Key);
        switch (Kind)
        {
            case AttributeKind.Text or AttributeKind.Decimal:
                writer.ExplicitText((int)Kind, _text!);
                break;
            case AttributeKind.Integer:
                writer.ExplicitSInt64((int)Kind, _number);
                break;
            case AttributeKind.Boolean or AttributeKind.Time:
                writer.ExplicitUInt64((int)Kind, (ulong)_number);
                break;
            default:
                writer.Message((int)Kind, _bytes.Span);
                break;
        }

        writer.EndMessage(start);
    }

    internal static EvidenceAttribute? Read(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        const int Max = EvidenceLimits.AttributeValueBytes;
        var reader = new CanonicalReader(bytes);
        var key = reader.RequiredName(1, EvidenceLimits.NameBytes);
        EvidenceAttribute? attribute = null;
        if (reader.IsNext((int)AttributeKind.Text))
        {
            attribute = Text(key, reader.ExplicitText((int)AttributeKind.Text, Max));
        }
        else if (reader.IsNext((int)AttributeKind.Integer))
        {
            attribute = Integer(key, reader.ExplicitSInt64((int)AttributeKind.Integer));
        }
        else if (reader.IsNext((int)AttributeKind.Decimal))
        {
            var text = reader.ExplicitText((int)AttributeKind.Decimal, EvidenceLimits.DecimalBytes);
            if (IsCanonicalDecimal(text)) attribute = Decimal(key, text);
            else reader.Fail(DecodeErrorKind.BadValue, (int)AttributeKind.Decimal);
        }
        else if (reader.IsNext((int)AttributeKind.Boolean))
        {
            var value = reader.ExplicitUInt64((int)AttributeKind.Boolean);
            if (value > 1) reader.Fail(DecodeErrorKind.BadValue, (int)AttributeKind.Boolean);
            attribute = Boolean(key, value == 1);
        }
        else if (reader.IsNext((int)AttributeKind.Time))
        {
            var value = reader.ExplicitUInt64((int)AttributeKind.Time);
            if (value > Timestamp.MaxUnixMilliseconds) reader.Fail(DecodeErrorKind.TooLarge, (int)AttributeKind.Time);
            else attribute = Time(key, new Timestamp(value));
        }
        else
        {
            attribute = Bytes(key, reader.Message((int)AttributeKind.Bytes, Max).ToArray());
        }

        var ok = reader.End();
        error = reader.Error;
        return ok ? attribute : null;
    }
}
