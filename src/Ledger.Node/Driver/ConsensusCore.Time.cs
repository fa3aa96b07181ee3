using Ledger.Consensus;
using Ledger.Consensus.Inputs;
using Ledger.Core.Blocks;

namespace Ledger.Node.Driver;

/// <content>
/// What time brings about, and until when it brings about nothing: an idle node's clock need not tick (ADR 39).
/// </content>
internal sealed partial class ConsensusCore
{
    // Ticks are further apart when a batch waits for the disk; beyond this, the process did not run.
    private const long MaxTickGapMilliseconds = 200;

    // The least time between a proposal and one that is for scheduled calls alone.
    private const long CallSpacingMilliseconds = 500;

    private long _lastTick;
    private long _replicaTime;
    private long _rest;

    /// <summary>
    /// Until when ticks may be left out, in the host's monotonic milliseconds; in the past while anything is under way.
    /// Holds until the next input, whichever it is.
    /// </summary>
    public long RestUntil { get; private set; }

    /// <summary>
    /// Whether a transaction that is admitted can bring anything about before the next tick or message: it ends a rest, it
    /// is of a block that this node may propose, or it is one that is looked for. Holds until the next input.
    /// </summary>
    public bool AwaitsTransactions =>
        _replica is { } replica && (_rest > 0 || _bodies.IsSearching || replica.Primary == _epoch.Self);

    // Whatever ends a rest meets timers that were told no time meanwhile: so time comes first.
    private void EndRest(IReadOnlyList<DriverInput> inputs)
    {
        if (_rest > 0 && inputs is [not ClockTick, ..]) OnTick();
    }

    private void BeginRest()
    {
        var now = _clock.Elapsed;
        _rest = Math.Max(0, RestFrom(now));
        RestUntil = now + _rest;
    }

    // How long nothing but an input can change anything here: other validators' messages, this node's execution and its
    // pool all come as inputs. What is left is what the clock alone decides.
    private long RestFrom(long now)
    {
        if (_replica is null)
        {
            // Where the chain is fetched, nobody says that it is there.
            return _missing is null ? _lastFollowed + FollowMilliseconds - now : 0;
        }

        if (_replica.IdleUntil is not { } idle || Probation is { IsOver: false } || _bodies.IsSearching || _pool.Count > 0)
            return 0;
        var rest = idle.Milliseconds - _replicaTime - (now - _lastTick);
        return _chain.ExecutedState.NextDue is { } due
            ? Math.Min(rest, (long)due.UnixMilliseconds - (long)_clock.Now.UnixMilliseconds)
            : rest;
    }

    private void OnTick()
    {
        var now = _clock.Elapsed;
        // Time in which this process stood still is nobody's fault: were it counted, a machine that was paused would
        // blame the primary at once, before it has read what came meanwhile.
        _replicaTime += Math.Min(now - _lastTick, MaxTickGapMilliseconds + _rest);
        _lastTick = now;
        if (_replica is null)
        {
            Follow(now);
            return;
        }

        AskWhileAsking(now);
        var overdue = _censorship.IsOverdue(now);
        // Who may not vote may not ask for another view either.
        var mayVote = Probation is not { IsOver: false };
        var goodUntil = new Timestamp(
            _clock.Now.UnixMilliseconds + _rules.Parameters.RequestTimeoutMilliseconds);
        var pending = mayVote && (_pool.HasWork(goodUntil) || IsCallWithheld());
        _replica.Step(new Tick(new LogicalTime(_replicaTime), pending, mayVote && overdue), _effects);
        LookForBodies(thorough: true);
    }

    // A scheduled call makes a block of its own when nothing else does, but not one after the other without pause: a
    // contract that is due again at once must not keep the chain busy.
    private bool IsCallDue(BlockHeight height, Timestamp now)
    {
        var below = _chain.ExecutedState;
        return below.Height.Next == height && below.IsDue(now)
            && _clock.Elapsed - _lastProposal >= CallSpacingMilliseconds;
    }

    // A primary's clock may be behind by the drift that is allowed: until then nobody is to blame.
    private bool IsCallWithheld() => _chain.ExecutedState.NextDue is { } due
        && _clock.Now.UnixMilliseconds >= due.UnixMilliseconds + _rules.Parameters.MaxClockDriftMilliseconds;
}
