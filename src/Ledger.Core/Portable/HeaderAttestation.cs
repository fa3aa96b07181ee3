using Ledger.Core.Crypto;

namespace Ledger.Core.Portable;

/// <summary>
/// One validator's signature over a certified header, in the form that another standard prescribes (COSE or a signed
/// note). Claims nothing: whether it holds is for <see cref="AttestedReceiptVerifier"/> to say.
/// </summary>
/// <param name="Key">The id of the validator's key.</param>
/// <param name="Signature">64 bytes, r || s.</param>
public sealed record HeaderAttestation(KeyId Key, ReadOnlyMemory<byte> Signature)
{
    /// <inheritdoc/>
    public bool Equals(HeaderAttestation? other) =>
        other is not null && Key == other.Key && Signature.Span.SequenceEqual(other.Signature.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();
}
