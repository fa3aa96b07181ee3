using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto.Secp256k1;

namespace Ledger.Core.Crypto;

/// <summary>
/// Suite <c>secp256k1-sha256</c>: ECDSA over the curve secp256k1 (SEC 2, section 2.4.1) and SHA-256. A signature is the
/// bytes r || s with s in the lower half of the order, over SHA-256(tag || 0x00 || message), with the nonce of RFC
/// 6979.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Two back ends give equal signatures and equal verdicts on every input: libsecp256k1, and
/// the framework's ECDSA where that library is absent. The second is about ten times slower and its signing does not
/// hide the secret from someone who can time it on the same machine: it serves clients, while validators call
/// <see cref="RequireNative"/>.
/// </remarks>
public sealed class Secp256k1Suite : CryptoSuite
{
    /// <summary>The suite's name in genesis.</summary>
    public const string SuiteName = "secp256k1-sha256";

    private const byte EvenY = 2;
    private const byte OddY = 3;

    private static readonly (Secp256k1Suite Suite, string? NativeProblem) Shared = Load();

    private readonly Secp256k1Backend _backend;

    internal Secp256k1Suite(Secp256k1Backend backend) => _backend = backend;

    /// <summary>The suite on libsecp256k1 if that library can be loaded, else on the framework's ECDSA.</summary>
    public static Secp256k1Suite Default => Shared.Suite;

    /// <summary>Whether this instance computes with libsecp256k1.</summary>
    public bool IsNative => _backend.IsNative;

    /// <inheritdoc/>
    public override string Name => SuiteName;

    /// <inheritdoc/>
    public override HashFunction Hash => Sha256.Instance;

    /// <summary><see cref="Default"/>, but only where it computes with libsecp256k1.</summary>
    /// <exception cref="DllNotFoundException">The library is absent; the message says what to install.</exception>
    public static Secp256k1Suite RequireNative() =>
        Shared.NativeProblem is null ? Shared.Suite : throw new DllNotFoundException(Shared.NativeProblem);

    /// <inheritdoc/>
    public override bool TryParsePublicKey(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PublicKey? key)
    {
        key = encoded.Length == PublicKeySize && encoded[0] is EvenY or OddY ? _backend.ParsePublicKey(encoded) : null;
        return key is not null;
    }

    /// <inheritdoc/>
    public override bool Verify(
        PublicKey key, DomainTag tag, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        // The cheap refusals come before the hash: a flood of malformed signatures costs next to nothing.
        if (!IsCanonical(signature) || key is not Secp256k1PublicKey own) return false;
        var digest = Hash.Hash(tag, message);
        return _backend.Verify(own, digest.AsSpan(), signature);
    }

    /// <inheritdoc/>
    public override ISigner CreateSigner(ReadOnlySpan<byte> secretKey)
    {
        if (secretKey.Length != SecretKeySize || !Secp256k1Scalar.IsValid(secretKey))
        {
            throw new ArgumentException("the secret key is not in 1..order-1", nameof(secretKey));
        }

        return new Secp256k1Signer(this, secretKey, _backend.DerivePublicKey(secretKey));
    }

    internal bool VerifyDigest(PublicKey key, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        IsCanonical(signature) && key is Secp256k1PublicKey own && _backend.Verify(own, digest, signature);

    /// <summary>
    /// The other signature that ECDSA accepts in place of one whose s lies in the upper half. False when s does not.
    /// </summary>
    internal static bool TryLower(ReadOnlySpan<byte> signature, out byte[] low)
    {
        low = signature.ToArray();
        if (signature.Length != SignatureSize) return false;
        var s = low.AsSpan(Secp256k1Scalar.Size);
        if (!Secp256k1Scalar.IsValid(s) || Secp256k1Scalar.IsValidAndLow(s)) return false;
        Secp256k1Scalar.Negate(s);
        return true;
    }

    internal void SignDigest(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        // RFC 6979 section 3.2 step d feeds the nonce with the digest modulo the order; release 0.2.0 of libsecp256k1
        // feeds it unreduced. Reducing first makes all releases and the other back end agree.
        Span<byte> reduced = stackalloc byte[Secp256k1Scalar.Size];
        digest.CopyTo(reduced);
        Secp256k1Scalar.Reduce(reduced);
        _backend.Sign(secretKey, reduced, signature);
    }

    private static bool IsCanonical(ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize
        && Secp256k1Scalar.IsValid(signature[..Secp256k1Scalar.Size])
        && Secp256k1Scalar.IsValidAndLow(signature[Secp256k1Scalar.Size..]);

    private static (Secp256k1Suite Suite, string? NativeProblem) Load() =>
        NativeBackend.TryCreate(out var native, out var problem)
            ? (new Secp256k1Suite(native), null)
            : (new Secp256k1Suite(new ManagedBackend()), problem);
}
