using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Cbor;
using Ledger.Core.Crypto;

namespace Ledger.Core.Cose;

/// <summary>
/// A COSE_Sign1 (RFC 9052 section 4.2), tagged, in the deterministic encoding. Immutable; whether its signature holds
/// is for <see cref="Verify"/> to say.
/// </summary>
/// <remarks>
/// Only ES256K is known. What is signed begins with the bytes 84 6a "Signature1", and everything else that a key of
/// ours signs begins with a domain tag, "ledger/": neither can be taken for the other. docs/spec/cose-receipt.md.
/// </remarks>
public sealed class CoseSign1
{
    // The text that begins a Sig_structure of one signer.
    private const string Context = "Signature1";

    private CoseSign1(
        ReadOnlyMemory<byte> protectedBytes, CborValue protectedHeader, CborValue unprotectedHeader,
        ReadOnlyMemory<byte>? payload, ReadOnlyMemory<byte> signature)
    {
        ProtectedBytes = protectedBytes;
        Protected = protectedHeader;
        Unprotected = unprotectedHeader;
        Payload = payload;
        Signature = signature;
    }

    /// <summary>The encoded protected header, which is signed.</summary>
    public ReadOnlyMemory<byte> ProtectedBytes { get; }

    /// <summary>The protected header: a map.</summary>
    public CborValue Protected { get; }

    /// <summary>The unprotected header, a map. Nothing vouches for it.</summary>
    public CborValue Unprotected { get; }

    /// <summary>What is signed; null when it is detached.</summary>
    public ReadOnlyMemory<byte>? Payload { get; }

    /// <summary>The signature, r || s.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Puts one together with a signature that was made over <see cref="Digest"/>.</summary>
    /// <exception cref="ArgumentException">A header is no map.</exception>
    public static CoseSign1 Create(
        CborValue protectedHeader, CborValue unprotectedHeader, ReadOnlyMemory<byte>? payload,
        ReadOnlyMemory<byte> signature)
    {
        if (protectedHeader.Kind != CborKind.Map || unprotectedHeader.Kind != CborKind.Map)
            throw new ArgumentException("the headers of a COSE message are maps");
        return new CoseSign1(protectedHeader.Encode(), protectedHeader, unprotectedHeader, payload, signature);
    }

    /// <summary>
    /// What is signed, hashed: SHA-256 of the Sig_structure (RFC 9052 section 4.4) without external data.
    /// </summary>
    public static Hash256 Digest(ReadOnlyMemory<byte> protectedBytes, ReadOnlyMemory<byte> payload) =>
        Sha256.Instance.Hash(SigStructure(protectedBytes, payload));

    /// <summary>The Sig_structure itself.</summary>
    public static byte[] SigStructure(ReadOnlyMemory<byte> protectedBytes, ReadOnlyMemory<byte> payload) =>
        CborValue.Array(
            CborValue.Of(Context), CborValue.Of(protectedBytes), CborValue.Of(ReadOnlyMemory<byte>.Empty),
            CborValue.Of(payload)).Encode();

    /// <summary>Decodes a tagged COSE_Sign1. The error is a sentence.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, CborLimits limits, [NotNullWhen(true)] out CoseSign1? message,
        [NotNullWhen(false)] out string? error)
    {
        message = null;
        if (!CborValue.TryDecode(bytes, limits, out var value, out var fault))
        {
            error = $"the message is not deterministic CBOR: {fault}";
            return false;
        }

        error = "the message is not a tagged COSE_Sign1";
        if (value.Kind != CborKind.Tag || value.Argument != CoseLabels.Sign1Tag) return false;
        var parts = value.Items[0].Items;
        if (value.Items[0].Kind != CborKind.Array || parts.Count != 4 || parts[0].Kind != CborKind.Bytes
            || parts[1].Kind != CborKind.Map || parts[2].Kind is not (CborKind.Bytes or CborKind.Null)
            || parts[3].Kind != CborKind.Bytes)
        {
            return false;
        }

        if (!CborValue.TryDecode(parts[0].Bytes, limits, out var header, out fault) || header.Kind != CborKind.Map)
        {
            error = $"the protected header is not a map in deterministic CBOR: {fault}";
            return false;
        }

        error = null;
        message = new CoseSign1(
            parts[0].Bytes, header, parts[1], parts[2].Kind == CborKind.Null ? null : parts[2].Bytes, parts[3].Bytes);
        return true;
    }

    /// <summary>The tagged encoding.</summary>
    public byte[] Encode() => CborValue.Tagged(
        CoseLabels.Sign1Tag,
        CborValue.Array(
            CborValue.Of(ProtectedBytes), Unprotected,
            Payload is { } payload ? CborValue.Of(payload) : CborValue.Null, CborValue.Of(Signature))).Encode();

    /// <summary>
    /// Whether the algorithm is ES256K and the signature holds over the protected header and
    /// <paramref name="payload"/>.
    /// </summary>
    public bool Verify(PublicKey key, ReadOnlyMemory<byte> payload) =>
        Protected.Find(CoseLabels.Algorithm) is { } algorithm
        && algorithm.TryGetInt64(out var number) && number == CoseLabels.Es256K
        && ForeignSignatures.Verify(key, Digest(ProtectedBytes, payload), Signature.Span);
}
