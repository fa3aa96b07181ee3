using Google.Protobuf;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;

namespace Ledger.Cli.Tests;

/// <summary>Four nodes that answer <c>ledger doctor</c>, and everything that can be wrong with them.</summary>
public sealed class DoctorNodeTests
{
    private readonly CliFixture _cli = new();
    private readonly FakeNode[] _nodes;

    public DoctorNodeTests()
    {
        _nodes = [.. Enumerable.Range(0, 4).Select(i => new FakeNode(_cli.Chain, _cli.Channel, $"node {i}")
        {
            TamperStatus = status => Healthy(status, (uint)i),
        })];
        _cli.NodeAt = endpoint => _nodes[endpoint.Port - 7500];
    }

    public static TheoryData<string, string, string, string> Faults => new()
    {
        { "down", "node", "fail", "http://127.0.0.1:7502 does not answer: told to fail" },
        { "not ready", "node", "fail", "http://127.0.0.1:7502 is not ready: connected to 1 validators" },
        { "channel", "genesis", "fail", "http://127.0.0.1:7502 serves channel 07070707" },
        { "slow clock", "clock", "warn", "its clock is -2.0 s from the validators' median" },
        { "wrong clock", "clock", "fail", "its clock is +20.0 s from the validators' median" },
        { "lone clock", "clock", "fail", " s from this machine" },
        { "impossible clock", "clock", "fail", "http://127.0.0.1:7502: its clock is -253402300800.0 s from" },
        { "impossible lone clock", "clock", "fail", " s from this machine" },
        { "peer", "peers", "warn", "is not connected to org-1 (127.0.0.1:7401)" },
        { "version", "version", "warn", "the nodes run different versions: 0.1.0, 0.2.0" },
        { "behind", "height", "warn", "http://127.0.0.1:7502 is 30 blocks behind" },
        { "epoch", "height", "warn", "the nodes are in different epochs: 0, 1" },
        { "one away", "quorum", "warn", "3 validators are ready, 3 are needed" },
        { "two away", "quorum", "fail", "2 validators are ready; 3 are needed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_fault_of_a_node_is_found_and_has_an_advice(
        string fault, string check, string severity, string what)
    {
        Provoke(fault);

        await DoctorAsync();

        var found = Assert.Single(
            _cli.Json.GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("check").GetString() == check && f.GetProperty("severity").GetString() != "ok");
        Assert.Equal(severity, found.GetProperty("severity").GetString());
        Assert.Contains(what, found.GetProperty("what").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(found.GetProperty("advice").GetString()!);
    }

    [Fact]
    public async Task Healthy_nodes_give_no_finding_about_nodes()
    {
        await DoctorAsync();

        string[] checks = ["node", "clock", "peers", "height", "quorum"];
        var findings = _cli.Json.GetProperty("findings").EnumerateArray().ToArray();
        foreach (var check in checks)
        {
            var found = findings.Where(f => f.GetProperty("check").GetString() == check).ToArray();
            Assert.NotEmpty(found);
            Assert.All(found, f => Assert.Equal("ok", f.GetProperty("severity").GetString()));
        }
    }

    [Fact]
    public async Task What_fails_sets_the_exit_code_and_what_is_well_is_listed_on_demand()
    {
        // The channel of these tests names an engine that nobody built.
        Assert.Equal(ExitCodes.DoctorFindings, await RunAsync());
        Assert.Contains("FAIL   engine", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("do: install the version", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("is ready", _cli.Out, StringComparison.Ordinal);

        await RunAsync("--all");

        Assert.Contains("http://127.0.0.1:7503 is ready", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_nodes_to_ask_the_rest_is_looked_at()
    {
        await RunAsync("--offline");

        Assert.All(_nodes, node => Assert.Equal(0, node.Calls));
        Assert.Contains("engine", _cli.Out, StringComparison.Ordinal);
    }

    private void Provoke(string fault)
    {
        var node = _nodes[2];
        switch (fault)
        {
            case "down":
                node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.Unavailable);
                break;
            case "one away":
                NotReady(node, "one");
                break;
            case "two away":
                NotReady(node, "one");
                NotReady(_nodes[1], "two");
                break;
            case "not ready":
                NotReady(node, "connected to 1 validators; 2 are needed for a quorum");
                break;
            default:
                node.TamperStatus = status =>
                {
                    Healthy(status, 2);
                    if (fault == "channel") status.Channel = ByteString.CopyFrom([.. Enumerable.Repeat((byte)7, 32)]);
                    if (fault == "slow clock") status.ClockOffsetMs = -2000;
                    if (fault == "wrong clock") status.ClockOffsetMs = 20_000;
                    if (fault == "impossible clock") status.ClockOffsetMs = long.MinValue;
                    if (fault == "impossible lone clock") status.TimeMs = ulong.MaxValue;
                    if (fault == "impossible lone clock") status.ClearClockOffsetMs();
                    if (fault == "lone clock") (status.TimeMs, _) = (status.TimeMs + 20_500, status.ClockOffsetMs);
                    if (fault == "lone clock") status.ClearClockOffsetMs();
                    if (fault == "peer") status.Peers[1].Connected = false;
                    if (fault == "version") status.SoftwareVersion = "0.2.0";
                    if (fault == "behind") status.CertifiedHeight -= 30;
                    if (fault == "epoch") status.Epoch = 1;
                };
                break;
        }
    }

    private void NotReady(FakeNode node, string reason)
    {
        var index = (uint)Array.IndexOf(_nodes, node);
        node.TamperStatus = status =>
        {
            Healthy(status, index);
            (status.Ready, status.NotReadyReason) = (false, reason);
        };
    }

    private void Healthy(NodeStatus status, uint index)
    {
        status.SoftwareVersion = "0.1.0";
        status.Role = "validator";
        status.Member = $"org-{index}";
        status.ValidatorIndex = index;
        status.Channel = ByteString.CopyFrom(_cli.Channel.Genesis.Channel.Value.AsSpan());
        status.CertifiedHeight = 100;
        status.Ready = true;
        status.TimeMs = (ulong)_cli.Time.Now.ToUnixTimeMilliseconds();
        status.ClockOffsetMs = 0;
        (status.Quorum, status.FaultsTolerated) = (3, 1);
        for (var i = 0; i < 4; i++)
        {
            status.Validators.Add(new ValidatorInfo { Member = $"org-{i}" });
            if (i == index) continue;
            status.Peers.Add(new PeerStatus { Member = $"org-{i}", Address = $"127.0.0.1:740{i}", Connected = true });
        }
    }

    private Task<int> DoctorAsync() => RunAsync("--json");

    private Task<int> RunAsync(params string[] more) => _cli.RunAsync(
        [
            "doctor", .. Enumerable.Range(7500, 4).SelectMany(p => new[] { "--endpoint", $"http://127.0.0.1:{p}" }), .. more,
        ]);
}
