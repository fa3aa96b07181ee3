using System.Globalization;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.EndToEnd.Tests.Harness.Faults;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests;

/// <summary>What a network can do to real processes, and that nothing acknowledged suffers from it.</summary>
public sealed class NetworkFaultTests(ITestOutputHelper output)
{
    [Fact]
    public Task Work_goes_on_through_each_fault_of_the_network() =>
        Consortium.RunBehindProxyAsync(async (consortium, proxy) =>
        {
            var load = Load.Start(consortium, "network");
            await load.MakesProgressAsync(30);

            async Task HealsAsync(string fault, Func<int, int, Task> begin)
            {
                var primary = (int)(await consortium.Nodes[0].StatusAsync()).Primary;
                await begin(primary, (primary + 1) % Consortium.Size);
                Report($"{fault}: 40 records later", await load.MakesProgressAsync(40));
                proxy.Heal();
                Report($"{fault}: all connected again", await AllConnectedAsync(consortium));
            }

            await HealsAsync("primary and a backup cut apart", (primary, backup) => Do(() => proxy.Cut(primary, backup)));
            await HealsAsync("a backup is deaf to the primary", (primary, backup) => Do(() => proxy[primary, backup].Hold()));
            await HealsAsync("nobody hears the primary", (primary, _) => Do(() =>
            {
                foreach (var i in Enumerable.Range(0, Consortium.Size).Where(i => i != primary)) proxy[primary, i].Hold();
            }));
            await HealsAsync("delay and jitter", (_, _) => Do(() =>
            {
                foreach (var link in proxy.All)
                    (link.Delay, link.Jitter) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(30));
            }));
            await HealsAsync("a narrow link", (primary, backup) => Do(() => proxy[primary, backup].BytesPerSecond = 20_000));
            await HealsAsync("half-open", async (primary, backup) =>
            {
                Assert.NotEqual(0, proxy.HalfOpen(primary, backup));
                await Eventually.PassAsync(TimeSpan.FromMilliseconds(100));
            });

            var acknowledged = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync();
            await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
            await consortium.StopAsync();
            consortium.DatabasesAreSound();
        });

    [Fact]
    public Task Damaged_bytes_end_the_connection_and_never_arrive() =>
        Consortium.RunBehindProxyAsync(async (consortium, proxy) =>
        {
            var load = Load.Start(consortium, "damage");
            await load.MakesProgressAsync(30);
            var before = proxy.Connections;

            for (var from = 0; from < Consortium.Size; from++)
            {
                var to = (from + 1) % Consortium.Size;
                var link = proxy[from, to];
                await BreaksAsync($"a flipped bit from {from}", to, "decryption operation failed", link.CorruptOnce);
                await BreaksAsync($"a torn frame from {from}", to, "ConnectionLost", link.ResetOnce);
            }

            await load.MakesProgressAsync(40);
            Assert.True(proxy.Connections >= before + (2 * Consortium.Size), $"{proxy.Connections - before} new connections");
            // The channel is authenticated below everything that could misunderstand it: no frame, no message is to blame.
            Assert.All(consortium.Nodes, n => Assert.DoesNotContain("[3003]", n.WholeLog(), StringComparison.Ordinal));
            var acknowledged = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync();
            await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);

            // Two nodes that dial each other at once have two connections for a moment, and harm to the one that they do not
            // keep ends nothing: so it is done again until the receiver has lost the one that they use.
            async Task BreaksAsync(string what, int to, string said, Action harm)
            {
                int Losses() => consortium.Nodes[to].WholeLog().Split('\n').Count(line =>
                    line.Contains("[3002]", StringComparison.Ordinal) && line.Contains(said, StringComparison.Ordinal));

                var since = Losses();
                await Eventually.HoldsAsync($"{what} ends the connection", () =>
                {
                    harm();
                    return Losses() > since;
                });
                proxy.Heal();
                await AllConnectedAsync(consortium);
            }
        });

    [Fact]
    public Task Without_a_quorum_on_either_side_nothing_is_certified_and_nothing_is_lost() =>
        Consortium.RunBehindProxyAsync(async (consortium, proxy) =>
        {
            var load = Load.Start(consortium, "split");
            await load.MakesProgressAsync(30);

            proxy.Split([0, 1]);
            var acknowledgedBefore = load.Count;
            var before = await HeightsAsync(consortium);
            await Eventually.HoldsAsync("every node says that it lacks a quorum", async _ =>
            {
                var said = await Task.WhenAll(consortium.Nodes.Select(n => n.ReadinessAsync()));
                return (said.All(s => s.Contains("needed for a quorum", StringComparison.Ordinal)), string.Join("; ", said));
            });
            // What is sent from now on cannot be told from what is lost, on either side.
            var waiting = await Task.WhenAll(
                consortium.AskInVainAsync(0, "one-side"), consortium.AskInVainAsync(3, "other-side"));
            // Of each writer one record was on its way. Those may be in blocks of before the split, and nothing else is.
            Assert.InRange(load.Count - acknowledgedBefore, 0, Load.Writers);
            var after = await HeightsAsync(consortium);
            Assert.InRange(after.Max() - before.Max(), 0UL, (ulong)Load.Writers);
            proxy.Heal();

            Report("40 records after the split", await load.MakesProgressAsync(40));
            foreach (var transaction in waiting)
            {
                using var client = consortium.Client();
                Assert.True((await client.AnchorAsync(transaction)).IsRecorded);
            }

            var acknowledged = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync();
            await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
        });

    private static async Task<ulong[]> HeightsAsync(Consortium consortium) =>
        [.. (await Task.WhenAll(consortium.Nodes.Select(n => n.StatusAsync()))).Select(s => s.CertifiedHeight)];

    private static Task<TimeSpan> AllConnectedAsync(Consortium consortium) =>
        Eventually.HoldsAsync("every node is connected with every other", async stop =>
        {
            var all = await Task.WhenAll(consortium.Nodes.Select(n => n.StatusAsync(stop)));
            var counts = all.Select(s => s.Peers.Count(p => p.Connected)).ToArray();
            return (counts.All(c => c == Consortium.Size - 1), string.Join(' ', counts));
        });

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private void Report(string what, TimeSpan time) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:0.00} s"));
}
