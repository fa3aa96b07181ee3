using Ledger.Consensus.Inputs;
using Ledger.Core.Blocks;

namespace Ledger.Node.Driver;

/// <content>
/// From one epoch to the next (docs/spec/consensus.md section 12): the replica's life ends, and another's begins from
/// what is on disk, as after a restart.
/// </content>
internal sealed partial class ConsensusCore
{
    // An execution that ran ahead of this thread, by sync, may report blocks of an epoch that the replica has not heard
    // of. All of them are on disk, with the certificate of each epoch's last block.
    private void Feed(Input input)
    {
        if (EpochOf(input) is { } epoch && epoch.Value > _epoch.Validators.Epoch.Value)
        {
            // What is under way is of the present epoch, and goes out to its validators.
            PerformEffects();
            if (epoch.Value > _epoch.Validators.Epoch.Value) BeginEpoch();
        }

        if (input is Executed && _chain.Validators.Epoch.Value > _epoch.Validators.Epoch.Value)
            _ports.ExpectEpoch(_epoch.Expect(_chain.Validators));
        if (_replica is not null) _replica.Step(input, _effects);
        // A follower has no replica that would say when an epoch is over: the certified last block says it.
        else if (input is Synced synced && HeaderOf(synced.HeaderBytes).NextEpoch.Value > _epoch.Validators.Epoch.Value)
            BeginEpoch();
    }

    private void BeginEpoch()
    {
        var next = _openEpoch();
        if (next.Validators.Epoch.Value <= _epoch.Validators.Epoch.Value) return;
        var wasValidator = _replica is not null;
        _epoch = next;
        // On the way to a block that is missing it only follows: the node is opened anew there, as after a restart.
        _replica = _missing is null ? next.Replica : null;
        // What was ordered above the last block is void: its transactions wait again.
        _pool.Unplace(next.Base);
        _decided.Clear();
        _answers.Clear();
        _answered.Clear();
        _bodies.Begin(next.Peers);
        _censorship.Reset();
        _ports.BeginEpoch(next);
        var quorum = next.Validators.Quorum;
        LogEpochBegun(
            next.Validators.Epoch.Value, next.Base.Value, quorum.Validators, quorum.Faults, quorum.Quorum);
        if (_replica is null && wasValidator) LogRemoved(next.Validators.Epoch.Value);
        else if (_replica is not null && !wasValidator) LogJoined(next.Validators.Epoch.Value, next.Self!.Value.Value);
    }

    private void OnOtherEpoch(OtherEpochSeen seen)
    {
        var now = _clock.Elapsed;
        var pause = FollowMilliseconds / 2;
        if (seen.IsLater)
        {
            if (now < _lastLater + pause) return;
            _lastLater = now;
            _ports.RequestSync(_chain.Certified.Header.Height.Next);
            return;
        }

        if (_replica is null || (_answered.TryGetValue(seen.From, out var last) && now < last + pause)) return;
        _answered[seen.From] = now;
        _ports.SendTo(seen.From, _replica.OwnStatus());
    }

    // Nobody sends votes to a node that has none: it asks for what is new.
    private void Follow(long now)
    {
        if (_isRestored) return;
        if (_missing <= _chain.Certified.Header.Height)
        {
            LogChainRestored(_chain.Certified.Header.Height.Value);
            _isRestored = true;
            _ports.OnChainRestored();
            return;
        }

        if (now < _lastFollowed + FollowMilliseconds) return;
        _lastFollowed = now;
        _ports.RequestSync(_chain.Certified.Header.Height.Next);
    }

    // A validator that asks for a view and is not heard may have missed the end of the epoch, and all whom it knows may be
    // validators no more: they follow, and answer no votes, but they have the blocks.
    private void AskWhileAsking(long now)
    {
        if (!_replica!.InViewChange)
        {
            _lastFollowed = now;
            return;
        }

        if (now < _lastFollowed + UnheardMilliseconds) return;
        _lastFollowed = now;
        _ports.RequestSync(_chain.Certified.Header.Height.Next);
    }

    private static Epoch? EpochOf(Input input) => input switch
    {
        Executed executed => HeaderOf(executed.HeaderBytes).Epoch,
        Synced synced => HeaderOf(synced.HeaderBytes).Epoch,
        _ => null,
    };

    // From this node's own disk.
    private static BlockHeader HeaderOf(ReadOnlyMemory<byte> bytes) =>
        BlockHeader.TryDecode(bytes.Span, out var header, out _)
        ? header
        : throw new InvalidOperationException("the execution reported a header that does not decode");

    [LoggerMessage(
        4005, LogLevel.Information,
        "Epoch {Epoch} begins above block {Height}: {Validators} validators, {Faults} may fail, quorum {Quorum}.")]
    private partial void LogEpochBegun(ulong epoch, ulong height, int validators, int faults, int quorum);

    [LoggerMessage(
        4006, LogLevel.Warning,
        "This node is no validator of epoch {Epoch} any more. It goes on serving and following while peers let it.")]
    private partial void LogRemoved(ulong epoch);

    [LoggerMessage(4007, LogLevel.Information, "This node is validator {Index} of epoch {Epoch} and votes now.")]
    private partial void LogJoined(ulong epoch, int index);

    [LoggerMessage(
        4008, LogLevel.Warning,
        "This node's key is no validator's in epoch {Epoch}: it follows, and votes once a change takes it in.")]
    private partial void LogFollowing(ulong epoch);

    [LoggerMessage(
        4009, LogLevel.Warning,
        "The chain on disk ends before block {Height}, upon which this node's votes rest: it was lost, or is an old copy. "
        + "The node fetches it from the others, and follows without voting until it has that block.")]
    private partial void LogChainMissing(ulong height);

    [LoggerMessage(
        4003, LogLevel.Information,
        "The chain that was missing is back, certified up to block {Height}. The node is opened anew and takes part again.")]
    private partial void LogChainRestored(ulong height);
}
