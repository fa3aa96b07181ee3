using System.Diagnostics;
using System.Globalization;
using Ledger.Client.Submit;
using Ledger.Core.Blocks;
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

    private const int PrimaryKills = 3;

    // With three of four nodes at work, an ordinary call takes some ten milliseconds.
    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(30);

    [Fact]
    public Task A_backup_that_is_killed_stops_nothing_and_catches_up() => Consortium.RunAsync(async consortium =>
    {
        var load = Load.Start(consortium, "backup");
        await load.MakesProgressAsync(50, Progress);
        var backup = consortium.Nodes[(await PrimaryAsync(consortium) + 2) % Consortium.Size];

        backup.Kill();
        await load.MakesProgressAsync(200, Progress);
        backup.Start();
        Report("a restarted backup is ready", await backup.IsReadyAsync(Consortium.StartWithin));
        await load.MakesProgressAsync(50, Progress);

        var acknowledged = await load.StopAsync();
        await ReportHeadsAsync(consortium, acknowledged.Count);
        await CheckAsync(consortium, load.Subject, acknowledged);
    });

    // The bar is two seconds with the default timers, one of which is the request timeout. The moment of the next block is
    // its own time, which its proposer's clock gave it: all processes have one machine's clock, so no client's delay is in.
    // Two cores run four nodes and their clients beside whatever else there is, so one of three elections may take longer.
    [Fact]
    public Task The_next_block_comes_within_two_seconds_after_the_primary_was_killed() =>
        Consortium.RunAsync(async consortium =>
        {
            var load = Load.Start(consortium, "primary");
            var times = new List<TimeSpan>();
            for (var round = 0; round < PrimaryKills; round++)
            {
                await load.MakesProgressAsync(50, Progress);
                var primary = consortium.Nodes[await PrimaryAsync(consortium)];
                primary.Kill();
                var killed = DateTimeOffset.UtcNow;

                await load.MakesProgressAsync(20, Progress);
                var next = await NextBlockAsync(consortium, primary.Index, killed);
                Report($"next block after the primary, node {primary.Index}, was killed", next);
                times.Add(next);
                primary.Start();
                Report("the old primary is ready", await primary.IsReadyAsync(Consortium.StartWithin));
            }

            Assert.True(times.Order().ElementAt(PrimaryKills / 2) < TimeSpan.FromSeconds(2), string.Join(", ", times));
            Assert.All(times, time => Assert.True(time < TimeSpan.FromSeconds(4), $"it took {time}"));
            var acknowledged = await load.StopAsync();
            await ReportHeadsAsync(consortium, acknowledged.Count);
            await CheckAsync(consortium, load.Subject, acknowledged);
        });

    [Fact]
    public Task Nothing_acknowledged_is_lost_when_all_nodes_are_killed_at_once() => Consortium.RunAsync(async consortium =>
    {
        var load = Load.Start(consortium, "all", writers: 8);
        await load.MakesProgressAsync(200, Progress);

        foreach (var node in consortium.Nodes) node.Kill();
        var since = Stopwatch.GetTimestamp();
        await consortium.StartAsync();
        Report("all nodes are ready after a power cut", Stopwatch.GetElapsedTime(since));
        await load.MakesProgressAsync(100, Progress);
        Report("and have certified 100 more records", Stopwatch.GetElapsedTime(since));

        var acknowledged = await load.StopAsync();
        await ReportHeadsAsync(consortium, acknowledged.Count);
        await CheckAsync(consortium, load.Subject, acknowledged);
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
            await load.MakesProgressAsync(20 + random.Below(80), Progress);
            node.Kill();
            var progress = await load.MakesProgressAsync(50, Progress);
            Report($"round {round}: node {node.Index} killed, 50 records later", progress);
            node.Start();
            Report($"round {round}: ready", await node.IsReadyAsync(Consortium.StartWithin));
        }

        foreach (var index in new[] { await PrimaryAsync(consortium), random.Below(Consortium.Size) })
        {
            var node = consortium.Nodes[index];
            node.Pause();
            Report($"node {index} frozen, 50 records later", await load.MakesProgressAsync(50, Progress));
            await Eventually.PassAsync(TimeSpan.FromSeconds(3));
            node.Resume();
            await load.MakesProgressAsync(50, Progress);
        }

        var acknowledged = await load.StopAsync();
        await ReportHeadsAsync(consortium, acknowledged.Count);
        await CheckAsync(consortium, load.Subject, acknowledged);
    });

    private async Task ReportHeadsAsync(Consortium consortium, int records) =>
        Report($"heads are equal after {records} records", await consortium.HeadsBecomeEqualAsync(CatchUp));

    private static async Task CheckAsync(
        Consortium consortium, string subject, IReadOnlyList<AnchorOutcome> acknowledged)
    {
        await consortium.TimelinesHoldExactlyAsync(subject, acknowledged);
        await consortium.StopAsync();
        consortium.DatabasesAreSound();
    }

    // The first block that another proposed after a moment.
    private static async Task<TimeSpan> NextBlockAsync(Consortium consortium, int primary, DateTimeOffset since)
    {
        using var client = consortium.ClientOf([.. consortium.Nodes.Where(n => n.Index != primary)]);
        for (var height = (await client.GetStatusAsync()).CertifiedHeight; ; height--)
        {
            var below = (await client.GetHeaderAsync(new BlockHeight(height - 1))).Header;
            if (below.Proposer.Value != primary && below.Time.ToDateTimeOffset() > since) continue;
            var first = (await client.GetHeaderAsync(new BlockHeight(height))).Header;
            return first.Time.ToDateTimeOffset() - since;
        }
    }

    private static async Task<int> PrimaryAsync(Consortium consortium) =>
        (int)(await consortium.Nodes.First(n => n.IsRunning).StatusAsync()).Primary;

    private void Report(string what, TimeSpan time) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:0.00} s"));
}
