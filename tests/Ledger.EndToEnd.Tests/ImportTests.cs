using System.Globalization;
using Ledger.Client.Query;
using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests;

/// <summary>Imports that are broken off without warning.</summary>
[Collection(Healthy.Name)]
public sealed class ImportTests(HealthyConsortium healthy)
{
    private const int SampleEvents = 87;

    [Fact]
    public Task An_import_that_is_killed_and_run_again_records_every_row_once() => healthy.UseAsync(async consortium =>
    {
        string[] import =
        [
            "import", Programs.Sample("request-for-payment.sample.xes"),
            "--map", Programs.Sample("request-for-payment.map.json"),
            "--profile", consortium.Folder, "--batch", "1", "--in-flight", "2", "--json",
        ];
        var node = consortium.Nodes[0];
        var before = (await node.StatusAsync()).LogSize;
        foreach (var rows in new ulong[] { 15, 45 })
        {
            using var process = Programs.StartTool(consortium.Folder, import);
            await Eventually.HoldsAsync($"{rows} rows are recorded", TimeSpan.FromSeconds(60), async stop =>
            {
                var recorded = (await node.StatusAsync(stop)).LogSize - before;
                return (recorded >= rows, recorded.ToString(CultureInfo.InvariantCulture));
            });
            process.Kill();
            await process.WaitForExitAsync();
            Assert.NotEqual(0, process.ExitCode);
        }

        var last = (await Programs.RunToolAsync(consortium.Folder, import)).Ended(0).Json;
        var again = (await Programs.RunToolAsync(consortium.Folder, import)).Ended(0).Json;

        Assert.InRange(last.GetProperty("recorded_before").GetInt32(), 40, SampleEvents - 1);
        Assert.Equal(SampleEvents, last.GetProperty("recorded").GetInt32());
        Assert.Equal(SampleEvents, again.GetProperty("recorded_before").GetInt32());
        await consortium.HeadsBecomeEqualAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(before + SampleEvents, (await node.StatusAsync()).LogSize);
        using var client = consortium.ClientOf(node);
        var events = new List<string>();
        var everything = EvidenceQuery.ByTime() with { From = consortium.Genesis.Created };
        await foreach (var entry in client.QueryAsync(everything))
        {
            if (entry.Record.Attribute("source_event")?.AsText is { } source) events.Add(source);
        }

        Assert.Equal(SampleEvents, events.Count);
        Assert.Equal(SampleEvents, events.Distinct().Count());
    });
}
