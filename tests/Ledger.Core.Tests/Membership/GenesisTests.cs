using System.Text.Json.Nodes;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Membership;

public sealed class GenesisTests
{
    private static readonly Genesis Example = A.Genesis();

    [Fact]
    public void A_document_survives_the_round_trip_through_its_canonical_encoding()
    {
        Assert.True(Genesis.TryDecode(Example.Encoded.Span, out var genesis, out var error), error);

        Assert.Equal(Example.Encoded.ToArray(), genesis.Encoded.ToArray());
        Assert.Equal(Example.Channel, genesis.Channel);
        Assert.Equal(Example.Parameters, genesis.Parameters);
        Assert.Equal("org-c", genesis.FindKey(A.ClientSigner("org-c").PublicKey.Id)?.Member.Id);
        Assert.Null(genesis.FindKey(A.ClientSigner("org-z").PublicKey.Id));
    }

    [Fact]
    public void A_document_survives_the_round_trip_through_json()
    {
        var json = GenesisJson.Write(Example);

        Assert.True(GenesisJson.TryParse(json, out var genesis, out var error), error);
        Assert.Equal(Example.Channel, genesis.Channel);
        Assert.Equal(json, GenesisJson.Write(genesis));
    }

    [Fact]
    public void Who_reads_everything_is_part_of_the_document()
    {
        var reading = new ReadingParameters { Roles = ["auditor", "regulator"] };
        var restricted = A.Genesis(parameters: new ChannelParameters { Reading = reading });

        Assert.NotEqual(Example.Channel, restricted.Channel);
        Assert.True(Genesis.TryDecode(restricted.Encoded.Span, out var decoded, out _));
        Assert.True(GenesisJson.TryParse(GenesisJson.Write(restricted), out var parsed, out var error), error);
        Assert.Equal(reading, decoded.Parameters.Reading);
        Assert.Equal(restricted.Channel, parsed.Channel);
        Assert.True(reading.Allows(A.Member("x", "auditor", "provider")));
        Assert.False(reading.Allows(A.Member("x", "provider")));
        Assert.Null(Example.Parameters.Reading);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[\"regulator\",\"auditor\"]")]
    [InlineData("[\"auditor\",\"auditor\"]")]
    [InlineData("[\"\"]")]
    [InlineData("\"auditor\"")]
    [InlineData("null")]
    public void Readers_that_are_none_or_in_disorder_are_refused(string roles)
    {
        var json = JsonNode.Parse(GenesisJson.Write(Example))!;
        json["parameters"]!["reading"] = new JsonObject { ["roles"] = JsonNode.Parse(roles) };

        Assert.False(GenesisJson.TryParse(
            System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out var error));
        Assert.Contains("reading", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_layout_of_the_json_does_not_change_the_channel()
    {
        var compact = System.Text.Encoding.UTF8.GetBytes(JsonNode.Parse(GenesisJson.Write(Example))!.ToJsonString());

        Assert.True(GenesisJson.TryParse(compact, out var genesis, out _));
        Assert.Equal(Example.Channel, genesis.Channel);
    }

    [Fact]
    public void Every_truncated_or_changed_encoding_is_refused_or_another_channel()
    {
        var bytes = Example.Encoded.ToArray();
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.False(Genesis.TryDecode(bytes.AsSpan(0, i), out _, out var error) && error is null);
            bytes[i] ^= 0x01;
            if (Genesis.TryDecode(bytes, out var changed, out _))
            {
                Assert.Equal(bytes, changed.Encoded.ToArray());
                Assert.NotEqual(Example.Channel, changed.Channel);
            }

            bytes[i] ^= 0x01;
        }

        Assert.False(Genesis.TryDecode([.. bytes, 0], out _, out _));
    }

    [Fact]
    public void A_fault_of_the_json_is_named_with_its_path()
    {
        AssertRefused("$.suite: this version knows secp256k1-sha256, not 'rot13'", json => json["suite"] = "rot13");
        AssertRefused("$.format: must be \"ledger-genesis/1\"", json => json["format"] = "ledger-genesis/9");
        AssertRefused("$.created: must be a time", json => json["created"] = "2026-01-01");
        AssertRefused("$.created: must be a time", json => json["created"] = "1969-12-31T23:59:59.999Z");
        AssertRefused("$.parameters.window: is missing", json => json["parameters"]!.AsObject().Remove("window"));
        AssertRefused("$.parameters.window: must be an integer", json => json["parameters"]!["window"] = 4.5);
        AssertRefused("$.parameters.windows: is not a property", json => json["parameters"]!["windows"] = 4);
        AssertRefused("$.validators[1].key: must be 66", json => json["validators"]![1]!["key"] = "02");
        AssertRefused("$.validators[1].key: is not a public key of secp256k1-sha256",
            json => json["validators"]![1]!["key"] = "05" + new string('0', 64));
        AssertRefused("$.validators[3].key: another validator has the same key",
            json => json["validators"]![3]!["key"] = (string)json["validators"]![0]!["key"]!);
        AssertRefused("$.validators: there must be at least one", json => json["validators"] = new JsonArray());
        AssertRefused("$.validators[0].address: must be text", json => json["validators"]![0]!["address"] = "");
        AssertRefused("$.members[2].keys[0].label: is missing",
            json => json["members"]![2]!["keys"]![0]!.AsObject().Remove("label"));
        AssertRefused("$.members[0].roles[1]: must be text", json => json["members"]![0]!["roles"]![1] = "a\nb");
        AssertRefused("$.colour: is not a property", json => json["colour"] = "red");
    }

    [Fact]
    public void What_contradicts_itself_is_refused()
    {
        AssertRefused("genesis: window must be 4 to 1024", json => json["parameters"]!["window"] = 3);
        AssertRefused("genesis: members must be in ascending order",
            json => json["members"]![1]!["id"] = "a");
        AssertRefused("genesis: validator's member 'org-z' is not a member",
            json => json["validators"]![0]!["member"] = "org-z");
        AssertRefused("genesis: key", json =>
            json["members"]![1]!["keys"]![0]!["key"] = (string)json["members"]![0]!["keys"]![0]!["key"]!);
        AssertRefused("genesis: a validator's key must not also be a client's", json =>
            json["members"]![1]!["keys"]![0]!["key"] = (string)json["validators"]![0]!["key"]!);
        AssertRefused("genesis: there must be 1 to 4096 members", json => json["members"] = new JsonArray());
        AssertRefused("genesis: member 'org-a'", json =>
            json["members"]![0]!["roles"] = new JsonArray("provider", "operator"));
    }

    private static Genesis Observed(params Observer[] observers) => new(
        Example.Consortium, Example.ChannelName, Example.Suite, Example.Created, Example.Parameters,
        Example.Validators, Example.Members, observers);

    [Fact]
    public void Observers_are_part_of_the_channel_and_survive_both_round_trips()
    {
        var genesis = Observed(
            new Observer("org-d", A.Signer("audit-1").PublicKey, "audit.example:7000"),
            new Observer("org-d", A.Signer("audit-2").PublicKey, ""));

        Assert.NotEqual(Example.Channel, genesis.Channel);
        Assert.True(Genesis.TryDecode(genesis.Encoded.Span, out var decoded, out var error), error);
        Assert.Equal(genesis.Observers, decoded.Observers);
        Assert.True(GenesisJson.TryParse(GenesisJson.Write(genesis), out var parsed, out error), error);
        Assert.Equal(genesis.Channel, parsed.Channel);
    }

    [Fact]
    public void A_document_without_observers_is_what_it_was_before_there_were_any()
    {
        Assert.Equal(Example.Channel, Observed().Channel);
        Assert.DoesNotContain(
            "observers", System.Text.Encoding.UTF8.GetString(GenesisJson.Write(Example)), StringComparison.Ordinal);
        AssertRefused("$.observers: is left out when there are none", json => json["observers"] = new JsonArray());
    }

    [Fact]
    public void An_observer_must_be_a_members_with_a_key_of_its_own()
    {
        var key = A.Signer("audit").PublicKey;
        var validator = Example.Validators[new Core.Blocks.ValidatorIndex(0)].Key;
        void Refused(string expected, params Observer[] observers) => Assert.StartsWith(
            expected, Assert.Throws<ArgumentException>(() => Observed(observers)).Message, StringComparison.Ordinal);

        Refused("genesis: observer's member 'org-z' is not a member", new Observer("org-z", key, ""));
        Refused("genesis: an observer's key must not", new Observer("org-a", validator, ""));
        Refused("genesis: an observer's key must not", new Observer("org-a", A.ClientSigner("org-b").PublicKey, ""));
        Refused("genesis: an observer's key must not", new Observer("org-a", key, ""), new Observer("org-b", key, ""));
        Refused("genesis: there may be at most 64 observers", [.. Enumerable.Range(0, 65)
            .Select(i => new Observer("org-a", A.Signer($"audit-{i}").PublicKey, ""))]);
    }

    [Fact]
    public void An_unknown_suite_in_the_encoding_is_refused()
    {
        var bytes = Example.Encoded.ToArray();
        bytes.AsSpan(bytes.AsSpan().IndexOf("secp256k1-sha256"u8), 4).Fill((byte)'x');

        Assert.False(Genesis.TryDecode(bytes, out _, out var error));
        Assert.Equal("genesis: this version knows no suite 'xxxx256k1-sha256'", error);
    }

    [Fact]
    public void Hostile_json_never_throws()
    {
        var json = GenesisJson.Write(Example);
        var random = new Prng(11);
        for (var round = 0; round < 2000; round++)
        {
            var hostile = (byte[])json.Clone();
            for (var n = random.Below(3); n >= 0; n--) hostile[random.Below(hostile.Length)] = (byte)random.Below(256);

            Assert.Equal(GenesisJson.TryParse(hostile, out var genesis, out var error), genesis is not null);
            Assert.Equal(genesis is null, error is not null);
        }
    }

    private static void AssertRefused(string expected, Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(GenesisJson.Write(Example))!.AsObject();
        edit(json);

        var edited = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());

        Assert.False(GenesisJson.TryParse(edited, out var genesis, out var error));
        Assert.Null(genesis);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }
}
