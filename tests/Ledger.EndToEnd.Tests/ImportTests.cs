using Ledger.Client.Query;
using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests;

/// <summary>Imports that are broken off without warning.</summary>
[Collection(Healthy.Name)]
public sealed class ImportTests(HealthyConsortium healthy)
{
    private const int SampleEvents = 87;

    private const int FileTooLarge = 128 + 25;

    // Sizes of the journal at which an import is killed, in KiB.
    private static readonly int[] KilledAt = [12, 36];

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
        await consortium.HeadsBecomeEqualAsync();
        var before = (await node.StatusAsync()).LogSize;
        var recorded = 0UL;
        foreach (var kibibytes in KilledAt)
        {
            using var process = Programs.StartToolUntil(kibibytes, consortium.Folder, import);
            var (code, output, error) = await Programs.OutputAsync(process, "the import");
            Assert.True(code == FileTooLarge, $"ended with {code}\n{output}\n{error}");
            await consortium.HeadsBecomeEqualAsync();
            var now = (await node.StatusAsync()).LogSize - before;
            Assert.InRange(now, recorded + 1, SampleEvents - 1UL);
            recorded = now;
        }

        var last = (await Programs.RunToolAsync(consortium.Folder, import)).Ended(0).Json;
        var again = (await Programs.RunToolAsync(consortium.Folder, import)).Ended(0).Json;

        Assert.InRange(last.GetProperty("recorded_before").GetInt32(), 1, SampleEvents - 1);
        Assert.Equal(SampleEvents, last.GetProperty("recorded").GetInt32());
        Assert.Equal(SampleEvents, again.GetProperty("recorded_before").GetInt32());
        await consortium.HeadsBecomeEqualAsync();
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
