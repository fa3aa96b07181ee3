using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Evidence;

/// <summary>
/// A party's signature over records that another party sends (<c>ledger.core.v1.CoSignature</c>). Immutable.
/// </summary>
/// <param name="Member">The party.</param>
/// <param name="Key">The key that signed, one of that member's.</param>
/// <param name="Signature">The signature, 64 bytes, over what <see cref="CoSigning.Content"/> says.</param>
public sealed record CoSignature(string Member, KeyId Key, ReadOnlyMemory<byte> Signature)
{
    // A member's id, a key id and a signature, with their tags and lengths.
    internal const int MaxBytes = EvidenceLimits.IdentifierBytes + Hash256.Size + CryptoSuite.SignatureSize + 16;

    /// <summary>The party as leaves name it.</summary>
    public CoSigner Signer => new(Member, Key);

    /// <inheritdoc/>
    public bool Equals(CoSignature? other) => other is not null
        && Member == other.Member && Key == other.Key && Signature.Span.SequenceEqual(other.Signature.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Member, Key);

    internal void WriteTo(CanonicalWriter writer, int field)
    {
        var start = writer.BeginMessage(field);
        writer.Text(1, Member);
        writer.Hash(2, Key.Value);
        writer.Bytes(3, Signature.Span);
        writer.EndMessage(start);
    }

    internal static CoSignature? Read(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var member = reader.RequiredText(1, EvidenceLimits.IdentifierBytes);
        var key = new KeyId(reader.Hash(2));
        var signature = reader.FixedBytes(3, CryptoSuite.SignatureSize);
        var ok = reader.End();
        error = reader.Error;
        return ok ? new CoSignature(member, key, signature.ToArray()) : null;
    }
}

/// <summary>A party that co-signed a record, as its leaf names it (<c>ledger.core.v1.CoSigner</c>).</summary>
/// <param name="Member">The party.</param>
/// <param name="Key">The key that it signed with.</param>
public readonly record struct CoSigner(string Member, KeyId Key)
{
    internal const int MaxBytes = EvidenceLimits.IdentifierBytes + Hash256.Size + 8;

    internal void WriteTo(CanonicalWriter writer, int field)
    {
        var start = writer.BeginMessage(field);
        writer.Text(1, Member);
        writer.Hash(2, Key.Value);
        writer.EndMessage(start);
    }

    internal static CoSigner? Read(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var value = new CoSigner(reader.RequiredText(1, EvidenceLimits.IdentifierBytes), new KeyId(reader.Hash(2)));
        var ok = reader.End();
        error = reader.Error;
        return ok ? value : null;
    }
}
