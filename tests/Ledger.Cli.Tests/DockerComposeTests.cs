using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ledger.Cli.Tests;

/// <summary>
/// There is no container engine where the tests run. What can be checked without one: docker-compose.yml is well-formed
/// YAML, and its paths, ports and commands are those of what <c>ledger init</c> writes.
/// </summary>
public sealed partial class DockerComposeTests
{
    private const int Validators = 4;

    private readonly CliFixture _cli = new();

    [Fact]
    public async Task Services_run_the_nodes_that_init_makes_in_their_folders_and_at_their_ports()
    {
        var services = (await ReadAsync()).GetProperty("services");
        await InitAsync(services);

        for (var i = 0; i < Validators; i++)
        {
            var service = services.GetProperty($"node{i}");
            var folder = Here(service.GetProperty("working_dir").GetString()!);
            string[] entry = [.. service.GetProperty("entrypoint").EnumerateArray().Select(e => e.GetString()!)];
            Assert.Equal(["dotnet", "/app/Ledger.Node.dll", "--config", "node.json"], entry);
            using var config = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, entry[^1])));
            foreach (var name in new[] { "key", "genesis" })
            {
                Assert.True(File.Exists(
                    Path.GetFullPath(config.RootElement.GetProperty(name).GetString()!, folder)), $"node {i}: {name}");
            }

            string?[] listens =
            [
                config.RootElement.GetProperty("grpc_listen").GetString(),
                config.RootElement.GetProperty("http_listen").GetString(),
            ];
            var ports = service.GetProperty("ports").EnumerateArray();
            var published = ports.Select(p => p.GetString()!.Split(':')).ToArray();
            Assert.All(published, port => Assert.Equal("127.0.0.1", port[0]));
            // Inside the container the node listens at the published port, on all addresses.
            Assert.Equal(listens, published.Select(port => $"0.0.0.0:{port[2]}"));
            Assert.Contains("/consortium", service.GetProperty("volumes")[0].GetString(), StringComparison.Ordinal);
            Assert.Equal(
                "service_completed_successfully",
                service.GetProperty("depends_on").GetProperty("init").GetProperty("condition").GetString());
        }

        Assert.Equal(Validators, services.EnumerateObject().Count(s => NodeName().IsMatch(s.Name)));
    }

    [Fact]
    public async Task After_the_init_step_every_address_in_genesis_and_profile_is_a_service()
    {
        var services = (await ReadAsync()).GetProperty("services");
        await InitAsync(services);
        var script = services.GetProperty("init").GetProperty("command")[0].GetString()!;
        foreach (var line in script.Split('\n').Where(line => line.StartsWith("sed ", StringComparison.Ordinal)))
            await BashAsync(Here(line));

        using var genesis = JsonDocument.Parse(await File.ReadAllBytesAsync(_cli.PathOf("consortium/genesis.json")));
        var addresses = Address().Matches(genesis.RootElement.GetRawText()).Select(m => m.Groups[1].Value).ToArray();
        Assert.Equal(
            Enumerable.Range(0, Validators).Select(i => $"node{i}:{7400 + i}"), addresses.Order(StringComparer.Ordinal));
        using var profile = JsonDocument.Parse(
            await File.ReadAllBytesAsync(_cli.PathOf("consortium/ledger.profile.json")));
        Assert.Equal(
            Enumerable.Range(0, Validators).Select(i => $"http://node{i}:{7500 + i}"),
            profile.RootElement.GetProperty("endpoints").EnumerateArray().Select(e => e.GetString()));
        foreach (var node in Directory.GetFiles(_cli.PathOf("consortium/nodes"), "node.json", SearchOption.AllDirectories))
            Assert.DoesNotContain("http://0.0.0.0", await File.ReadAllTextAsync(node), StringComparison.Ordinal);
        Assert.All(addresses, a => Assert.True(services.TryGetProperty(a.Split(':')[0], out _)));
    }

    // The very command of the init service, with the consortium in a folder of this test.
    private async Task InitAsync(JsonElement services)
    {
        var script = services.GetProperty("init").GetProperty("command")[0].GetString()!;
        var arguments = InitLine().Match(script).Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            ["init", .. arguments.Select(a => a.Replace("/consortium", "consortium", StringComparison.Ordinal))]));
    }

    private string Here(string text) =>
        text.Replace("/consortium", _cli.PathOf("consortium"), StringComparison.Ordinal);

    private static async Task<JsonElement> ReadAsync()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Docs", "docker-compose.yml");
        const string Convert = "import json,sys,yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)";
        var json = await BashAsync($"/usr/bin/python3 -c '{Convert}' '{file}'");
        return JsonDocument.Parse(json).RootElement;
    }

    private static async Task<string> BashAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["-ec", script]) { RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.Equal(0, bash.ExitCode);
        return output;
    }

    [GeneratedRegex("^node[0-9]+$")]
    private static partial Regex NodeName();

    [GeneratedRegex(@"ledger\.dll init ([^\n]+)")]
    private static partial Regex InitLine();

    [GeneratedRegex("\"address\":\\s*\"([^\"]+)\"")]
    private static partial Regex Address();
}
