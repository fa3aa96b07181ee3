using System.Globalization;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.EndToEnd.Tests.Harness.Faults;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests;

/// <summary>A disk that takes no more, and one that forgot.</summary>
public sealed class DiskTests(ITestOutputHelper output)
{
    private const int Storage = 74;

    // The limit holds for the node's log too.
    private const ulong LogsFit = 32 << 10;

    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(60);

    [Fact]
    public Task A_node_whose_disk_is_full_stops_and_comes_back_when_there_is_space() =>
        Consortium.RunAsync(async consortium =>
        {
            var load = Load.Start(consortium, "full");
            await load.MakesProgressAsync(50, Progress);
            // The primary: the others must do without it as well as without a backup.
            var node = consortium.Nodes[(int)(await consortium.Nodes[0].StatusAsync()).Primary];

            FileSizeLimit.Set(node.ProcessId, LogsFit);
            var exit = await node.EndsAsync(EndWithin);

            Assert.Equal(Storage, exit);
            var log = node.WholeLog();
            Assert.Contains("[4112]", log, StringComparison.Ordinal);
            Assert.Contains("File too large", log, StringComparison.Ordinal);
            output.WriteLine(log[log.IndexOf("[4112]", StringComparison.Ordinal)..].Split('\n')[0]);
            Report("50 records without it", await load.MakesProgressAsync(50, Progress));

            node.Start();
            Report("with space, it is ready again", await node.IsReadyAsync(Consortium.StartWithin));
            await load.MakesProgressAsync(50, Progress);
            var acknowledged = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync(CatchUp);
            await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
            await consortium.StopAsync();
            consortium.DatabasesAreSound();
        });

    [Fact]
    public Task A_node_that_lost_its_data_fetches_the_chain_anew() => Consortium.RunAsync(async consortium =>
    {
        var load = Load.Start(consortium, "wiped");
        await load.MakesProgressAsync(50, Progress);
        var node = consortium.Nodes[3];
        node.Kill();
        Directory.Delete(node.DataPath, recursive: true);

        // What it signed and has forgotten must be behind a stable checkpoint of the others: docs/guide/operator/running.md.
        var head = (await consortium.Nodes[0].StatusAsync()).CertifiedHeight;
        var window = consortium.Genesis.Parameters.Window;
        await Eventually.HoldsAsync($"{window} more blocks are certified", CatchUp, async stop =>
        {
            var height = (await consortium.Nodes[0].StatusAsync(stop)).CertifiedHeight;
            return (height > head + window, $"{height} of {head + window}");
        });
        node.Start();
        Report("the node has the chain again", await node.IsReadyAsync(Consortium.StartWithin));

        await load.MakesProgressAsync(50, Progress);
        var acknowledged = await load.StopAsync();
        await consortium.HeadsBecomeEqualAsync(CatchUp);
        await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
        await consortium.StopAsync();
        consortium.DatabasesAreSound();
    });

    private void Report(string what, TimeSpan time) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:0.00} s"));
}
