using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;

namespace Ledger.Consensus;

/// <content>What time brings about (OSDI '99 sections 4.4 and 4.5.2). Time comes with ticks only.</content>
public sealed partial class Replica
{
    private LogicalTime _now;
    private LogicalTime _enteredAt;
    private LogicalTime _lastProgress;
    private LogicalTime? _lastStatus;

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

        var working = tick.TransactionsPending || HasUnfinishedHeight();
        CheckTimer(tick, working);
        CheckBehind();
        CheckStatus(working);
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
