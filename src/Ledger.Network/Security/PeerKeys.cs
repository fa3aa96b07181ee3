using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Ledger.Network.Security;

/// <summary>Public-key operations of the handshake, on the framework's ECDSA. Safe for every thread.</summary>
public static class PeerKeys
{
    private const int CompactSize = 2 * Secp256k1.ScalarSize;

    /// <summary>True when the bytes are a point of secp256k1 in compressed form.</summary>
    public static bool IsPublicKey(ReadOnlySpan<byte> publicKey) => Secp256k1.TryDecompress(publicKey, out _);

    /// <summary>
    /// Checks r‖s over a 32-byte digest. High s is accepted: the libp2p specification allows it, and a handshake
    /// signature is never stored or compared.
    /// </summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        if (digest.Length != SHA256.HashSizeInBytes || signature.Length != CompactSize) return false;
        if (!Secp256k1.TryDecompress(publicKey, out var point)) return false;
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = Secp256k1.Curve, Q = point });
            return key.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>r‖s as SEQUENCE { r INTEGER, s INTEGER } in DER, the form that libp2p puts on the wire.</summary>
    internal static byte[] ToDer(ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            WriteUnsigned(writer, signature[..Secp256k1.ScalarSize]);
            WriteUnsigned(writer, signature[Secp256k1.ScalarSize..]);
        }

        return writer.Encode();
    }

    /// <summary>Reads strict DER back into r‖s; false for anything else, also for integers beyond 32 bytes.</summary>
    internal static bool TryFromDer(ReadOnlyMemory<byte> der, Span<byte> signature)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var pair = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var read = TryReadUnsigned(pair, signature[..Secp256k1.ScalarSize])
                && TryReadUnsigned(pair, signature[Secp256k1.ScalarSize..CompactSize]);
            pair.ThrowIfNotEmpty();
            return read;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static void WriteUnsigned(AsnWriter writer, ReadOnlySpan<byte> value)
    {
        var start = value.IndexOfAnyExcept((byte)0);
        writer.WriteIntegerUnsigned(start < 0 ? [0] : value[start..]);
    }

    private static bool TryReadUnsigned(AsnReader reader, Span<byte> into)
    {
        var bytes = reader.ReadIntegerBytes().Span;
        if ((bytes[0] & 0x80) != 0) return false;
        if (bytes.Length > 1 && bytes[0] == 0) bytes = bytes[1..];
        if (bytes.Length > into.Length) return false;
        into.Clear();
        bytes.CopyTo(into[(into.Length - bytes.Length)..]);
        return true;
    }
}
