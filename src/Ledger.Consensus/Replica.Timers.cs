using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;

namespace Ledger.Consensus;

/// <content>What time brings about (OSDI '99 sections 4.4 and 4.5.2). Time comes with ticks only.</content>
public sealed partial class Replica
{
    // How many request timeouts a validator that asks for the next view alone waits for this one.
    private const int PatienceInTimeouts = 10;

    private LogicalTime _now;
    private LogicalTime _enteredAt;
    private LogicalTime _lastProgress;
    private LogicalTime? _lastStatus;

    // Since when somebody has asked for the next view while this replica is active.
    private LogicalTime? _askedSince;

    /// <summary>
    /// The moment before which ticks without transactions change nothing here, if no other input comes: the next status is
    /// due then. Null while time may bring on anything else; a host that leaves ticks out meanwhile would delay it.
    /// </summary>
    public LogicalTime? IdleUntil
    {
        get
        {
            // In the order of what is asked for least: under load the first answers.
            if (_issued > Executed || Executed > Stable || InViewChange || _timer.IsRunning || _lastStatus is not { } last)
                return null;
            return IsOver || _diverged || _last == Executed || HasUnfinishedHeight() || _viewChanges.AnyFor(View.Next)
                || _claims.ReachedBy(_size.OneHonest) > Executed
                ? null
                : last.After(_options.StatusMs);
        }
    }

    // Enter: the host's clock ticked.
    private void OnTick(Tick tick)
    {
        if (tick.Now > _now) _now = tick.Now;
        if (_lastStatus is null)
        {
            // Time begins with the first tick.
            _enteredAt = _now;
            _lastProgress = _now;
        }

        // When the epoch's last block is executed, nothing is left for a primary to do.
        var working = _last is null && (tick.TransactionsPending || HasUnfinishedHeight());
        CheckTimer(tick, working);
        CheckLeftBehind();
        CheckBehind();
        CheckStatus(working);
    }

    // A validator that timed out where others did not (it restarted, or its machine stood still) must not take part in
    // this view again: what its view-change says has to stay true. Left alone it would never vote again while the rest
    // makes progress. So it is joined after a while. Only the next view counts, and once in so many timeouts: a faulty
    // validator gains no more than a rotation in that time (docs/adr/0002, departure 12).
    private void CheckLeftBehind()
    {
        if (InViewChange || !_viewChanges.AnyFor(View.Next))
        {
            _askedSince = null;
            return;
        }

        _askedSince ??= _now;
        if (_now < _askedSince.Value.After(PatienceInTimeouts * _options.RequestTimeoutMs)) return;
        _askedSince = null;
        // This view did not fail, so the next one's timeout is not longer for it.
        _timer.OnProgress();
        StartViewChange(View.Next);
    }

    private void CheckTimer(Tick tick, bool working)
    {
        if (InViewChange)
        {
            if (_timer.HasExpired(_now)) StartViewChange(View.Next);
            return;
        }

        // While this replica's own executor is at work, no primary is to blame.
        if (!working || _issued > Executed)
        {
            _timer.Stop();
            return;
        }

        _timer.StartIfStopped(_now);
        var overdue = tick.TransactionOverdue && _now >= _enteredAt.After(_options.RequestTimeoutMs);
        if (overdue || _timer.HasExpired(_now)) StartViewChange(View.Next);
    }

    // Something is under way above the executed height: a proposal, or more votes than faulty validators can cast.
    private bool HasUnfinishedHeight()
    {
        foreach (var slot in _log.Slots())
        {
            if (slot.Height <= Executed || slot.Decided is not null) continue;
            if (slot.PrePrepare is not null || slot.CountVoters() >= _size.OneHonest) return true;
        }

        return false;
    }

    private void CheckStatus(bool working)
    {
        var unfinished = working || InViewChange || Executed > Stable;
        var stuck = unfinished && _now >= _lastProgress.After(_options.RetransmitMs);
        var pause = stuck ? _options.RetransmitMs : _options.StatusMs;
        if (_lastStatus is { } last && _now < last.After(pause)) return;
        _lastStatus = _now;
        Emit(new Broadcast(OwnStatus()));
    }

    private void NoteProgress() => _lastProgress = _now;
}
