using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ledger.Core.Crypto.Native;

namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>The back end on libsecp256k1. One context serves all threads.</summary>
internal sealed class NativeBackend : Secp256k1Backend
{
    // What the library said when it last refused an argument on this thread.
    [ThreadStatic]
    private static string? _illegalArgument;

    private readonly ContextHandle _context;

    private NativeBackend(ContextHandle context) => _context = context;

    public override bool IsNative => true;

    /// <summary>
    /// Loads and tries the library. Where it returns false, <paramref name="problem"/> says what to do.
    /// </summary>
    public static bool TryCreate(
        [NotNullWhen(true)] out NativeBackend? backend, [NotNullWhen(false)] out string? problem)
    {
        backend = null;
        if (!NativeLibraries.TryLoadSecp256k1(out problem)) return false;
        try
        {
            var created = new NativeBackend(CreateContext());
            if (created.PassesSelfTest())
            {
                backend = created;
                return true;
            }

            problem = "the libsecp256k1 that was loaded computes wrong results; reinstall the package libsecp256k1-1";
        }
        catch (EntryPointNotFoundException e)
        {
            problem = $"the libsecp256k1 that was loaded is not usable ({e.Message}); "
                + "install the package libsecp256k1-1, version 0.2.0 or later";
        }

        return false;
    }

    public override Secp256k1PublicKey? ParsePublicKey(ReadOnlySpan<byte> encoded)
    {
        var parsed = default(NativePublicKey.Parsed);
        return NativeMethods.PublicKeyParse(_context, parsed, encoded, (nuint)encoded.Length) == 1
            ? new NativePublicKey(encoded.ToArray(), parsed)
            : null;
    }

    public override Secp256k1PublicKey DerivePublicKey(ReadOnlySpan<byte> secretKey)
    {
        var parsed = default(NativePublicKey.Parsed);
        Require(NativeMethods.PublicKeyCreate(_context, parsed, secretKey));
        var encoded = new byte[CryptoSuite.PublicKeySize];
        var length = (nuint)encoded.Length;
        Require(NativeMethods.PublicKeySerialize(_context, encoded, ref length, parsed, NativeMethods.Compressed));
        return new NativePublicKey(encoded, parsed);
    }

    public override bool Verify(Secp256k1PublicKey key, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        if (key is NativePublicKey own) return Verify(own.Point, digest, signature);
        // A key that the other back end parsed is a point of the curve, so it parses here too.
        return ParsePublicKey(key.Encoded) is NativePublicKey parsed && Verify(parsed.Point, digest, signature);
    }

    public override void Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        Span<byte> opaque = stackalloc byte[NativeMethods.OpaqueSize];
        Require(NativeMethods.Sign(_context, opaque, digest, secretKey, 0, 0));
        Require(NativeMethods.SignatureSerializeCompact(_context, signature, opaque));
    }

    /// <summary>Verifies with the library's own form of a key.</summary>
    internal bool Verify(ReadOnlySpan<byte> point, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        Span<byte> opaque = stackalloc byte[NativeMethods.OpaqueSize];
        var valid = NativeMethods.SignatureParseCompact(_context, opaque, signature) == 1
            && NativeMethods.Verify(_context, opaque, digest, point) == 1;
        if (!valid) ThrowIfIllegalArgument();
        return valid;
    }

    private static ContextHandle CreateContext()
    {
        var context = NativeMethods.ContextCreate(NativeMethods.ContextNone);
        // Unsafe: takes the address of a static method.
        unsafe
        {
            // The library's own callback ends the process.
            NativeMethods.ContextSetIllegalCallback(context, &OnIllegalArgument, 0);
        }

        // Randomness is allowed here although Core has none otherwise: it blinds the multiplications with the secret
        // against side channels and changes no result.
        Span<byte> seed = stackalloc byte[32];
        RandomNumberGenerator.Fill(seed);
        Require(NativeMethods.ContextRandomize(context, seed));
        return context;
    }

    // Unsafe: called by the library with a C string.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void OnIllegalArgument(byte* message, void* data) =>
        _illegalArgument = Marshal.PtrToStringUTF8((nint)message) ?? "unknown";

    private static void Require(int result)
    {
        if (result == 1) return;
        ThrowIfIllegalArgument();
        throw new CryptographicException("libsecp256k1 failed on arguments that are in range");
    }

    private static void ThrowIfIllegalArgument()
    {
        if (_illegalArgument is not { } message) return;
        _illegalArgument = null;
        throw new InvalidOperationException($"libsecp256k1 was called with an illegal argument: {message}");
    }

    // The public key of the secret 1 is the generator of the curve; a signature made with it verifies, an altered one
    // does not.
    private bool PassesSelfTest()
    {
        Span<byte> secret = stackalloc byte[CryptoSuite.SecretKeySize];
        secret[^1] = 1;
        Span<byte> signature = stackalloc byte[CryptoSuite.SignatureSize];
        var key = DerivePublicKey(secret);
        Sign(secret, secret, signature);
        var valid = key.Encoded.SequenceEqual(Generator) && Verify(key, secret, signature);
        signature[^1] ^= 1;
        return valid && !Verify(key, secret, signature);
    }

    // SEC 2, section 2.4.1, compressed.
    private static ReadOnlySpan<byte> Generator =>
    [
        0x02, 0x79, 0xBE, 0x66, 0x7E, 0xF9, 0xDC, 0xBB, 0xAC, 0x55, 0xA0, 0x62, 0x95, 0xCE, 0x87, 0x0B, 0x07,
        0x02, 0x9B, 0xFC, 0xDB, 0x2D, 0xCE, 0x28, 0xD9, 0x59, 0xF2, 0x81, 0x5B, 0x16, 0xF8, 0x17, 0x98,
    ];
}
