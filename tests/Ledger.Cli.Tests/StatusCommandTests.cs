using System.Text.Json;
using Ledger.Client.Tests.Fakes;
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
}
