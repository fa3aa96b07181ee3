using System.Globalization;
using System.Text.RegularExpressions;
using Ledger.Core.Blocks;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.EndToEnd.Tests.Harness.Faults;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests;

/// <summary>One validator's clock is wrong by minutes.</summary>
public sealed class ClockTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task P8_one_wrong_clock_stalls_nothing_bends_no_time_and_is_reported_by_everybody()
    {
        await using var consortium = await Consortium.CreateAsync();
        await consortium.ExplainAsync(async () =>
        {
            var began = Now();
            // The first primary.
            var wrong = consortium.Nodes[0];
            var right = consortium.Nodes.Skip(1).ToArray();
            WrongClock.Set(wrong, Ahead);
            foreach (var node in consortium.Nodes) node.Start();
            foreach (var node in right) await node.IsReadyAsync();

            var load = Load.Start(consortium, "clock", nodes: right);
            Report("50 records, with a primary that is fast", await load.MakesProgressAsync(50));
            await IsReportedAsync(consortium, wrong, Ahead);
            await FollowsAsync(consortium, wrong);

            wrong.Kill();
            WrongClock.Set(wrong, -Ahead);
            wrong.Start();
            await ServesAsync(wrong);
            Report("50 records, with a backup that is slow", await load.MakesProgressAsync(50));
            await IsReportedAsync(consortium, wrong, -Ahead);

            // Somebody sets it right; the node runs on.
            WrongClock.Set(wrong, TimeSpan.Zero);
            Report("with its clock right, it is ready", await wrong.IsReadyAsync());
            await LogsAsync(wrong, "[4154]", "in step again");
            var acknowledged = await load.StopAsync();
            await consortium.HeadsBecomeEqualAsync();
            await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
            await TimesAreSoundAsync(consortium, began);
        });
    }

    // Each block's time is later than that of the block below, and within what the right clocks allow.
    private static async Task TimesAreSoundAsync(Consortium consortium, long began)
    {
        var drift = (long)consortium.Genesis.Parameters.MaxClockDriftMilliseconds;
        using var client = consortium.Client();
        var head = (await client.GetStatusAsync()).CertifiedHeight;
        var before = 0L;
        await foreach (var block in client.SubscribeAsync(Client.Subscribe.SubscriptionStart.Beginning))
        {
            var time = (long)block.Certified.Header.Time.UnixMilliseconds;
            Assert.True(time > before, $"block {block.Certified.Header.Height} is not later than the one below");
            Assert.InRange(time, began - drift, Now() + drift);
            before = time;
            if (block.Certified.Header.Height.Value >= head) break;
        }
    }

    private static async Task IsReportedAsync(Consortium consortium, TestNode wrong, TimeSpan ahead)
    {
        await Eventually.HoldsAsync("everybody knows whose clock is wrong", async stop =>
        {
            var all = await Task.WhenAll(consortium.Nodes.Select(n => n.StatusAsync(stop)));
            var offsets = all.Select(s => s.ValidatorIndex == wrong.Index
                ? s.HasClockOffsetMs ? s.ClockOffsetMs : 0
                : s.Peers.Single(p => p.ValidatorIndex == wrong.Index) is { HasClockOffsetMs: true } peer
                    ? peer.ClockOffsetMs
                    : 0).ToArray();
            return (offsets.All(o => Math.Abs(o - ahead.TotalMilliseconds) < 2000), string.Join(' ', offsets));
        });
        var direction = ahead > TimeSpan.Zero ? "ahead of" : "behind";
        await Eventually.HoldsAsync("it says why it is not ready", async _ =>
        {
            var said = await wrong.ReadinessAsync();
            return (said.Contains($"s {direction} the other validators'", StringComparison.Ordinal), said);
        });
        await LogsAsync(wrong, "[4151]", $"s {direction} the other validators'");
        foreach (var node in consortium.Nodes.Where(n => n != wrong))
        {
            await LogsAsync(node, "[4152]", $"s {direction} the others'");
            Assert.Contains(
                $"ledger_clock_peer_offset_seconds{{ledger_peer=\"{wrong.Index}\"}}",
                await node.MetricsAsync(),
                StringComparison.Ordinal);
        }

        // What is measured while others keep the machine busy may be off by more.
        var shown = new Regex(ahead > TimeSpan.Zero ? @"\+(299|300|301)\.\d s" : @"-(299|300|301)\.\d s");
        await Eventually.HoldsAsync("the command shows it", async _ =>
        {
            var status = await Programs.RunToolAsync(consortium.Folder, "status", consortium.Folder);
            return (shown.IsMatch(status.Out), status.Out);
        });
    }

    private static Task<TimeSpan> LogsAsync(TestNode node, string id, string text) =>
        Eventually.HoldsAsync($"node {node.Index} logs {id} with '{text}'", () => node.WholeLog().Split('\n').Any(
            line => line.Contains(id, StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal)));

    // It is never ready.
    private static Task<TimeSpan> ServesAsync(TestNode node) =>
        Eventually.HoldsAsync("the node answers", async stop =>
        {
            try
            {
                return ((await node.StatusAsync(stop)).Height > 0, "at genesis");
            }
            catch (Client.Transport.RpcException e)
            {
                return (false, e.Message);
            }
        });

    // A validator whose clock is wrong prepares nothing, but has the chain like everybody else.
    private static Task<TimeSpan> FollowsAsync(Consortium consortium, TestNode node) =>
        Eventually.HoldsAsync("the node follows", async stop =>
        {
            var head = (await consortium.Nodes[1].StatusAsync(stop)).CertifiedHeight;
            var own = (await node.StatusAsync(stop)).CertifiedHeight;
            return (own > 0 && own + 20 >= head, $"{own} of {head}");
        });

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private void Report(string what, TimeSpan time) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:0.00} s"));
}
