using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests;

/// <summary>How soon others go on when the primary dies.</summary>
[Collection(Alone.Name)]
public sealed class FailoverTests(ITestOutputHelper output)
{
    private const int PrimaryKills = 3;

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
                await load.MakesProgressAsync(50);
                var primary = consortium.Nodes[await consortium.PrimaryAsync()];
                primary.Kill();
                var killed = DateTimeOffset.UtcNow;

                await load.MakesProgressAsync(20);
                var next = await NextBlockAsync(consortium, primary.Index, killed);
                Report($"next block after the primary, node {primary.Index}, was killed", next);
                times.Add(next);
                primary.Start();
                Report("the old primary is ready", await primary.IsReadyAsync());
            }

            Assert.True(times.Order().ElementAt(PrimaryKills / 2) < TimeSpan.FromSeconds(2), string.Join(", ", times));
            Assert.All(times, time => Assert.True(time < TimeSpan.FromSeconds(4), $"it took {time}"));
            var acknowledged = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync();
            await consortium.EndsWithExactlyAsync(load.Subject, acknowledged);
        });

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

    private void Report(string what, TimeSpan time) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:0.00} s"));
}
