using System.Text.Json;
using Ledger.Core.Crypto;

namespace Ledger.Core.Tests.Crypto;

/// <summary>docs/spec/vectors/crypto.json, through the public interface, with both back ends.</summary>
public sealed class CryptoVectorTests
{
    private static readonly JsonElement Vectors = Load();

    public static TheoryData<bool> Both => Suites.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public void Keys_and_key_ids_derive_from_their_secrets(bool native)
    {
        foreach (var vector in Each("keys", 5))
        {
            var key = Suites.Get(native).CreateSigner(Bytes(vector, "secret_key")).PublicKey;

            Assert.Equal(Text(vector, "public_key"), key.ToString());
            Assert.Equal(Text(vector, "key_id"), key.Id.ToString());
            Assert.Equal(key, Suites.Get(native).Parse(key.Encoded));
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Signatures_are_reproduced_and_verify(bool native)
    {
        var suite = Suites.Get(native);
        foreach (var vector in Each("signatures", 15))
        {
            var tag = new DomainTag(Text(vector, "tag"));
            var message = Bytes(vector, "message");

            var signature = suite.CreateSigner(Bytes(vector, "secret_key")).Sign(tag, message);

            Assert.Equal(Text(vector, "digest"), suite.Hash.Hash(tag, message).ToString());
            Assert.Equal(Text(vector, "signature"), Convert.ToHexStringLower(signature));
            Assert.True(suite.Verify(suite.Parse(Bytes(vector, "public_key")), tag, message, signature));
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Wrong_signatures_are_refused(bool native)
    {
        var suite = Suites.Get(native);
        foreach (var vector in Each("refused_signatures", 24))
        {
            var key = suite.Parse(Bytes(vector, "public_key"));
            var tag = new DomainTag(Text(vector, "tag"));

            var verdict = suite.Verify(key, tag, Bytes(vector, "message"), Bytes(vector, "signature"));

            Assert.False(verdict, Text(vector, "comment"));
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Wrong_public_keys_are_refused(bool native)
    {
        foreach (var vector in Each("refused_public_keys", 15))
        {
            var parsed = Suites.Get(native).TryParsePublicKey(Bytes(vector, "public_key"), out var key);

            Assert.False(parsed, Text(vector, "comment"));
            Assert.Null(key);
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Wrong_secret_keys_are_refused(bool native)
    {
        foreach (var vector in Each("refused_secret_keys", 5))
        {
            Assert.Throws<ArgumentException>(() => Suites.Get(native).CreateSigner(Bytes(vector, "secret_key")));
        }
    }

    [Fact]
    public void Key_files_read_as_their_keys()
    {
        foreach (var vector in Each("key_files", 2))
        {
            Assert.True(KeyFileCodec.TryDecode(File(vector), Text(vector, "passphrase"), out var signer, out _));
            Assert.Equal(Suites.Native.CreateSigner(Bytes(vector, "secret_key")).PublicKey, signer.PublicKey);
        }
    }

    [Fact]
    public void Wrong_key_files_are_refused_with_their_reasons()
    {
        foreach (var vector in Each("refused_key_files", 13))
        {
            Assert.False(KeyFileCodec.TryDecode(File(vector), Text(vector, "passphrase"), out _, out var error));
            Assert.Equal(Text(vector, "reason"), error.ToString());
        }
    }

    private static JsonElement Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Vectors", "crypto.json");
        return JsonDocument.Parse(System.IO.File.ReadAllBytes(path)).RootElement;
    }

    // The count is asserted so that an emptied file cannot pass.
    private static JsonElement.ArrayEnumerator Each(string list, int count)
    {
        Assert.Equal(count, Vectors.GetProperty(list).GetArrayLength());
        return Vectors.GetProperty(list).EnumerateArray();
    }

    private static string Text(JsonElement vector, string name) => vector.GetProperty(name).GetString()!;

    private static byte[] File(JsonElement vector) =>
        System.Text.Encoding.UTF8.GetBytes(vector.GetProperty("file").GetRawText());

    private static byte[] Bytes(JsonElement vector, string name) => Suites.Hex(Text(vector, name));
}
