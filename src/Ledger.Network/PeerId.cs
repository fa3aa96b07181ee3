using System.Diagnostics.CodeAnalysis;
using Ledger.Network.Security;

namespace Ledger.Network;

/// <summary>
/// A libp2p peer id whose key is secp256k1: the identity multihash of the protobuf-encoded public key, written in
/// base58. Two ids are equal exactly when their public keys are; the order is that of the id's bytes.
/// </summary>
/// <remarks>Immutable, so safe for every thread. libp2p specs, peer-ids.</remarks>
public sealed class PeerId : IEquatable<PeerId>, IComparable<PeerId>
{
    /// <summary>The length of a compressed secp256k1 point.</summary>
    public const int PublicKeySize = 33;

    // Multihash: code 0x00 (identity), length 0x25; then PublicKey { Type = Secp256k1 (2), Data = 33 bytes }.
    private static readonly byte[] MultihashPrefix = [0x00, 0x25, 0x08, 0x02, 0x12, 0x21];

    // 39 bytes need at most 54 base58 digits; anything longer is refused before it is decoded.
    private const int MaxTextLength = 60;

    private readonly byte[] _publicKey;
    private readonly string _text;
    private readonly int _hash;

    private PeerId(byte[] publicKey)
    {
        _publicKey = publicKey;
        _text = Base58.Encode([.. MultihashPrefix, .. publicKey]);
        var hash = new HashCode();
        hash.AddBytes(publicKey);
        _hash = hash.ToHashCode();
    }

    /// <summary>The compressed public key, 33 bytes.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>The protobuf form of the public key, as identify and the certificate extension carry it.</summary>
    internal byte[] PublicKeyMessage => [.. MultihashPrefix.AsSpan(2), .. _publicKey];

    /// <summary>The id of the peer that holds this compressed public key.</summary>
    /// <exception cref="ArgumentException">The bytes are not a point of the curve in compressed form.</exception>
    public static PeerId FromPublicKey(ReadOnlySpan<byte> publicKey) =>
        TryFromPublicKey(publicKey, out var id)
            ? id
            : throw new ArgumentException("not a compressed secp256k1 public key", nameof(publicKey));

    /// <summary>As <see cref="FromPublicKey"/>, for bytes that came from outside.</summary>
    public static bool TryFromPublicKey(ReadOnlySpan<byte> publicKey, [NotNullWhen(true)] out PeerId? id)
    {
        id = PeerKeys.IsPublicKey(publicKey) ? new PeerId(publicKey.ToArray()) : null;
        return id is not null;
    }

    /// <summary>Reads the base58 form.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PeerId? id)
    {
        id = null;
        if (text is null || text.Length > MaxTextLength || !Base58.TryDecode(text, out var bytes)) return false;
        return bytes.AsSpan().StartsWith(MultihashPrefix)
            && TryFromPublicKey(bytes.AsSpan(MultihashPrefix.Length), out id);
    }

    /// <summary>Reads the base58 form.</summary>
    /// <exception cref="FormatException">The text is not the id of a secp256k1 key.</exception>
    public static PeerId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("not the peer id of a secp256k1 key");

    /// <summary>Reads the protobuf form of a public key; false for keys of any other type.</summary>
    internal static bool TryFromPublicKeyMessage(ReadOnlySpan<byte> message, [NotNullWhen(true)] out PeerId? id)
    {
        id = null;
        var prefix = MultihashPrefix.AsSpan(2);
        return message.StartsWith(prefix) && TryFromPublicKey(message[prefix.Length..], out id);
    }

    /// <inheritdoc/>
    public int CompareTo(PeerId? other) =>
        other is null ? 1 : _publicKey.AsSpan().SequenceCompareTo(other._publicKey);

    /// <inheritdoc/>
    public bool Equals(PeerId? other) =>
        other is not null && (ReferenceEquals(this, other) || _publicKey.AsSpan().SequenceEqual(other._publicKey));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerId);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => _text;

    public static bool operator ==(PeerId? left, PeerId? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(PeerId? left, PeerId? right) => !(left == right);

    public static bool operator <(PeerId left, PeerId right) => left.CompareTo(right) < 0;

    public static bool operator >(PeerId left, PeerId right) => left.CompareTo(right) > 0;

    public static bool operator <=(PeerId left, PeerId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PeerId left, PeerId right) => left.CompareTo(right) >= 0;
}
