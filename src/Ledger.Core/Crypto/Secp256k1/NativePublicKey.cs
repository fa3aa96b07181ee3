using System.Runtime.CompilerServices;

namespace Ledger.Core.Crypto.Secp256k1;

/// <summary>A key with the library's parsed form beside it: parsing costs a square root, verifying need not.</summary>
internal sealed class NativePublicKey(byte[] encoded, in NativePublicKey.Parsed point) : Secp256k1PublicKey(encoded)
{
    private readonly Parsed _point = point;

    /// <summary>The secp256k1_pubkey. Its bytes mean nothing outside of this process.</summary>
    public ReadOnlySpan<byte> Point => _point;

    /// <summary>Room for a secp256k1_pubkey.</summary>
    [InlineArray(NativeMethods.OpaqueSize)]
    internal struct Parsed
    {
        private byte _first;
    }
}
