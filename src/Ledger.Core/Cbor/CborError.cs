namespace Ledger.Core.Cbor;

/// <summary>Why the CBOR decoder refused its input. The names in upper case with underscores are those of the
/// specification and its vectors.</summary>
public enum CborFault
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The input ends inside an item, or a length reaches beyond its end.</summary>
    Truncated,

    /// <summary>Bytes follow the item.</summary>
    TrailingBytes,

    /// <summary>An integer or a length is written longer than it needs to be.</summary>
    NotShortest,

    /// <summary>An item of indefinite length, or the byte that ends one.</summary>
    Indefinite,

    /// <summary>Additional information 28, 29 or 30, which RFC 8949 reserves.</summary>
    Reserved,

    /// <summary>Items are nested deeper than allowed.</summary>
    TooDeep,

    /// <summary>There are more items than allowed.</summary>
    TooMany,

    /// <summary>The input is longer than allowed.</summary>
    TooLarge,

    /// <summary>A map has a key twice.</summary>
    DuplicateKey,

    /// <summary>The keys of a map are not in the bytewise order of their encodings.</summary>
    UnsortedKeys,

    /// <summary>A text is not well-formed UTF-8.</summary>
    BadText,

    /// <summary>A floating-point number: nothing here has one.</summary>
    Float,

    /// <summary>A simple value other than false, true and null.</summary>
    Simple,
}

/// <summary>The CBOR decoder's refusal: what was wrong, and where.</summary>
/// <param name="Fault">What was wrong; <see cref="CborFault.None"/> when decoding succeeded.</param>
/// <param name="Offset">Offset in bytes of the item at fault.</param>
public readonly record struct CborError(CborFault Fault, int Offset)
{
    /// <inheritdoc/>
    public override string ToString() => Fault == CborFault.None ? "no error" : $"{Fault} at byte {Offset}";
}

/// <summary>What the CBOR decoder takes from a stranger.</summary>
/// <param name="MaxBytes">Longest input in bytes.</param>
/// <param name="MaxItems">Most items, all levels together.</param>
/// <param name="MaxDepth">Deepest nesting; an item that holds none has depth 1.</param>
public readonly record struct CborLimits(int MaxBytes, int MaxItems, int MaxDepth)
{
    /// <summary>1 MiB, 65,536 items, 16 levels.</summary>
    public static CborLimits Default { get; } = new(1 << 20, 1 << 16, 16);
}
