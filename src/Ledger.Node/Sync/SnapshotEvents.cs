using Ledger.Core.Merkle;
using Ledger.Core.Snapshots;
using Ledger.Network;
using Ledger.Node.Wire;
using Ledger.Storage.Snapshots;

namespace Ledger.Node.Sync;

/// <summary>What <see cref="SnapshotJoin"/> wants done, in order.</summary>
internal abstract record JoinEffect
{
    private JoinEffect()
    {
    }

    /// <summary>Ask a peer; answer with <see cref="SnapshotJoin.Answered"/> or <see cref="SnapshotJoin.Failed"/>.</summary>
    public sealed record Ask(long Id, PeerId Peer, SyncRequest Request) : JoinEffect;

    /// <summary>The answer to this request is not waited for any more.</summary>
    public sealed record Forget(long Id) : JoinEffect;

    /// <summary>Drop what is there and install this snapshot.</summary>
    public sealed record Begin(ProvenSnapshot Snapshot) : JoinEffect;

    /// <summary>Install the next range of the state.</summary>
    public sealed record State(StateRange Range, IReadOnlyList<SnapshotEntry> Entries) : JoinEffect;

    /// <summary>Install the next leaves of the log.</summary>
    public sealed record Leaves(ulong First, IReadOnlyList<SnapshotLeaf> Installed) : JoinEffect;

    /// <summary>Remember the ids of the next blocks, downwards.</summary>
    public sealed record Remember(IReadOnlyList<RememberedBlock> Blocks) : JoinEffect;

    /// <summary>The snapshot is whole.</summary>
    public sealed record Complete(ProvenSnapshot Snapshot) : JoinEffect;

    /// <summary>Nobody offers a snapshot.</summary>
    public sealed record NothingOffered : JoinEffect;

    /// <summary>A peer gave a wrong answer and is left alone for a while.</summary>
    public sealed record PeerLied(PeerId Peer, SyncFault Fault) : JoinEffect;
}
