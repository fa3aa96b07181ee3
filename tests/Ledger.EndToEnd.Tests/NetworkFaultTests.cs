using System.Globalization;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.EndToEnd.Tests.Harness.Faults;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests;

/// <summary>What a network can do to real processes, and that nothing acknowledged suffers from it.</summary>
public sealed class NetworkFaultTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Work_goes_on_through_each_fault_of_the_network() =>
        Consortium.RunBehindProxyAsync(async (consortium, proxy) =>
        {
            var load = Load.Start(consortium, "network");
            await load.MakesProgressAsync(30, Progress);

            async Task HealsAsync(string fault, Func<int, int, Task> begin)
            {
                var primary = (int)(await consortium.Nodes[0].StatusAsync()).Primary;
                await begin(primary, (primary + 1) % Consortium.Size);
                Report($"{fault}: 40 records later", await load.MakesProgressAsync(40, Progress));
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
            await consortium.HeadsBecomeEqualAsync(CatchUp);
            await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
            await consortium.StopAsync();
            consortium.DatabasesAreSound();
        });

    [Fact]
    public Task Damaged_bytes_end_the_connection_and_never_arrive() =>
        Consortium.RunBehindProxyAsync(async (consortium, proxy) =>
        {
            var load = Load.Start(consortium, "damage");
            await load.MakesProgressAsync(30, Progress);
            var before = proxy.Connections;

            for (var from = 0; from < Consortium.Size; from++)
            {
                var (link, way) = (proxy[from, (from + 1) % Consortium.Size], $"from {from}");
                link.CorruptOnce();
                await Eventually.HoldsAsync($"a bit {way} is flipped", Progress, () => link.Corrupted == 1);
                await ReconnectsAsync();
                link.ResetOnce();
                await Eventually.HoldsAsync($"a frame {way} is torn", Progress, () => link.Resets == 1);
                await ReconnectsAsync();
            }

            await load.MakesProgressAsync(40, Progress);
            Assert.True(proxy.Connections >= before + (2 * Consortium.Size), $"{proxy.Connections - before} new connections");
            // The channel is authenticated below everything that could misunderstand it: no frame, no message is to blame.
            Assert.All(consortium.Nodes, n => Assert.DoesNotContain("[3003]", n.WholeLog(), StringComparison.Ordinal));
            var acknowledged = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync(CatchUp);
            await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);

            async Task ReconnectsAsync()
            {
                var since = proxy.Connections;
                await Eventually.HoldsAsync("a new connection is made", Reconnect, () => proxy.Connections > since - 1);
                await AllConnectedAsync(consortium);
            }
        });

    [Fact]
    public Task Without_a_quorum_on_either_side_nothing_is_certified_and_nothing_is_lost() =>
        Consortium.RunBehindProxyAsync(async (consortium, proxy) =>
        {
            var load = Load.Start(consortium, "split");
            await load.MakesProgressAsync(30, Progress);

            proxy.Split([0, 1]);
            await Eventually.HoldsAsync("every node says that it lacks a quorum", Progress, async _ =>
            {
                var said = await Task.WhenAll(consortium.Nodes.Select(n => n.ReadinessAsync()));
                return (said.All(s => s.Contains("needed for a quorum", StringComparison.Ordinal)), string.Join("; ", said));
            });
            // What arrived before the split may still be taken in: a certificate of it is no certificate without a quorum.
            var before = await HeightsAsync(consortium);
            await Eventually.HoldsAsync("what came before the split is done", Progress, async _ =>
            {
                var last = before;
                await Eventually.PassAsync(TimeSpan.FromSeconds(1));
                before = await HeightsAsync(consortium);
                return (before.SequenceEqual(last), string.Join(' ', before));
            });
            await Eventually.PassAsync(TimeSpan.FromSeconds(2));
            Assert.Equal(before, await HeightsAsync(consortium));
            proxy.Heal();

            Report("40 records after the split", await load.MakesProgressAsync(40, Progress));
            var acknowledged = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync(CatchUp);
            await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
        });

    private static async Task<ulong[]> HeightsAsync(Consortium consortium) =>
        [.. (await Task.WhenAll(consortium.Nodes.Select(n => n.StatusAsync()))).Select(s => s.CertifiedHeight)];

    private static Task<TimeSpan> AllConnectedAsync(Consortium consortium) =>
        Eventually.HoldsAsync("every node is connected with every other", Reconnect, async stop =>
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
