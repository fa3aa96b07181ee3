using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Ledger.Core.Crypto;

namespace Ledger.Core.Tests.Crypto;

public sealed class KeyFileCodecTests
{
    private const string Passphrase = "correct horse 电池";

    private static readonly byte[] Secret = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] Salt = [.. Enumerable.Repeat((byte)7, KeyFileCodec.SaltSize)];
    private static readonly byte[] Nonce = [.. Enumerable.Repeat((byte)9, KeyFileCodec.NonceSize)];
    private static readonly CryptoSuite Suite = Secp256k1Suite.Default;
    private static readonly byte[] Plain = KeyFileCodec.Encode(Suite, Secret);

    // The lowest cost that is accepted: these tests open the file many times.
    private static readonly byte[] Protected = KeyFileCodec.EncodeProtected(
        Suite, Secret, Passphrase, Salt, Nonce, KeyFileProtection.MinIterations);

    [Fact]
    public void A_plain_file_reads_back()
    {
        Assert.Equal(Suite.CreateSigner(Secret).PublicKey, Read(Plain, null).PublicKey);
        Assert.Equal(Suite.CreateSigner(Secret).PublicKey, Read(Plain, "needless").PublicKey);
    }

    [Fact]
    public void A_protected_file_reads_back_and_does_not_show_the_secret()
    {
        var signer = Read(Protected, Passphrase);

        Assert.Equal(Suite.CreateSigner(Secret).Sign(DomainTag.Header, "x"u8), signer.Sign(DomainTag.Header, "x"u8));
        var text = System.Text.Encoding.UTF8.GetString(Protected);
        Assert.DoesNotContain(Convert.ToHexStringLower(Secret), text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"secret\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_protected_file_costs_600_000_iterations()
    {
        var file = KeyFileCodec.EncodeProtected(Suite, Secret, Passphrase, Salt, Nonce);

        Assert.Equal(600_000, JsonNode.Parse(file)!["protection"]!["iterations"]!.GetValue<int>());
        Assert.Equal(Suite.CreateSigner(Secret).PublicKey, Read(file, Passphrase).PublicKey);
    }

    [Fact]
    public void A_plain_file_is_as_the_specification_shows_it() => Assert.Equal(
        """
        {
          "format": "ledger-key/1",
          "suite": "secp256k1-sha256",
          "public_key": "0284bf7562262bbd6940085748f3be6afa52ae317155181ece31b66351ccffa4b0",
          "key_id": "10958367f851986fdc3923779ffe856d83f9b1c12552f0684ce6cf9ce3f74fc1",
          "secret": "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
        }

        """.ReplaceLineEndings("\n"),
        System.Text.Encoding.UTF8.GetString(Plain));

    [Fact]
    public void A_passphrase_that_is_missing_or_wrong_has_its_own_reason()
    {
        Assert.Equal(KeyFileError.PassphraseRequired, Refusal(Protected, null));
        Assert.Equal(KeyFileError.PassphraseRequired, Refusal(Protected, ""));
        Assert.Equal(KeyFileError.WrongPassphrase, Refusal(Protected, "correct horse"));
    }

    [Theory]
    [InlineData("sealed", KeyFileError.Tampered)]
    [InlineData("nonce", KeyFileError.Tampered)]
    [InlineData("salt", KeyFileError.WrongPassphrase)]
    [InlineData("check", KeyFileError.WrongPassphrase)]
    public void An_altered_protection_is_refused(string field, KeyFileError expected) =>
        Assert.Equal(expected, Refusal(Edit(Protected, o => FlipDigit(o["protection"]!, field)), Passphrase));

    [Fact]
    public void A_public_key_exchanged_in_a_protected_file_is_tampering()
    {
        var other = Suite.CreateSigner([.. Secret.Reverse()]).PublicKey;

        var edited = Edit(Protected, o =>
        {
            o["public_key"] = other.ToString();
            o["key_id"] = other.Id.ToString();
        });

        Assert.Equal(KeyFileError.Tampered, Refusal(edited, Passphrase));
    }

    [Fact]
    public void A_public_key_or_id_that_does_not_belong_to_the_secret_is_refused()
    {
        var other = Suite.CreateSigner([.. Secret.Reverse()]).PublicKey.ToString();

        Assert.Equal(KeyFileError.KeyMismatch, Refusal(Edit(Plain, o => o["public_key"] = other)));
        Assert.Equal(KeyFileError.KeyMismatch, Refusal(Edit(Plain, o => FlipDigit(o, "key_id"))));
        Assert.Equal(KeyFileError.KeyMismatch, Refusal(Edit(Protected, o => FlipDigit(o, "key_id")), Passphrase));
        Assert.Equal(KeyFileError.KeyMismatch, Refusal(Edit(Plain, o => FlipDigit(o, "secret"))));
    }

    [Fact]
    public void A_secret_outside_of_the_range_is_refused()
    {
        Assert.Equal(KeyFileError.BadSecret, Refusal(Edit(Plain, o => o["secret"] = new string('0', 64))));
        Assert.Equal(KeyFileError.BadSecret, Refusal(Edit(Plain, o => o["secret"] = new string('f', 64))));
    }

    [Fact]
    public void Unknown_formats_suites_and_protections_are_refused_each_with_its_reason()
    {
        Assert.Equal(KeyFileError.UnknownFormat, Refusal(Edit(Plain, o => o["format"] = "ledger-key/2")));
        Assert.Equal(KeyFileError.UnknownFormat, Refusal(Edit(Plain, o => o["format"] = 1)));
        Assert.Equal(KeyFileError.UnknownFormat, Refusal("{}"u8.ToArray()));
        Assert.Equal(KeyFileError.UnknownSuite, Refusal(Edit(Plain, o => o["suite"] = "rsa")));
        foreach (var (field, value) in new (string, JsonNode)[]
        {
            ("kdf", "md5"), ("cipher", "rot13"), ("iterations", 99_999), ("iterations", 10_000_001), ("iterations", -1),
        })
        {
            var edited = Edit(Protected, o => o["protection"]![field] = value);
            Assert.Equal(KeyFileError.UnknownProtection, Refusal(edited, Passphrase));
        }
    }

    [Fact]
    public void A_field_that_is_absent_foreign_or_of_another_shape_is_refused()
    {
        foreach (var edit in new Action<JsonObject>[]
        {
            o => o.Remove("secret"), o => o.Remove("key_id"), o => o["more"] = 1, o => o["suite"] = 5,
            o => o["public_key"] = "02", o => o["secret"] = new string('g', 64), o => o["secret"] = null,
            o => o["protection"] = "none",
        })
        {
            Assert.Equal(KeyFileError.BadField, Refusal(Edit(Plain, edit)));
        }

        foreach (var edit in new Action<JsonObject>[]
        {
            o => o.Remove("salt"), o => o["more"] = 1, o => o["iterations"] = "600000", o => o["iterations"] = 1e30,
            o => o["iterations"] = 100_000.5, o => o["nonce"] = "00",
        })
        {
            var edited = Edit(Protected, o => edit(o["protection"]!.AsObject()));
            Assert.Equal(KeyFileError.BadField, Refusal(edited, Passphrase));
        }

        Assert.Equal(KeyFileError.BadField, Refusal(Edit(Protected, o => o["secret"] = "00"), Passphrase));
    }

    [Fact]
    public void What_is_not_one_plain_JSON_object_is_malformed()
    {
        foreach (var text in new[]
        {
            "", "ledger", "[]", "5", "null", "{", "{\"format\":\"ledger-key/1\",\"format\":\"ledger-key/1\"}",
            System.Text.Encoding.UTF8.GetString(Plain) + "{}", "{\"format\":\"ledger-key\\u002f1\"}",
            "{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}",
        })
        {
            Assert.Equal(KeyFileError.Malformed, Refusal(System.Text.Encoding.UTF8.GetBytes(text)));
        }

        Assert.Equal(KeyFileError.TooLarge, Refusal(new byte[KeyFileCodec.MaxSize + 1]));
    }

    [Fact]
    public void Altered_bytes_never_throw_and_never_yield_another_key()
    {
        var key = Suite.CreateSigner(Secret).PublicKey;
        var alterations = from place in Gen.Choose(0, Plain.Length - 1)
                          from value in Gen.Choose(0, 255)
                          from cut in Gen.Frequency((3, Gen.Constant(Plain.Length)), (1, Gen.Choose(0, Plain.Length)))
                          select (place, value, cut);

        Prop.ForAll(alterations.ToArbitrary(), a =>
        {
            var file = Plain.ToArray();
            file[a.place] = (byte)a.value;
            if (KeyFileCodec.TryDecode(file.AsMemory(0, a.cut), null, out var signer, out var error))
            {
                Assert.Equal(key, signer.PublicKey);
            }
            else
            {
                Assert.NotEqual(KeyFileError.None, error);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Arguments_of_the_wrong_size_are_the_callers_fault()
    {
        Assert.Throws<ArgumentException>(() => KeyFileCodec.Encode(Suite, new byte[32]));
        Assert.Throws<ArgumentException>(() => KeyFileCodec.EncodeProtected(Suite, Secret, "", Salt, Nonce));
        Assert.Throws<ArgumentException>(() => KeyFileCodec.EncodeProtected(Suite, Secret, "p", [], Nonce));
        Assert.Throws<ArgumentException>(() => KeyFileCodec.EncodeProtected(Suite, Secret, "p", Salt, []));
    }

    private static ISigner Read(byte[] file, string? passphrase)
    {
        var read = KeyFileCodec.TryDecode(file, passphrase, out var signer, out var error);
        Assert.Equal(KeyFileError.None, error);
        Assert.True(read);
        return signer!;
    }

    private static KeyFileError Refusal(byte[] file, string? passphrase = null)
    {
        Assert.False(KeyFileCodec.TryDecode(file, passphrase, out var signer, out var error));
        Assert.Null(signer);
        return error;
    }

    private static byte[] Edit(byte[] file, Action<JsonObject> edit)
    {
        var root = JsonNode.Parse(file)!.AsObject();
        edit(root);
        return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static void FlipDigit(JsonNode parent, string field)
    {
        var text = parent[field]!.GetValue<string>();
        parent[field] = text[..^1] + (text[^1] == '0' ? '1' : '0');
    }
}
