using System.Globalization;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.Testing.Consensus;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests;

/// <summary>All nodes are killed again and again, at random moments and in random order, while clients work.</summary>
[Collection(Alone.Name)]
public sealed class RestartTests(ITestOutputHelper output)
{
    private const int DefaultRounds = 4;

    // A view change that was under way when all died may have to be tried again once; one more elects a validator that is up.
    private const ulong ViewsPerRestart = 3;

    [Fact]
    public Task P7_validators_that_all_restart_agree_again_within_a_few_views_however_often_it_happens() =>
        Consortium.RunAsync(async consortium =>
        {
            output.WriteLine($"seed {Settings.Seed}");
            var random = new SplitMix64(Settings.Seed);
            var load = Load.Start(consortium, "storm");
            for (var round = 0; round < Settings.Rounds(DefaultRounds); round++)
            {
                await load.MakesProgressAsync(random.Below(60));
                var view = await HighestViewAsync(consortium);
                foreach (var node in consortium.Nodes.OrderBy(_ => random.Next()).ToArray())
                {
                    // Sometimes at one moment, sometimes so that a view change begins in between.
                    if (random.Chance(300)) await Eventually.PassAsync(TimeSpan.FromMilliseconds(1 + random.Below(1500)));
                    view = Math.Max(view, await HighestViewAsync(consortium));
                    node.Kill();
                }

                await consortium.StartAsync();
                var resumed = await load.MakesProgressAsync(20);

                var views = await HighestViewAsync(consortium) - view;
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round}: 20 records {resumed.TotalSeconds:0.00} s after all were ready, {views} views later"));
                Assert.True(views <= ViewsPerRestart, $"it took {views} views");
            }

            var acknowledged = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync();
            await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
            await consortium.StopAsync();
            consortium.DatabasesAreSound();
        });

    private static async Task<ulong> HighestViewAsync(Consortium consortium)
    {
        var views = await Task.WhenAll(consortium.Nodes.Where(n => n.IsRunning).Select(n => n.StatusAsync()));
        return views.Select(s => s.View).DefaultIfEmpty(0UL).Max();
    }
}
