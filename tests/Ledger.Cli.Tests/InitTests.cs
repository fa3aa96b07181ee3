using System.Text.Json;
using Ledger.Client.Identity;
using Ledger.Client.Transport;
using Ledger.Core.Membership;

namespace Ledger.Cli.Tests;

public sealed class InitTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly CliFixture _cli = new();

    [Fact]
    public async Task A_consortium_has_a_genesis_a_folder_for_each_node_identities_and_a_profile()
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("init", "--validators", "4", "--out", "demo"));

        var genesis = Genesis("demo");
        Assert.Equal(4, genesis.Validators.Count);
        for (var i = 0; i < 4; i++)
        {
            var key = IdentityFile.Load(_cli.PathOf($"demo/nodes/{i}/validator.key"));
            Assert.Equal(genesis.Validators.Validators[i].Key, key.PublicKey);
            Assert.Equal($"127.0.0.1:{7400 + i}", genesis.Validators.Validators[i].Address);
        }

        var client = IdentityFile.Load(_cli.PathOf("demo/identities/client.key"));
        var member = genesis.FindKey(client.PublicKey.Id)!.Value.Member;
        Assert.All(["operator", "provider", "consumer", "platform"], role => Assert.True(member.HasRole(role)));
        var admin = IdentityFile.Load(_cli.PathOf("demo/identities/admin.key"));
        Assert.Equal(member.Id, genesis.FindKey(admin.PublicKey.Id)!.Value.Member.Id);
    }

    [Fact]
    public async Task Secrets_are_readable_by_their_owner_only()
    {
        await _cli.RunAsync("init", "--out", "demo");

        var keys = Directory.GetFiles(_cli.PathOf("demo"), "*.key", SearchOption.AllDirectories);
        Assert.Equal(12, keys.Length);
        foreach (var key in keys)
        {
            if (!OperatingSystem.IsWindows()) Assert.Equal(OwnerOnly, File.GetUnixFileMode(key));
        }
    }

    [Fact]
    public async Task The_nodes_configuration_is_complete_and_relative_to_its_folder()
    {
        await _cli.RunAsync("init", "--out", "demo", "--base-port", "9000");

        Assert.Equal(
            """
            {
              "role": "validator",
              "genesis": "../../genesis.json",
              "key": "validator.key",
              "data": "data",
              "peer_listen": "127.0.0.1:9002",
              "grpc_listen": "127.0.0.1:9102",
              "http_listen": "127.0.0.1:9202",
              "audiences": [
                "http://127.0.0.1:9102",
                "http://127.0.0.1:9202",
                "http://localhost:9102",
                "http://localhost:9202"
              ],
              "metrics": "open",
              "log_level": "Information"
            }

            """,
            await File.ReadAllTextAsync(_cli.PathOf("demo/nodes/2/node.json")));
    }

    [Fact]
    public async Task With_TLS_the_nodes_vouch_for_themselves_and_the_profile_says_so()
    {
        await _cli.RunAsync("init", "--out", "demo", "--host", "0.0.0.0", "--base-port", "9000", "--tls");

        using var node = JsonDocument.Parse(await File.ReadAllBytesAsync(_cli.PathOf("demo/nodes/0/node.json")));
        Assert.Equal("{}", node.RootElement.GetProperty("tls").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(
            ["https://0.0.0.0:9100", "https://0.0.0.0:9200", "https://127.0.0.1:9100", "https://127.0.0.1:9200",
                "https://localhost:9100", "https://localhost:9200"],
            node.RootElement.GetProperty("audiences").EnumerateArray().Select(a => a.GetString()));
        using var profile = JsonDocument.Parse(await File.ReadAllBytesAsync(_cli.PathOf("demo/ledger.profile.json")));
        Assert.Equal("genesis", profile.RootElement.GetProperty("trust").GetString());
        Assert.Equal("https://0.0.0.0:9100", profile.RootElement.GetProperty("endpoints")[0].GetString());
        // Whose node is where: a validator that answers in another's place is not taken for it.
        var validators = Genesis("demo").Validators.Validators;
        Assert.Equal(
            validators.Select((v, i) => ($"https://0.0.0.0:{9100 + i}", Convert.ToHexStringLower(v.Key.Encoded))),
            profile.RootElement.GetProperty("node_keys").EnumerateObject().Select(p => (p.Name, p.Value.GetString()!)));
    }

    [Theory]
    [InlineData("\"trust\": \"genesis\",", "", "node_keys need trust: 'genesis'")]
    [InlineData(":7500\",", ":7599\",", "node_keys do not say whose node is at https://127.0.0.1:7599")]
    [InlineData(":7500\": \"0", ":7500\": \"", "the key of https://127.0.0.1:7500 is not a public key")]
    [InlineData("\"node_keys\": {", "\"node_keys\": { \"https://HOST:1\": null,", "the key of https://HOST:1 is not")]
    [InlineData(":7501\": \"0", ":7501/\": \"0", "node_keys do not say whose node is at https://127.0.0.1:7501")]
    [InlineData(
        "\"node_keys\": {",
        "\"node_keys\": { \"https://127.0.0.1:7500/\": "
        + "\"0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\",",
        "node_keys have https://127.0.0.1:7500 twice")]
    public async Task A_profile_whose_keys_of_nodes_do_not_fit_is_refused_before_anybody_is_asked(
        string text, string replacement, string complaint)
    {
        await _cli.RunAsync("init", "--out", "demo", "--tls");
        var path = _cli.PathOf("demo/ledger.profile.json");
        var profile = await File.ReadAllTextAsync(path);
        Assert.Contains(text, profile, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, profile.Replace(text, replacement, StringComparison.Ordinal));

        Assert.Equal(ExitCodes.Input, await _cli.RunAsync("status", "--profile", path));
        Assert.Contains(complaint, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_are_written_into_genesis()
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("init", "--out", "demo", "--readers", "regulator, auditor"));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("init", "--out", "other", "--readers", "everybody"));

        Assert.Equal(["auditor", "regulator"], Genesis("demo").Parameters.Reading!.Roles);
        Assert.False(Directory.Exists(_cli.PathOf("other")));
    }

    [Fact]
    public async Task Members_without_a_validator_have_their_roles_and_identities()
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "init", "--out", "demo", "--member", "bank=consumer", "--member", "lab-2=provider,developer"));

        var genesis = Genesis("demo");
        Assert.Equal((4, 6), (genesis.Validators.Count, genesis.Members.Count));
        var lab = genesis.Members.Single(m => m.Id == "lab-2");
        Assert.Equal(["developer", "provider"], lab.Roles);
        var key = IdentityFile.Load(_cli.PathOf("demo/identities/lab-2.key"));
        Assert.Equal("lab-2", genesis.FindKey(key.PublicKey.Id)!.Value.Member.Id);
        Assert.True(File.Exists(_cli.PathOf("demo/identities/bank.admin.key")));
    }

    [Theory]
    [InlineData("bank")]
    [InlineData("=consumer")]
    [InlineData("bank=king")]
    [InlineData("Bank=consumer")]
    [InlineData("../bank=consumer")]
    [InlineData("insurer=consumer")]
    [InlineData("member-5=consumer")]
    [InlineData("client=consumer")]
    public async Task A_member_that_cannot_be_is_refused_before_anything_is_written(string member)
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("init", "--out", "demo", "--member", member));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync(
            "init", "--out", "demo", "--member", "twice=consumer", "--member", "twice=consumer"));

        Assert.False(Directory.Exists(_cli.PathOf("demo")));
    }

    [Fact]
    public async Task Keys_are_sealed_when_a_passphrase_is_given()
    {
        await File.WriteAllTextAsync(_cli.PathOf("pass"), "correct horse\n");

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "init", "--validators", "1", "--out", "demo", "--passphrase-file", "pass"));

        Assert.Throws<IdentityFileException>(() => IdentityFile.Load(_cli.PathOf("demo/identities/client.key")));
        Assert.NotNull(IdentityFile.Load(_cli.PathOf("demo/identities/client.key"), "correct horse"));
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_left_alone()
    {
        Directory.CreateDirectory(_cli.PathOf("demo"));
        await File.WriteAllTextAsync(_cli.PathOf("demo/mine"), "x");

        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("init", "--out", "demo"));

        Assert.Contains("not empty", _cli.Error, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_cli.PathOf("demo")));
    }

    [Theory]
    [InlineData("--validators", "0")]
    [InlineData("--validators", "65")]
    [InlineData("--validators", "four")]
    [InlineData("--suite", "rsa")]
    [InlineData("--host", "localhost")]
    [InlineData("--base-port", "80")]
    public async Task A_wrong_option_is_refused_and_nothing_is_written(string option, string value)
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("init", "--out", "demo", option, value));

        Assert.False(Directory.Exists(_cli.PathOf("demo")));
    }

    [Fact]
    public async Task The_result_is_one_json_object_when_asked_for()
    {
        await _cli.RunAsync("init", "--out", "demo", "--validators", "7", "--json");

        Assert.Equal(5, _cli.Json.GetProperty("quorum").GetInt32());
        Assert.Equal(Genesis("demo").Channel.ToString(), _cli.Json.GetProperty("channel").GetString());
    }

    [Theory]
    [InlineData("up")]
    [InlineData("down")]
    [InlineData("status")]
    public async Task A_folder_that_is_no_consortium_is_refused(string command)
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync(command, "."));

        Assert.Contains("ledger init", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_nodes_that_do_not_run_is_no_error()
    {
        await _cli.RunAsync("init", "--out", "demo");

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("down", "demo"));

        Assert.Contains("node 3  was not running", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_says_that_nodes_are_down()
    {
        _cli.NodeAt = endpoint => new GrpcNodeApi(endpoint);
        await _cli.RunAsync("init", "--out", "demo", "--validators", "1", "--base-port", "1024");

        Assert.Equal(ExitCodes.Unavailable, await _cli.RunAsync("status", "demo"));

        Assert.Contains("down", _cli.Out, StringComparison.Ordinal);
    }

    private Genesis Genesis(string folder)
    {
        Assert.True(
            GenesisJson.TryParse(File.ReadAllBytes(_cli.PathOf(folder + "/genesis.json")), out var genesis, out _));
        return genesis;
    }
}
