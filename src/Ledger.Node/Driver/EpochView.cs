using Ledger.Network;

namespace Ledger.Node.Driver;

/// <summary>
/// What everybody but the core sees of the present epoch: one immutable snapshot, published by one write when the epoch
/// begins. The validators of the epoch before may connect too, so that one that missed its own removal learns of it.
/// </summary>
/// <remarks>Safe for concurrent use; <see cref="Begin"/> belongs to the core's thread.</remarks>
internal sealed class EpochView(ValidatorPeers validators, ValidatorPeers? before)
{
    private Snapshot _now = new(validators, before);

    /// <summary>Raised when another epoch has begun; called on the core's thread, must not block.</summary>
    public event Action<ValidatorPeers>? Begun;

    /// <summary>The validators of the present epoch.</summary>
    public ValidatorPeers Validators => Volatile.Read(ref _now).Validators;

    /// <summary>Whether a peer may connect.</summary>
    public bool IsAllowed(PeerId peer)
    {
        var now = Volatile.Read(ref _now);
        return now.Validators.IndexOf(peer) is not null || now.Before?.IndexOf(peer) is not null;
    }

    /// <summary>The next epoch's validators take the present ones' place.</summary>
    public void Begin(ValidatorPeers next)
    {
        var now = Volatile.Read(ref _now);
        if (next.Set.Epoch == now.Validators.Set.Epoch) return;
        Volatile.Write(ref _now, new Snapshot(next, now.Validators));
        Begun?.Invoke(next);
    }

    private sealed record Snapshot(ValidatorPeers Validators, ValidatorPeers? Before);
}
