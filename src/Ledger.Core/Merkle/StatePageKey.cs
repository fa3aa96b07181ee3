using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>
/// Names a page of the state tree: the first nibbles that all paths below it share. Encoded as one byte with their
/// number, then the nibbles, high one first, the last byte padded with zero bits.
/// </summary>
public readonly struct StatePageKey : IEquatable<StatePageKey>
{
    /// <summary>Length in bytes of the longest encoding.</summary>
    public const int MaxEncodedSize = 1 + Hash256.Size;

    // A path has 64 nibbles; the last page level holds the last one.
    private const int MaxNibbles = 63;

    private readonly Hash256 _prefix;

    private StatePageKey(in Hash256 prefix, int nibbles)
    {
        _prefix = prefix;
        Nibbles = nibbles;
    }

    /// <summary>The page with the root of the tree.</summary>
    public static StatePageKey Root => default;

    /// <summary>How many nibbles the page's paths share: a quarter of its depth in the tree.</summary>
    public int Nibbles { get; }

    /// <summary>Length in bytes of the encoding.</summary>
    public int EncodedSize => 1 + PrefixBytes(Nibbles);

    /// <summary>The page at depth 4 * <paramref name="nibbles"/> on the way to <paramref name="path"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no page that deep.</exception>
    public static StatePageKey On(in Hash256 path, int nibbles)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nibbles);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nibbles, MaxNibbles);
        Span<byte> prefix = stackalloc byte[Hash256.Size];
        prefix.Clear();
        path.AsSpan()[..PrefixBytes(nibbles)].CopyTo(prefix);
        if ((nibbles & 1) == 1) prefix[nibbles >> 1] &= 0xf0;
        return new StatePageKey(new Hash256(prefix), nibbles);
    }

    /// <summary>Reads an encoded key. False for anything that <see cref="WriteTo"/> does not write.</summary>
    public static bool TryParse(ReadOnlySpan<byte> encoded, out StatePageKey key)
    {
        key = default;
        if (encoded.IsEmpty || encoded[0] > MaxNibbles || encoded.Length != 1 + PrefixBytes(encoded[0])) return false;
        Span<byte> prefix = stackalloc byte[Hash256.Size];
        prefix.Clear();
        encoded[1..].CopyTo(prefix);
        var parsed = new StatePageKey(new Hash256(prefix), encoded[0]);
        if (!parsed.Covers(parsed._prefix)) return false;
        key = parsed;
        return true;
    }

    /// <summary>Writes the encoding to <paramref name="destination"/> and returns its length.</summary>
    public int WriteTo(Span<byte> destination)
    {
        destination[0] = (byte)Nibbles;
        _prefix.AsSpan()[..PrefixBytes(Nibbles)].CopyTo(destination[1..]);
        return EncodedSize;
    }

    /// <summary>The order of the encodings: by depth, then by path.</summary>
    public static int Compare(StatePageKey left, StatePageKey right) => left.Nibbles == right.Nibbles
        ? left._prefix.CompareTo(right._prefix)
        : left.Nibbles.CompareTo(right.Nibbles);

    /// <summary>The encoding in a new array.</summary>
    public byte[] ToArray()
    {
        var encoded = new byte[EncodedSize];
        WriteTo(encoded);
        return encoded;
    }

    /// <inheritdoc/>
    public bool Equals(StatePageKey other) => Nibbles == other.Nibbles && _prefix == other._prefix;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StatePageKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_prefix, Nibbles);

    /// <summary>The nibbles in hexadecimal; "root" for the root page.</summary>
    public override string ToString() => Nibbles == 0 ? "root" : _prefix.ToString()[..Nibbles];

    /// <summary>Equality of the named page.</summary>
    public static bool operator ==(StatePageKey left, StatePageKey right) => left.Equals(right);

    /// <summary>Inequality of the named page.</summary>
    public static bool operator !=(StatePageKey left, StatePageKey right) => !left.Equals(right);

    /// <summary>Whether the path lies below the page.</summary>
    internal bool Covers(in Hash256 path)
    {
        var whole = Nibbles >> 1;
        var ours = _prefix.AsSpan();
        var theirs = path.AsSpan();
        return theirs[..whole].SequenceEqual(ours[..whole])
            && ((Nibbles & 1) == 0 || (theirs[whole] & 0xf0) == ours[whole]);
    }

    /// <summary>The child page below the slot <paramref name="slot"/> (0 to 15).</summary>
    internal StatePageKey Child(int slot)
    {
        Span<byte> prefix = stackalloc byte[Hash256.Size];
        _prefix.CopyTo(prefix);
        prefix[Nibbles >> 1] |= (byte)((Nibbles & 1) == 0 ? slot << 4 : slot);
        return new StatePageKey(new Hash256(prefix), Nibbles + 1);
    }

    private static int PrefixBytes(int nibbles) => (nibbles + 1) >> 1;
}
