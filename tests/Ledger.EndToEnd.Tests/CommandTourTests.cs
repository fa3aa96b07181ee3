using System.Text.Json;
using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests;

/// <summary>The whole product once, by the <c>ledger</c> command alone, as a user has it in hand.</summary>
public sealed class CommandTourTests
{
    private const int SampleEvents = 87;

    [Fact]
    public async Task P17_everything_from_init_to_down_works_from_the_command_line()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-e2e-").FullName;
        using var ports = PortBlock.Take(nodes: 4);
        await using var reaper = new Reaper(folder);
        var demo = Path.Combine(folder, "demo");

        async Task<JsonElement> RunAsync(params string[] arguments) =>
            (await Programs.RunToolAsync(folder, [.. arguments, "--json", "--profile", demo])).Ended(0).Json;

        var init = await Programs.RunToolAsync(folder, "init", "--out", "demo", "--base-port", $"{ports.Base}", "--json");
        var made = init.Ended(0).Json;
        Assert.Equal(3, made.GetProperty("quorum").GetInt32());

        var up = await RunAsync("up", "demo");
        var started = up.GetProperty("nodes").EnumerateArray().ToArray();
        Assert.Equal(4, started.Length);
        var again = (await RunAsync("up", "demo")).GetProperty("nodes").EnumerateArray().ToArray();
        Assert.All(again, node => Assert.True(node.GetProperty("ran_already").GetBoolean()));
        Assert.Equal(Pids(started), Pids(again));
        // One node's own folder means that node.
        var one = Assert.Single((await RunAsync("up", "demo/nodes/3")).GetProperty("nodes").EnumerateArray());
        Assert.Equal(("3", "ready"), (one.GetProperty("name").GetString(), one.GetProperty("state").GetString()));
        Assert.Equal(Pids(started)[3], one.GetProperty("pid").GetInt32());
        var status = await RunAsync("status", "demo");
        var nodes = status.GetProperty("nodes").EnumerateArray();
        Assert.All(nodes, node => Assert.True(node.GetProperty("ready").GetBoolean()));

        await AnchorsAndVerifiesAsync(folder, RunAsync);
        await DisclosesAsync(folder, RunAsync);

        var import = await RunAsync(
            "import", Programs.Sample("request-for-payment.sample.xes"),
            "--map", Programs.Sample("request-for-payment.map.json"));
        Assert.Equal(SampleEvents, import.GetProperty("recorded").GetInt32());
        Assert.True(import.GetProperty("complete").GetBoolean());

        var down = await RunAsync("down", "demo");
        var ends = down.GetProperty("nodes").EnumerateArray();
        Assert.All(ends, node => Assert.Equal("stopped", node.GetProperty("end").GetString()));
        (await Programs.RunToolAsync(folder, "status", "demo")).Ended(3);
        for (var i = 0; i < 4; i++)
        {
            var report = await RunAsync("db", "verify", $"demo/nodes/{i}");
            Assert.True(report.GetProperty("sound").GetBoolean());
            Assert.Equal(SampleEvents + 2, report.GetProperty("records").GetInt32());
        }
    }

    private static int[] Pids(JsonElement[] nodes) => [.. nodes.Select(n => n.GetProperty("pid").GetInt32())];

    private static async Task AnchorsAndVerifiesAsync(string folder, Func<string[], Task<JsonElement>> run)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "plan.txt"), "the plan");
        var anchored = await run(
        [
            "anchor", "plan.txt", "--type", "authorisation.scene-review", "--subject", "scene/7",
            "--attr", "scene=claims",
        ]);
        var id = anchored.GetProperty("id").GetString()!;
        var receipt = await run(["receipt", "get", id, "-o", "receipt.json"]);
        Assert.Equal(id, receipt.GetProperty("id").GetString());

        var verified = await run(["verify", "--receipt", "receipt.json", "--file", "plan.txt"]);
        Assert.True(verified.GetProperty("valid").GetBoolean());
        Assert.Equal(id, verified.GetProperty("id").GetString());
        await File.WriteAllTextAsync(Path.Combine(folder, "plan.txt"), "another plan");
        var forged = await Programs.RunToolAsync(
            folder, "verify", "--receipt", "receipt.json", "--genesis", "demo/genesis.json", "--file", "plan.txt",
            "--json");
        Assert.False(forged.Ended(15).Json.GetProperty("valid").GetBoolean());

        var found = await run(["query", "--subject", "scene/7"]);
        Assert.Equal(id, Assert.Single(found.GetProperty("evidence").EnumerateArray()).GetProperty("id").GetString());
        var traced = await run(["trace", "scene/7"]);
        var entry = Assert.Single(traced.GetProperty("entries").EnumerateArray());
        Assert.Equal(1, entry.GetProperty("subject_sequence").GetInt32());
    }

    private static async Task DisclosesAsync(string folder, Func<string[], Task<JsonElement>> run)
    {
        File.Copy(Programs.Sample("obd-trip.sample.csv"), Path.Combine(folder, "trip.csv"));
        var fingerprint = await run(["fingerprint", "trip.csv", "--rule", "csv", "--anchor", "--subject", "vehicle/1"]);
        await run(["receipt", "get", fingerprint.GetProperty("id").GetString()!, "-o", "trip.receipt.json"]);
        var shown = await run(["disclose", "trip.csv", "--first", "100", "--count", "30", "-o", "shown.json"]);
        Assert.Equal(30, shown.GetProperty("count").GetInt32());
        var verified = await run(["verify", "--receipt", "trip.receipt.json", "--disclosure", "shown.json"]);
        Assert.True(verified.GetProperty("valid").GetBoolean());
    }
}
