using Ledger.Network;

namespace Ledger.Node.Driver;

/// <summary>
/// What everybody but the core sees of the present epoch: one immutable snapshot, published by one write when the epoch
/// begins. The validators of the epoch before may connect too, so that one that missed its own removal learns of it; and
/// those of the next, once its last block is executed here: who has that block's certificate already may have another key
/// by now, and none that this epoch knows.
/// </summary>
/// <remarks>Safe for concurrent use; what changes it belongs to the core's thread.</remarks>
internal sealed class EpochView(ValidatorPeers validators, ValidatorPeers? before, ValidatorPeers? expected = null)
{
    private Snapshot _now = new(validators, before, expected);

    /// <summary>Raised when another epoch has begun; called on the core's thread, must not block.</summary>
    public event Action<ValidatorPeers>? Begun;

    /// <summary>Raised when the next epoch's validators are known; called on the core's thread, must not block.</summary>
    public event Action<ValidatorPeers>? NextKnown;

    /// <summary>The validators of the present epoch.</summary>
    public ValidatorPeers Validators => Volatile.Read(ref _now).Validators;

    /// <summary>Those of the next, when a block that is executed and not yet certified names them.</summary>
    public ValidatorPeers? Next => Volatile.Read(ref _now).Next;

    /// <summary>
    /// All who may have blocks that this node lacks: the validators of the present epoch, of the next and of the one before.
    /// Of those that it knows, only the last may still validate when it has missed changes.
    /// </summary>
    public IReadOnlyList<PeerId> Sources
    {
        get
        {
            var now = Volatile.Read(ref _now);
            var self = now.Validators.Self is { } index ? now.Validators[index] : null;
            return
            [
                .. now.Validators.Others.Concat(now.Next?.Others ?? []).Concat(now.Before?.Others ?? [])
                    .Where(p => !p.Equals(self)).Distinct(),
            ];
        }
    }

    /// <summary>Whether a peer may connect.</summary>
    public bool IsAllowed(PeerId peer)
    {
        var now = Volatile.Read(ref _now);
        return now.Validators.IndexOf(peer) is not null || now.Before?.IndexOf(peer) is not null
            || now.Next?.IndexOf(peer) is not null;
    }

    /// <summary>A block that is executed here names the next epoch's validators.</summary>
    public void Expect(ValidatorPeers next)
    {
        var now = Volatile.Read(ref _now);
        if (next.Set.Epoch.Value <= now.Validators.Set.Epoch.Value || next.Set.Epoch == now.Next?.Set.Epoch) return;
        Volatile.Write(ref _now, now with { Next = next });
        NextKnown?.Invoke(next);
    }

    /// <summary>The next epoch's validators take the present ones' place.</summary>
    public void Begin(ValidatorPeers next)
    {
        var now = Volatile.Read(ref _now);
        if (next.Set.Epoch == now.Validators.Set.Epoch) return;
        Volatile.Write(ref _now, new Snapshot(next, now.Validators, null));
        Begun?.Invoke(next);
    }

    private sealed record Snapshot(ValidatorPeers Validators, ValidatorPeers? Before, ValidatorPeers? Next);
}
