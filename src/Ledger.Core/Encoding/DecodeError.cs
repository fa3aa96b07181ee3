namespace Ledger.Core.Encoding;

/// <summary>Why a canonical decoder refused its input. One vocabulary for formats, logs and metrics.</summary>
public enum DecodeErrorKind
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The input ends inside a field.</summary>
    Truncated,

    /// <summary>Bytes follow the last field of the format, or a field is unknown, repeated or out of order.</summary>
    UnexpectedField,

    /// <summary>A variable-length integer is longer than it needs to be, or does not fit its type.</summary>
    BadVarint,

    /// <summary>A field holds its default value, which canonical encoding leaves out.</summary>
    DefaultValue,

    /// <summary>A value exceeds the protocol's bound for its field.</summary>
    TooLarge,

    /// <summary>A fixed-size value (hash, key, signature) has another length.</summary>
    WrongLength,

    /// <summary>A required field is absent.</summary>
    MissingField,

    /// <summary>A string is not well-formed UTF-8 or holds a control character.</summary>
    BadText,

    /// <summary>
    /// A value is outside the set that the format allows (unknown enum value, keys not in ascending order).
    /// </summary>
    BadValue,
}

/// <summary>A decoder's refusal: what was wrong, and where.</summary>
/// <param name="Kind">What was wrong; <see cref="DecodeErrorKind.None"/> when decoding succeeded.</param>
/// <param name="Offset">Offset in bytes into the input that was being decoded.</param>
/// <param name="Field">The protobuf field number being read, or 0.</param>
public readonly record struct DecodeError(DecodeErrorKind Kind, int Offset, int Field)
{
    /// <inheritdoc/>
    public override string ToString() => Kind == DecodeErrorKind.None
        ? "no error"
        : $"{Kind} at byte {Offset}, field {Field}";
}
