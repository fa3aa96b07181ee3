using System.Text.Json;
using Google.Protobuf;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;

namespace Ledger.Cli.Tests;

public sealed class StatusCommandTests
{
    private const int Looks = 3;

    private readonly CliFixture _cli = new();

    [Fact]
    public async Task Nodes_that_are_down_or_not_ready_have_exit_codes()
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("status"));
        _cli.Node.TamperStatus = status => (status.Ready, status.NotReadyReason) = (false, "joining");
        Assert.Equal(ExitCodes.NotReady, await _cli.RunAsync("status"));
        Assert.Contains("joining", _cli.Out, StringComparison.Ordinal);
        _cli.Node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.Unavailable);
        Assert.Equal(ExitCodes.Unavailable, await _cli.RunAsync("status"));
        Assert.Contains("down", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_does_not_vote_has_no_index_among_the_validators()
    {
        _cli.Node.TamperStatus = status => (status.Role, status.ValidatorIndex) = ("validator", 2);
        await _cli.RunAsync("status", "--json");
        Assert.Equal(2, Node().GetProperty("validator_index").GetInt32());

        _cli.Node.TamperStatus = status => (status.Role, status.ValidatorIndex, status.Member) = ("follower", 0, "");
        await _cli.RunAsync("status", "--json");
        Assert.False(Node().TryGetProperty("validator_index", out _));
        await _cli.RunAsync("status");
        Assert.Matches("(?m)^-  +-  +ready ", _cli.Out);

        JsonElement Node() => _cli.Json.GetProperty("nodes")[0];
    }

    [Theory]
    [InlineData("follower", 1UL)]
    [InlineData("validator", 0UL)]
    public async Task A_validator_that_was_removed_is_said_to_be_and_is_not_missed(string role, ulong epoch)
    {
        await _cli.OkAsync("init", "--out", "demo");
        var nodes = Enumerable.Range(0, 4).Select(i => new FakeNode(_cli.Chain, _cli.Channel, $"node {i}")
        {
            TamperStatus = status => TellOfTwo(status, i, role, epoch),
        }).ToArray();
        _cli.NodeAt = endpoint => nodes[endpoint.Port - 7500];

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("status", "demo"));
        Assert.Matches("removed .* http://127.0.0.1:7503  no validator of epoch 1; it may be stopped", _cli.Out);
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("status", "demo", "--json"));
        Assert.Equal(
            [null, null, null, 1UL],
            _cli.Json.GetProperty("nodes").EnumerateArray().Select(
                n => n.TryGetProperty("removed_in_epoch", out var e) ? e.GetUInt64() : (ulong?)null));
        await _cli.RunAsync("doctor", "demo", "--json");
        var finding = Assert.Single(
            _cli.Json.GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("what").GetString() == "http://127.0.0.1:7503 is no validator of epoch 1 any more");
        Assert.Equal("warn", finding.GetProperty("severity").GetString());

        // One whose address alone is known is expected to be ready, as any.
        Assert.Equal(
            ExitCodes.NotReady, await _cli.RunAsync("status", "--profile", "demo", "--endpoint", "http://127.0.0.1:7503"));
        // So is one of the present validators.
        nodes[2].TamperStatus = status => TellOfTwo(status, 2, role, epoch, ready: false);
        Assert.Equal(ExitCodes.NotReady, await _cli.RunAsync("status", "demo"));
    }

    [Fact]
    public async Task Watching_without_a_terminal_writes_a_line_for_each_change_and_ends_well()
    {
        _cli.Node.Before = (_, call) => StopAfter(call);
        _cli.Node.TamperStatus = status => status.CertifiedHeight = _cli.Node.Calls < Looks ? 7UL : 8;

        Assert.Equal(ExitCodes.Ok, await WatchAsync());

        var lines = _cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.EndsWith("1/1 ready, certified 7, view 0", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("1/1 ready, certified 8, view 0", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', _cli.Out);
    }

    [Fact]
    public async Task Watching_on_a_terminal_redraws_the_table_and_no_line_is_wider()
    {
        (_cli.OutIsTerminal, _cli.Width) = (true, 60);
        _cli.Node.Before = (_, call) => StopAfter(call);

        Assert.Equal(ExitCodes.Ok, await WatchAsync());

        // Title, node, epoch, footer; up again before each but the first.
        Assert.Equal(Looks - 1, _cli.Out.Split("\e[4A").Length - 1);
        var plain = System.Text.RegularExpressions.Regex.Replace(_cli.Out, "\e\\[[0-9;]*[A-Za-z]", "");
        Assert.All(plain.Split('\n'), line => Assert.InRange(line.Length, 0, 59));
        Assert.Contains("\e[32m", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watching_as_json_writes_an_object_a_line()
    {
        _cli.Node.Before = (_, call) => StopAfter(call);

        Assert.Equal(ExitCodes.Ok, await WatchAsync("--json"));

        var lines = _cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Looks, lines.Length);
        Assert.All(lines, line => Assert.Equal(
            1, JsonDocument.Parse(line).RootElement.GetProperty("nodes").GetArrayLength()));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("4000")]
    public async Task A_rate_beyond_the_bounds_is_refused(string interval) =>
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("status", "--watch", "--interval", interval));

    [Fact]
    public async Task Colours_are_for_terminals_and_can_be_forbidden()
    {
        await _cli.RunAsync("status");
        Assert.DoesNotContain('\e', _cli.Out);
        _cli.OutIsTerminal = true;
        await _cli.RunAsync("status");
        Assert.Contains('\e', _cli.Out);
        await _cli.RunAsync("status", "--no-color");
        Assert.DoesNotContain('\e', _cli.Out);
        _cli.Variables["TERM"] = "dumb";
        await _cli.RunAsync("status");
        Assert.DoesNotContain('\e', _cli.Out);
        (_cli.Variables["TERM"], _cli.Variables["NO_COLOR"]) = ("xterm", "1");
        await _cli.RunAsync("status");
        Assert.DoesNotContain('\e', _cli.Out);
    }

    private void StopAfter(int call)
    {
        if (call == Looks) _cli.Stop.Cancel();
    }

    private Task<int> WatchAsync(params string[] more) =>
        _cli.RunAsync(["status", "--watch", "--interval", "0.2", .. more]);

    // Three of four are validators of epoch 1; the last was one of epoch 0, and has heard of the change or not.
    private static void TellOfTwo(NodeStatus status, int index, string role, ulong epoch, bool ready = true)
    {
        var isRemoved = index == 3;
        (status.Role, status.Epoch) = isRemoved ? (role, epoch) : ("validator", 1);
        status.ValidatorIndex = role == "follower" && isRemoved ? 0 : (uint)index;
        status.Ready = ready && !isRemoved;
        status.NotReadyReason = status.Ready ? "" : "connected to 0 validators; 2 are needed";
        for (var i = 0; i < (status.Epoch == 0 ? 4 : 3); i++)
            status.Validators.Add(new ValidatorInfo { Member = $"org-{i}", Key = ByteString.CopyFrom((byte)i) });
    }
}
