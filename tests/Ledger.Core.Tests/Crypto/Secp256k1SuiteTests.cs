using Ledger.Core.Crypto;
using Ledger.Core.Crypto.Native;
using Ledger.Core.Crypto.Secp256k1;

namespace Ledger.Core.Tests.Crypto;

public sealed class Secp256k1SuiteTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public static TheoryData<bool> Both => Suites.Both;

    [Fact]
    public void The_default_is_native_where_the_library_is_installed()
    {
        Assert.True(Secp256k1Suite.Default.IsNative);
        Assert.Same(Secp256k1Suite.Default, Secp256k1Suite.RequireNative());
        Assert.False(Suites.Managed.IsNative);
    }

    [Fact]
    public void The_registry_knows_the_suite_by_its_exact_name()
    {
        Assert.True(CryptoSuites.TryGet("secp256k1-sha256", out var suite));
        Assert.Same(Secp256k1Suite.Default, suite);
        Assert.Equal(["secp256k1-sha256"], CryptoSuites.Names);
        foreach (var name in new[] { "SECP256K1-SHA256", "secp256k1", "", null })
        {
            Assert.False(CryptoSuites.TryGet(name, out var none));
            Assert.Null(none);
        }
    }

    [Fact]
    public void A_library_that_is_not_there_is_reported_with_what_to_do()
    {
        Assert.False(NativeLibraries.TryLoadSecp256k1("/nowhere/libsecp256k1.so", out _, out var problem));
        Assert.Contains("LEDGER_SECP256K1_PATH", problem, StringComparison.Ordinal);
        Assert.Contains("/nowhere/libsecp256k1.so", problem, StringComparison.Ordinal);
        Assert.Contains("libsecp256k1-1", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_illegal_argument_throws_instead_of_ending_the_process()
    {
        Assert.True(NativeBackend.TryCreate(out var backend, out _));
        var signature = Suites.Native.CreateSigner(Secret).Sign(DomainTag.Header, []);

        var exception = Assert.Throws<InvalidOperationException>(
            () => backend.Verify(new byte[NativeMethods.OpaqueSize], new byte[32], signature));

        Assert.Contains("illegal argument", exception.Message, StringComparison.Ordinal);
        var key = Suites.Native.CreateSigner(Secret).PublicKey;
        Assert.False(Suites.Native.Verify(key, DomainTag.Genesis, [], signature));
    }

    [Fact]
    public void A_public_key_is_read_from_its_hexadecimal_and_nothing_else()
    {
        var key = Suites.Native.CreateSigner(Secret).PublicKey;
        var hex = key.ToString();

        foreach (var text in new[] { hex, hex.ToUpperInvariant() })
        {
            Assert.True(Suites.Native.TryParsePublicKeyHex(text, out var read));
            Assert.Equal(key, read);
        }

        string?[] wrong =
            [null, "", hex[..^1], hex[..^2], hex + "0", hex + "00", "0x" + hex[2..], "g" + hex[1..], "05" + hex[2..]];
        foreach (var text in wrong)
        {
            Assert.False(Suites.Native.TryParsePublicKeyHex(text, out var none));
            Assert.Null(none);
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_key_of_another_suite_never_verifies(bool native)
    {
        var suite = Suites.Get(native);
        var signer = suite.CreateSigner(Secret);
        var signature = signer.Sign(DomainTag.Header, "x"u8);

        Assert.False(suite.Verify(new ForeignKey(signer.PublicKey.Encoded), DomainTag.Header, "x"u8, signature));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_signer_keeps_its_own_copy_of_the_secret(bool native)
    {
        var secret = Secret.ToArray();
        var signer = Suites.Get(native).CreateSigner(secret);
        var before = signer.Sign(DomainTag.Header, "x"u8);

        secret.AsSpan().Clear();

        Assert.Equal(before, signer.Sign(DomainTag.Header, "x"u8));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Threads_share_signers_keys_and_suite(bool native)
    {
        var suite = Suites.Get(native);
        var signer = suite.CreateSigner(Secret);
        var key = suite.Parse(signer.PublicKey.Encoded);

        Parallel.For(0, 200, i =>
        {
            var message = BitConverter.GetBytes(i);
            var signature = signer.Sign(DomainTag.Checkpoint, message);
            Assert.True(suite.Verify(key, DomainTag.Checkpoint, message, signature));
            Assert.False(suite.Verify(key, DomainTag.Checkpoint, BitConverter.GetBytes(i + 1), signature));
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(100_000)]
    public void Verifying_allocates_nothing(int length)
    {
        var suite = Suites.Native;
        var message = new byte[length];
        var signer = suite.CreateSigner(Secret);
        var signature = signer.Sign(DomainTag.Transaction, message);
        var key = suite.Parse(signer.PublicKey.Encoded);
        var valid = suite.Verify(key, DomainTag.Transaction, message, signature);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) valid &= suite.Verify(key, DomainTag.Transaction, message, signature);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(valid);
        Assert.Equal(0, allocated);
    }

    private sealed class ForeignKey(ReadOnlySpan<byte> encoded) : PublicKey(encoded.ToArray(), Sha256.Instance);
}
