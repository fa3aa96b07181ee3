using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.Network;
using Ledger.Node.Driver;
using Ledger.Node.Hosting;

namespace Ledger.Node.Clocks;

/// <summary>
/// Asks the other validators for their time every few seconds, and says when a clock is wrong: this node's or another's.
/// Nothing depends on the answers but what operators see; consensus bounds time by its own rule (ADR 6).
/// </summary>
/// <remarks><see cref="Report"/> is safe for every thread.</remarks>
internal sealed partial class ClockWatch
{
    private const int AnswerSize = sizeof(ulong);

    // The error of a sample is at most half its round trip: far below any limit that is worth having.
    private const long MaxRoundTripMilliseconds = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(2);

    private readonly IPeerNetwork _network;
    private readonly EpochView _epochs;
    private readonly NodeClock _clock;
    private readonly ILogger _logger;
    private readonly long _limit;

    // Of one epoch; made anew when the next has begun. Touched by the loop only, but for the comparison under its own lock.
    private ValidatorPeers _validators;
    private ClockComparison _comparison;
    private (ClockState State, bool Ahead)[] _said;
    private (ClockState State, bool Ahead) _saidOwn;
    private ClockReport _report;

    /// <summary>Serves this node's time from now on; <see cref="RunAsync"/> asks for the others'.</summary>
    public ClockWatch(
        IPeerNetwork network, EpochView epochs, ulong limitMilliseconds, NodeClock clock, ILogger<ClockWatch> logger)
    {
        (_network, _epochs, _clock, _logger) = (network, epochs, clock, logger);
        _limit = (long)limitMilliseconds;
        _validators = epochs.Validators;
        _comparison = Comparison(_validators);
        _said = new (ClockState, bool)[_validators.Set.Count];
        _report = ClockReport.Unknown(_validators.Set.Count);
        network.HandleRequests(LedgerProtocols.Clock, (_, _, _) => new(Encode(clock.Now)));
    }

    /// <summary>How a clock is to be called.</summary>
    private enum ClockState
    {
        InStep,
        Drifting,
        Wrong,
    }

    /// <summary>What was found last.</summary>
    public ClockReport Report => Volatile.Read(ref _report);

    /// <summary>
    /// Why this node's own clock keeps it from taking part, as a sentence; null when it does not.
    /// </summary>
    public string? WhyNotReady() => Report.Own is { } own && StateOf(own) == ClockState.Wrong
        ? $"this node's clock is {Sentence(own)} the other validators'; it accepts no proposal until the clock is set"
        : null;

    /// <summary>The gauges over what was found.</summary>
    public void AddGauges(Meter meter)
    {
        meter.CreateObservableGauge(
            "ledger.clock.offset", OwnOffset, "s", "How far this node's clock is ahead of the validators' median");
        meter.CreateObservableGauge(
            "ledger.clock.peer_offset", PeerOffsets, "s", "How far each other validator's clock is ahead of the median");
    }

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, _clock.Provider);
        do
        {
            if (_epochs.Validators != _validators) BeginEpoch(_epochs.Validators);
            await Task.WhenAll(_validators.Others.Select(peer => AskAsync(peer, stop))).ConfigureAwait(false);
            var report = _comparison.Assess(_clock.Elapsed);
            Volatile.Write(ref _report, report);
            Say(report);
        }
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
    }

    private static ClockComparison Comparison(ValidatorPeers validators) =>
        new(validators.Set.Count, validators.Self, validators.Set.Quorum.Quorum);

    private static byte[] Encode(Timestamp now)
    {
        var answer = new byte[AnswerSize];
        BinaryPrimitives.WriteUInt64BigEndian(answer, now.UnixMilliseconds);
        return answer;
    }

    private static string Sentence(long offset) => string.Create(
        CultureInfo.InvariantCulture, $"{Math.Abs(offset) / 1000.0:0.0} s {(offset > 0 ? "ahead of" : "behind")}");

    private void BeginEpoch(ValidatorPeers validators)
    {
        _validators = validators;
        _comparison = Comparison(validators);
        _said = new (ClockState, bool)[validators.Set.Count];
    }

    private async Task AskAsync(PeerId peer, CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(RequestTimeout);
        ReadOnlyMemory<byte> answer;
        var asked = _clock.Elapsed;
        try
        {
            answer = await _network.RequestAsync(peer, LedgerProtocols.Clock, default, timeout.Token).ConfigureAwait(false);
        }
        catch (PeerRequestException)
        {
            return;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return;
        }

        var roundTrip = _clock.Elapsed - asked;
        if (answer.Length != AnswerSize || roundTrip > MaxRoundTripMilliseconds) return;
        var theirs = BinaryPrimitives.ReadUInt64BigEndian(answer.Span);
        if (theirs > Timestamp.MaxUnixMilliseconds) return;
        var ahead = (long)theirs + (roundTrip / 2) - (long)_clock.Now.UnixMilliseconds;
        // Answers come on many threads at once.
        lock (_comparison) _comparison.Observe(_validators.IndexOf(peer)!.Value, ahead, _clock.Elapsed);
    }

    private ClockState StateOf(long offset)
    {
        var distance = Math.Abs(offset);
        if (distance > _limit) return ClockState.Wrong;
        return distance > _limit / 2 ? ClockState.Drifting : ClockState.InStep;
    }

    // Once for each change, not at each look.
    private void Say(ClockReport report)
    {
        if (report.Own is { } own && IsNews(own, ref _saidOwn))
        {
            switch (_saidOwn.State)
            {
                case ClockState.InStep:
                    LogInStep();
                    break;
                case ClockState.Drifting:
                    LogDrifting(Sentence(own), _limit);
                    break;
                default:
                    LogWrong(Sentence(own), _limit);
                    break;
            }
        }

        for (var i = 0; i < _said.Length; i++)
        {
            if (i == _validators.Self?.Value || report.Offsets[i] is not { } offset) continue;
            if (!IsNews(offset, ref _said[i])) continue;
            if (_said[i].State == ClockState.InStep) LogOtherInStep(i);
            else LogOther(i, Sentence(offset), _limit);
        }
    }

    private bool IsNews(long offset, ref (ClockState State, bool Ahead) said)
    {
        var state = StateOf(offset);
        var now = (state, state != ClockState.InStep && offset > 0);
        if (now == said) return false;
        said = now;
        return true;
    }

    private IEnumerable<Measurement<double>> OwnOffset()
    {
        if (Report.Own is { } own) yield return new Measurement<double>(own / 1000.0);
    }

    private IEnumerable<Measurement<double>> PeerOffsets()
    {
        var report = Report;
        for (var i = 0; i < report.Offsets.Count; i++)
        {
            if (i == _epochs.Validators.Self?.Value || report.Offsets[i] is not { } offset) continue;
            yield return new Measurement<double>(
                offset / 1000.0, new KeyValuePair<string, object?>("ledger.peer", i));
        }
    }

    [LoggerMessage(4150, LogLevel.Warning,
        "This node's clock is {Offset} the other validators'; beyond {LimitMilliseconds} ms it accepts no proposal. Set it, "
        + "and see that it is kept by NTP.")]
    private partial void LogDrifting(string offset, long limitMilliseconds);

    [LoggerMessage(4151, LogLevel.Error,
        "This node's clock is {Offset} the other validators', more than the {LimitMilliseconds} ms that the channel "
        + "allows: it accepts no proposal and is no use as primary. Set the clock, and see that it is kept by NTP.")]
    private partial void LogWrong(string offset, long limitMilliseconds);

    [LoggerMessage(4152, LogLevel.Warning,
        "The clock of validator {Validator} is {Offset} the others'; beyond {LimitMilliseconds} ms it takes no part. "
        + "Tell its operator.")]
    private partial void LogOther(int validator, string offset, long limitMilliseconds);

    [LoggerMessage(4153, LogLevel.Information, "The clock of validator {Validator} is in step again.")]
    private partial void LogOtherInStep(int validator);

    [LoggerMessage(4154, LogLevel.Information, "This node's clock is in step again.")]
    private partial void LogInStep();
}
