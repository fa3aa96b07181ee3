using System.Text;
using Ledger.Core.Crypto;

namespace Ledger.Core.Encoding;

/// <summary>
/// Reads the canonical subset of Protocol Buffers: fields in ascending order, no default values, no unknown fields,
/// shortest varints. Callers ask for fields in ascending order; a field that is absent reads as its default. The first
/// fault is remembered in <see cref="Error"/> and every later read returns a default, so decoders check once, at the
/// end, with <see cref="End"/>.
/// </summary>
/// <remarks>Never allocates except for strings, never throws for hostile input. docs/spec/encoding.md.</remarks>
public ref struct CanonicalReader
{
    private const int WireVarint = 0;
    private const int WireBytes = 2;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _input;
    private int _position;
    private DecodeError _error;

    /// <summary>Starts reading at the first byte of <paramref name="input"/>.</summary>
    public CanonicalReader(ReadOnlySpan<byte> input) => _input = input;

    /// <summary>The first fault met, if any.</summary>
    public readonly DecodeError Error => _error;

    /// <summary>True while no fault was met.</summary>
    public readonly bool Ok => _error.Kind == DecodeErrorKind.None;

    /// <summary>Offset in bytes of the next unread byte.</summary>
    public readonly int Position => _position;

    /// <summary>Reads an unsigned integer that must not exceed <paramref name="max"/>; 0 when absent.</summary>
    public ulong UInt64(int field, ulong max = ulong.MaxValue)
    {
        if (!TryTag(field, WireVarint) || !TryVarint(field, out var value)) return 0;
        if (value == 0) return Fail(DecodeErrorKind.DefaultValue, field);
        return value > max ? Fail(DecodeErrorKind.TooLarge, field) : value;
    }

    /// <summary>Reads a 32-bit unsigned integer that must not exceed <paramref name="max"/>; 0 when absent.</summary>
    public uint UInt32(int field, uint max = uint.MaxValue) => (uint)UInt64(field, max);

    /// <summary>Reads a boolean; false when absent. Only 1 encodes true.</summary>
    public bool Bool(int field) => UInt64(field, 1) == 1;

    /// <summary>Reads a byte string of at most <paramref name="maxLength"/> bytes; empty when absent.</summary>
    public ReadOnlySpan<byte> Bytes(int field, int maxLength)
    {
        var value = ExplicitBytes(field, maxLength, out var present);
        if (present && value.IsEmpty) Fail(DecodeErrorKind.DefaultValue, field);
        return value;
    }

    /// <summary>Reads a byte string that must be present, of at most <paramref name="maxLength"/> bytes.</summary>
    public ReadOnlySpan<byte> RequiredBytes(int field, int maxLength)
    {
        var value = Bytes(field, maxLength);
        if (Ok && value.IsEmpty) Fail(DecodeErrorKind.MissingField, field);
        return value;
    }

    /// <summary>Reads a byte string that must have exactly <paramref name="length"/> bytes.</summary>
    public ReadOnlySpan<byte> FixedBytes(int field, int length)
    {
        var value = Bytes(field, length);
        if (!Ok) return default;
        if (value.Length == length) return value;
        Fail(value.IsEmpty ? DecodeErrorKind.MissingField : DecodeErrorKind.WrongLength, field);
        return default;
    }

    /// <summary>Reads a required 32-byte hash.</summary>
    public Hash256 Hash(int field)
    {
        var bytes = FixedBytes(field, Hash256.Size);
        return Ok ? new Hash256(bytes) : default;
    }

    /// <summary>Reads a hash that may be absent.</summary>
    public Hash256? OptionalHash(int field) => IsNext(field) ? Hash(field) : null;

    /// <summary>
    /// Reads UTF-8 text of at most <paramref name="maxBytes"/> bytes; empty when absent. Control characters are
    /// refused.
    /// </summary>
    public string Text(int field, int maxBytes)
    {
        var bytes = Bytes(field, maxBytes);
        return DecodeText(bytes, field);
    }

    /// <summary>
    /// As <see cref="RequiredText"/>, for what is the same in most inputs, such as names of types and roles: the string
    /// is shared with an earlier read.
    /// </summary>
    internal string RequiredName(int field, int maxBytes)
    {
        var text = Name(field, maxBytes);
        if (Ok && text.Length == 0) Fail(DecodeErrorKind.MissingField, field);
        return text;
    }

    /// <summary>As <see cref="Text"/>, for what is the same in most inputs.</summary>
    internal string Name(int field, int maxBytes)
    {
        var bytes = Bytes(field, maxBytes);
        if (!Ok || bytes.IsEmpty) return "";
        if (KnownNames.Find(bytes) is { } known) return known;
        var text = DecodeText(bytes, field);
        if (Ok) KnownNames.Keep(text, bytes);
        return text;
    }

    /// <summary>Reads text that must be present.</summary>
    public string RequiredText(int field, int maxBytes)
    {
        var text = Text(field, maxBytes);
        if (Ok && text.Length == 0) Fail(DecodeErrorKind.MissingField, field);
        return text;
    }

    /// <summary>
    /// Whether the next field in the input is <paramref name="field"/>. Use for repeated and optional fields and for
    /// oneofs.
    /// </summary>
    public readonly bool IsNext(int field)
    {
        if (!Ok || _position >= _input.Length) return false;
        var probe = this;
        return probe.TryVarint(field, out var tag) && tag >> 3 == (ulong)field;
    }

    /// <summary>
    /// Reads a length-delimited submessage or repeated element that may be empty. Use after <see cref="IsNext"/>.
    /// </summary>
    public ReadOnlySpan<byte> Message(int field, int maxLength)
    {
        var value = ExplicitBytes(field, maxLength, out var present);
        if (Ok && !present) Fail(DecodeErrorKind.MissingField, field);
        return value;
    }

    /// <summary>
    /// Reads an unsigned integer with explicit presence (a oneof member), where 0 is written. Use after
    /// <see cref="IsNext"/>.
    /// </summary>
    public ulong ExplicitUInt64(int field) => TryTag(field, WireVarint) && TryVarint(field, out var value) ? value : 0;

    /// <summary>
    /// Reads a zigzag-encoded signed integer with explicit presence (a oneof member). Use after <see cref="IsNext"/>.
    /// </summary>
    public long ExplicitSInt64(int field)
    {
        var raw = ExplicitUInt64(field);
        return unchecked((long)(raw >> 1) ^ -(long)(raw & 1));
    }

    /// <summary>
    /// Reads text with explicit presence (a oneof member), where the empty string is written. Use after
    /// <see cref="IsNext"/>.
    /// </summary>
    public string ExplicitText(int field, int maxBytes) => DecodeText(Message(field, maxBytes), field);

    /// <summary>
    /// Records a fault found by the caller (a value outside its set). The first fault wins. Returns 0.
    /// </summary>
    public ulong Fail(DecodeErrorKind kind, int field)
    {
        if (Ok) _error = new DecodeError(kind, _position, field);
        return 0;
    }

    /// <summary>
    /// Ends reading: everything must have been consumed. Returns whether the whole input was canonical.
    /// </summary>
    public bool End()
    {
        if (Ok && _position != _input.Length) Fail(DecodeErrorKind.UnexpectedField, 0);
        return Ok;
    }

    private ReadOnlySpan<byte> ExplicitBytes(int field, int maxLength, out bool present)
    {
        present = false;
        if (!TryTag(field, WireBytes) || !TryVarint(field, out var length)) return default;
        present = true;
        if (length > (ulong)maxLength)
        {
            Fail(DecodeErrorKind.TooLarge, field);
            return default;
        }

        if (length > (ulong)(_input.Length - _position))
        {
            Fail(DecodeErrorKind.Truncated, field);
            return default;
        }

        var value = _input.Slice(_position, (int)length);
        _position += (int)length;
        return value;
    }

    private string DecodeText(ReadOnlySpan<byte> bytes, int field)
    {
        if (!Ok || bytes.IsEmpty) return "";
        // NUL, newlines and other control characters have no place in identifiers and would let log lines be forged.
        if (bytes.ContainsAnyInRange((byte)0, (byte)0x1f) || bytes.Contains((byte)0x7f))
        {
            Fail(DecodeErrorKind.BadText, field);
            return "";
        }

        if (Ascii.IsValid(bytes)) return System.Text.Encoding.ASCII.GetString(bytes);
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return StrictUtf8.GetString(bytes);
        Fail(DecodeErrorKind.BadText, field);
        return "";
    }

    // Consumes the tag when the next field is the expected one; leaves it for a later read otherwise.
    private bool TryTag(int field, int wireType)
    {
        if (!Ok || _position >= _input.Length) return false;
        var start = _position;
        if (!TryVarint(field, out var tag)) return false;
        if (tag >> 3 != (ulong)field)
        {
            _position = start;
            return false;
        }

        if ((int)(tag & 7) == wireType) return true;
        Fail(DecodeErrorKind.BadValue, field);
        return false;
    }

    private bool TryVarint(int field, out ulong value)
    {
        // Nearly all numbers, lengths and tags.
        if (_position < _input.Length && _input[_position] < 0x80)
        {
            value = _input[_position++];
            return true;
        }

        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _input.Length)
            {
                Fail(DecodeErrorKind.Truncated, field);
                return false;
            }

            var b = _input[_position++];
            // The tenth byte may carry one bit only; a last byte of zero (after the first) pads the number.
            if ((shift == 63 && b > 1) || (shift > 0 && b == 0))
            {
                Fail(DecodeErrorKind.BadVarint, field);
                return false;
            }

            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return true;
        }

        Fail(DecodeErrorKind.BadVarint, field);
        return false;
    }
}
