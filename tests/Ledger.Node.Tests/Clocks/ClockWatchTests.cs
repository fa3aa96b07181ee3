using System.Buffers.Binary;
using Ledger.Core.Blocks;
using Ledger.Network;
using Ledger.Node.Clocks;
using Ledger.Node.Driver;
using Ledger.Node.Hosting;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Ledger.Testing.Network;

namespace Ledger.Node.Tests.Clocks;

/// <summary>One real watch among three peers whose answers the test makes.</summary>
public sealed class ClockWatchTests : IAsyncLifetime
{
    private const int Limit = 10_000;

    private static readonly TimeSpan Patience = TestCluster.Limit;

    private readonly InMemoryHub _hub = new();
    private readonly ListLogger<ClockWatch> _log = new();
    private readonly List<IPeerNetwork> _networks = [];
    private readonly SetTime _time = new(A.Start);
    private readonly ValidatorPeers _validators = new(A.Genesis().Validators, new ValidatorIndex(0));
    private readonly byte[][] _answers = new byte[4][];
    private readonly ClockWatch _watch;

    public ClockWatchTests()
    {
        for (var i = 0; i < 4; i++)
        {
            var index = i;
            var network = _hub.Join(_validators[new ValidatorIndex(i)]);
            _networks.Add(network);
            if (i > 0) network.HandleRequests(LedgerProtocols.Clock, (_, _, _) => new(_answers[index]));
        }

        _watch = new ClockWatch(_networks[0], new EpochView(_validators, null), Limit, new NodeClock(_time), _log);
    }

    public async Task InitializeAsync()
    {
        foreach (var network in _networks) await network.StartAsync(default);
    }

    public async Task DisposeAsync()
    {
        foreach (var network in _networks) await network.DisposeAsync();
    }

    [Fact]
    public async Task P8_a_node_whose_own_clock_is_wrong_says_so_and_is_not_ready()
    {
        SetOthers(180_000, 180_000, 180_000);

        await LookAsync();

        Assert.Equal(-180_000, _watch.Report.Own);
        Assert.Contains("180.0 s behind", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Contains("180.0 s behind", _watch.WhyNotReady(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task P8_a_validator_whose_clock_is_wrong_is_named_and_hurts_nobody()
    {
        SetOthers(0, 0, -60_000);

        await LookAsync();

        Assert.Contains("validator 3", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Null(_watch.WhyNotReady());
    }

    [Fact]
    public async Task Half_the_limit_is_a_warning_and_nothing_more()
    {
        SetOthers(6_000, 6_000, 6_000);

        await LookAsync();

        Assert.Contains("6.0 s behind", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Null(_watch.WhyNotReady());
    }

    [Fact]
    public async Task Answers_that_are_no_times_are_not_used()
    {
        SetOthers(0, 0, 0);
        _answers[1] = [1, 2, 3];
        _answers[2] = [255, 255, 255, 255, 255, 255, 255, 255];

        await LookAsync();

        Assert.Null(_watch.Report.Own);
        Assert.Empty(_log.Lines);
    }

    private void SetOthers(params long[] ahead)
    {
        for (var i = 0; i < ahead.Length; i++)
        {
            _answers[i + 1] = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(_answers[i + 1], (ulong)((long)A.Start.UnixMilliseconds + ahead[i]));
        }
    }

    // The first look is taken at once; the next would be seconds away.
    private async Task LookAsync()
    {
        var before = _watch.Report;
        using var stop = new CancellationTokenSource(Patience);
        var running = _watch.RunAsync(stop.Token);
        Assert.True(SpinWait.SpinUntil(() => _watch.Report != before, Patience), "the watch did not look");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
