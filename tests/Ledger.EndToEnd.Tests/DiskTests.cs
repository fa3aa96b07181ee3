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

    // Where no small disk is to be had, its files may not grow instead: the error is another, all else the same.
    [Fact]
    public async Task A_node_whose_disk_is_full_stops_and_comes_back_when_there_is_space()
    {
        await using var consortium = await Consortium.CreateAsync();
        // The primary: the others must do without it as well as without a backup.
        var node = consortium.Nodes[0];
        await using var disk = await SmallDisk.TryUnderAsync(node);
        output.WriteLine(disk is null ? "no small disk is to be had here: RLIMIT_FSIZE" : "a small disk");
        await consortium.ExplainAsync(async () =>
        {
            await consortium.StartAsync();
            var load = Load.Start(consortium, "full", writers: 8);
            await load.MakesProgressAsync(50);
            var error = disk is null ? "File too large" : "No space left on device";
            var logged = 0;
            if (disk is null) FileSizeLimit.Set(node.ProcessId, LogsFit);
            await EndsAsync(node, logged, "[4112]", error);
            Report("50 records without it", await load.MakesProgressAsync(50));

            if (disk is not null)
            {
                // Nobody has made room: it says so again, and harms nothing.
                logged = node.WholeLog().Length;
                node.Start();
                await EndsAsync(node, logged, error, "What to do: ");
                await disk.MakeRoomAsync();
            }

            node.Start();
            Report("with space, it is ready again", await node.IsReadyAsync());
            await load.MakesProgressAsync(50);
            var acknowledged = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync();
            await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
            await consortium.StopAsync();
            if (disk is not null) await disk.KeepAsync();
            consortium.DatabasesAreSound();
        });
    }

    private async Task EndsAsync(TestNode node, int logged, params string[] said)
    {
        Assert.Equal(Storage, await node.EndsAsync());
        var log = node.WholeLog()[logged..];
        output.WriteLine(log);
        Assert.All(said, text => Assert.Contains(text, log, StringComparison.Ordinal));
    }

    [Fact]
    public Task A_node_that_lost_its_data_fetches_the_chain_anew() => Consortium.RunAsync(async consortium =>
    {
        var load = Load.Start(consortium, "wiped");
        await load.MakesProgressAsync(50);
        var node = consortium.Nodes[3];
        await LoseChainAsync(node);
        node.Kill();
        Directory.Delete(node.DataPath, recursive: true);

        // What it signed and has forgotten must be behind a stable checkpoint of the others: docs/guide/operator/running.md.
        var head = (await consortium.Nodes[0].StatusAsync()).CertifiedHeight;
        var window = consortium.Genesis.Parameters.Window;
        await Eventually.HoldsAsync($"{window} more blocks are certified", async stop =>
        {
            var height = (await consortium.Nodes[0].StatusAsync(stop)).CertifiedHeight;
            return (height > head + window, $"{height} of {head + window}");
        });
        node.Start();
        Report("the node has the chain again", await node.IsReadyAsync());

        await load.MakesProgressAsync(50);
        var acknowledged = await load.StopAsync();
        await consortium.HeadsBecomeEqualAsync();
        await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
        await consortium.StopAsync();
        consortium.DatabasesAreSound();
    });

    // The votes are kept: it votes again as soon as it has the chain that they rest upon.
    private async Task LoseChainAsync(TestNode node)
    {
        node.Kill();
        Directory.Delete(Path.Combine(node.DataPath, "chain"), recursive: true);
        node.Start();
        await Eventually.HoldsAsync("the node fetched the chain that it lost", _ =>
        {
            var log = node.WholeLog();
            return Task.FromResult((log.Contains("[4003]", StringComparison.Ordinal), log));
        });
        Report("the node has the chain below its votes again", await node.IsReadyAsync());
        Assert.Contains("[4009]", node.WholeLog(), StringComparison.Ordinal);
    }

    private void Report(string what, TimeSpan time) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:0.00} s"));
}
