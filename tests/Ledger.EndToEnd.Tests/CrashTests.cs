using System.Diagnostics;
using System.Globalization;
using Ledger.Client.Submit;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.Testing.Consensus;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// kill -9 and SIGSTOP under load: what was acknowledged stays, once and in order, and work goes on while a quorum
/// runs.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private static readonly int Rounds = Settings.Rounds(5);

    private static readonly ulong Seed = Settings.Seed;

    [Fact]
    public Task A_backup_that_is_killed_stops_nothing_and_catches_up() => Consortium.RunAsync(async consortium =>
    {
        var load = Load.Start(consortium, "backup");
        await load.MakesProgressAsync(50);
        var backup = consortium.Nodes[(await consortium.PrimaryAsync() + 2) % Consortium.Size];

        backup.Kill();
        await load.MakesProgressAsync(200);
        backup.Start();
        Report("a restarted backup is ready", await backup.IsReadyAsync());
        await load.MakesProgressAsync(50);

        var acknowledged = await load.StopAsync();
        await ReportHeadsAsync(consortium, acknowledged.Count);
        await consortium.EndsWithExactlyAsync(load.Subject, acknowledged);
    });

    [Fact]
    public Task Nothing_acknowledged_is_lost_when_all_nodes_are_killed_at_once() => Consortium.RunAsync(async consortium =>
    {
        var load = Load.Start(consortium, "all", writers: 8);
        await load.MakesProgressAsync(200);

        foreach (var node in consortium.Nodes) node.Kill();
        var since = Stopwatch.GetTimestamp();
        await consortium.StartAsync();
        Report("all nodes are ready after a power cut", Stopwatch.GetElapsedTime(since));
        await load.MakesProgressAsync(100);
        Report("and have certified 100 more records", Stopwatch.GetElapsedTime(since));

        var acknowledged = await load.StopAsync();
        await ReportHeadsAsync(consortium, acknowledged.Count);
        await consortium.EndsWithExactlyAsync(load.Subject, acknowledged);
    });

    [Fact]
    public Task Random_crashes_and_freezes_of_one_node_at_a_time_lose_nothing() => Consortium.RunAsync(async consortium =>
    {
        var random = new SplitMix64(Seed);
        output.WriteLine($"seed {Seed}");
        var load = Load.Start(consortium, "rounds");
        for (var round = 0; round < Rounds; round++)
        {
            var node = consortium.Nodes[random.Below(Consortium.Size)];
            await load.MakesProgressAsync(20 + random.Below(80));
            node.Kill();
            var progress = await load.MakesProgressAsync(50);
            Report($"round {round}: node {node.Index} killed, 50 records later", progress);
            node.Start();
            Report($"round {round}: ready", await node.IsReadyAsync());
        }

        foreach (var index in new[] { await consortium.PrimaryAsync(), random.Below(Consortium.Size) })
        {
            var node = consortium.Nodes[index];
            await node.PauseAsync();
            Report($"node {index} frozen, 50 records later", await load.MakesProgressAsync(50));
            await Eventually.PassAsync(TimeSpan.FromSeconds(3));
            node.Resume();
            await load.MakesProgressAsync(50);
        }

        var acknowledged = await load.StopAsync();
        await ReportHeadsAsync(consortium, acknowledged.Count);
        await consortium.EndsWithExactlyAsync(load.Subject, acknowledged);
    });

    private async Task ReportHeadsAsync(Consortium consortium, int records) =>
        Report($"heads are equal after {records} records", await consortium.HeadsBecomeEqualAsync());

    private void Report(string what, TimeSpan time) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:0.00} s"));
}
