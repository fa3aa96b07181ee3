namespace Ledger.Core.Cbor;

/// <summary>What a <see cref="CborValue"/> is: the part of CBOR (RFC 8949) that this house writes and reads.</summary>
public enum CborKind
{
    /// <summary>An integer from 0 to 2^64 - 1 (major type 0).</summary>
    Unsigned,

    /// <summary>An integer from -2^64 to -1 (major type 1).</summary>
    Negative,

    /// <summary>A byte string (major type 2).</summary>
    Bytes,

    /// <summary>Text in UTF-8 (major type 3).</summary>
    Text,

    /// <summary>An array (major type 4).</summary>
    Array,

    /// <summary>A map (major type 5).</summary>
    Map,

    /// <summary>A value with a tag (major type 6).</summary>
    Tag,

    /// <summary>The simple value false.</summary>
    False,

    /// <summary>The simple value true.</summary>
    True,

    /// <summary>The simple value null.</summary>
    Null,
}
