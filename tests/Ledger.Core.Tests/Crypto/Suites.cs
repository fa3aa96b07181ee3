using Ledger.Core.Crypto;
using Ledger.Core.Crypto.Secp256k1;

namespace Ledger.Core.Tests.Crypto;

/// <summary>The suite over each of its back ends. The native one is a requirement of this test run.</summary>
internal static class Suites
{
    public static Secp256k1Suite Native { get; } = Secp256k1Suite.RequireNative();

    public static Secp256k1Suite Managed { get; } = new(new ManagedBackend());

    public static TheoryData<bool> Both => [true, false];

    public static Secp256k1Suite Get(bool native) => native ? Native : Managed;

    public static PublicKey Parse(this CryptoSuite suite, ReadOnlySpan<byte> encoded)
    {
        Assert.True(suite.TryParsePublicKey(encoded, out var key));
        return key;
    }

    public static byte[] Hex(string digits) => Convert.FromHexString(digits);
}
