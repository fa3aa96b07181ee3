using System.Text.Json.Nodes;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.Testing.Network;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// A node that cannot start says why in one line and ends with its exit code (docs/guide/operator/exit-codes.md); the
/// node that runs beside it is not harmed.
/// </summary>
[Collection(Healthy.Name)]
public sealed class StartupTests(HealthyConsortium healthy)
{
    private const int Configuration = 64;
    private const int Storage = 74;

    [Fact]
    public Task A_data_folder_is_used_by_one_process_at_a_time() => healthy.UseAsync(async consortium =>
    {
        // All else is its own, so that only the databases are in the way.
        await FailsAsync(consortium, "locked", Storage, "Another process", config =>
        {
            config["peer_listen"] = "127.0.0.1:1";
            config["grpc_listen"] = "127.0.0.1:2";
            config["http_listen"] = "127.0.0.1:3";
        });

        using var client = consortium.ClientOf(consortium.Nodes[0]);
        Assert.True((await client.AnchorAsync(Records.Payment("after-the-intruder"))).IsRecorded);
    });

    [Fact]
    public Task Data_of_another_channel_is_refused() => healthy.UseAsync(async consortium =>
    {
        // The same validators under another name are another channel.
        var genesis = JsonNode.Parse(await File.ReadAllTextAsync(consortium.GenesisPath))!;
        genesis["channel"] = "another";
        var path = Path.Combine(consortium.Folder, "another.json");
        await File.WriteAllTextAsync(path, genesis.ToJsonString());
        var copy = Path.Combine(consortium.Folder, "copy");
        // A node that runs on writes and removes files while they are copied.
        await consortium.Nodes[0].PauseAsync();
        CopyFolder(consortium.Nodes[0].DataPath, copy);
        consortium.Nodes[0].Resume();

        await FailsAsync(consortium, "channel", Storage, "channel", config =>
        {
            config["genesis"] = path;
            config["data"] = copy;
        });
    });

    [Fact]
    public Task A_genesis_without_this_validator_is_refused() => healthy.UseAsync(async consortium =>
    {
        await FailsAsync(
            consortium, "stranger", Configuration, "not one of a validator",
            config =>
            {
                // Validators of later epochs stand in the chain, so the data folder is opened first.
                config["data"] = Path.Combine(consortium.Folder, "stranger-data");
                config["key"] = Path.Combine(consortium.Folder, "identities", "client.key");
            });
    });

    [Theory]
    [InlineData("key", "none.key", "none.key")]
    [InlineData("genesis", "none.json", "none.json")]
    [InlineData("genesis", "node.json", "genesis")]
    [InlineData("key_passphrase_file", "none.txt", "none.txt")]
    [InlineData("role", "spectator", "spectator")]
    [InlineData("peer_listen", "everywhere", "peer_listen")]
    [InlineData("log_level", "Chatty", "Chatty")]
    [InlineData("gprc_listen", "127.0.0.1:1", "gprc_listen")]
    public Task A_wrong_configuration_is_refused_with_what_is_wrong(string name, string value, string said) =>
        healthy.UseAsync(consortium =>
            FailsAsync(consortium, "wrong", Configuration, said, config => config[name] = value));

    [Theory]
    [InlineData("grpc_listen")]
    [InlineData("http_listen")]
    [InlineData("peer_listen")]
    public Task A_port_that_is_in_use_is_named(string name) => healthy.UseAsync(async consortium =>
    {
        var running = JsonNode.Parse(await File.ReadAllTextAsync(consortium.Nodes[0].ConfigPath))!;
        var taken = running[name]!.GetValue<string>();
        await FailsAsync(consortium, "port", Configuration, taken, config =>
        {
            foreach (var listen in new[] { "peer_listen", "grpc_listen", "http_listen" })
                config[listen] = listen == name ? taken : "127.0.0.1:" + FreePorts.Take();
            config["data"] = "fresh-" + name;
        });
    });

    // Starts a second process of node 0 with a changed configuration, which must end by itself.
    private static async Task FailsAsync(
        Consortium consortium, string name, int exitCode, string said, Action<JsonObject> change)
    {
        var node = consortium.Nodes[0];
        var config = JsonNode.Parse(await File.ReadAllTextAsync(node.ConfigPath))!.AsObject();
        change(config);
        var path = Path.Combine(node.Folder, $"{name}.json");
        await File.WriteAllTextAsync(path, config.ToJsonString());
        var log = Path.Combine(node.Folder, $"{name}.log");
        File.Delete(log);
        using var process = Programs.StartNode(path, log);
        var code = await Programs.EndAsync(process, $"the node with {name}.json");

        var text = await File.ReadAllTextAsync(log);
        Assert.True(code == exitCode, $"ended with {code}, not {exitCode}:\n{text}");
        Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.True(node.IsRunning);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            // The lock is the running node's; whoever copies a database leaves it behind.
            if (Path.GetFileName(file) != "LOCK") File.Copy(file, target);
        }
    }
}
