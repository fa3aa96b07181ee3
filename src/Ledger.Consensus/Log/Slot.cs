using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Consensus.Log;

/// <summary>How far the current view's proposal of a height has come at this replica.</summary>
internal enum SlotPhase
{
    /// <summary>There is no proposal.</summary>
    Empty = 0,

    /// <summary>It waits for the height below to be accepted.</summary>
    Waiting,

    /// <summary>The host is checking it.</summary>
    Validating,

    /// <summary>It is accepted: this replica's prepare (or, as primary, its pre-prepare) is out.</summary>
    Accepted,

    /// <summary>The host refused it. Others may still commit it.</summary>
    Rejected,
}

/// <summary>A block that this replica executed.</summary>
internal sealed record ExecutedBlock(BlockHeader Header, ReadOnlyMemory<byte> HeaderBytes, Hash256 Hash);

/// <summary>Everything about one height above the stable checkpoint. Arrays are by validator index.</summary>
internal sealed class Slot
{
    public Slot(BlockHeight height, int validators)
    {
        Height = height;
        Prepares = new Prepare?[validators];
        Commits = new Commit?[validators];
        Checkpoints = new Checkpoint?[validators];
        FaultReported = new bool[validators];
    }

    public BlockHeight Height { get; }

    /// <summary>The current view's proposal.</summary>
    public PrePrepare? PrePrepare { get; private set; }

    public SlotPhase Phase { get; set; }

    /// <summary>Whether the current view's proposal came with the new-view.</summary>
    public bool Reproposed { get; private set; }

    /// <summary>
    /// The current view's prepares; the primary's entry stays empty. Invariant: all are of the current view.
    /// </summary>
    public Prepare?[] Prepares { get; }

    /// <summary>The current view's commits. Invariant: all are of the current view.</summary>
    public Commit?[] Commits { get; }

    /// <summary>The certificate of the highest view in which this height was prepared here.</summary>
    public PreparedCertificate? Certificate { get; private set; }

    /// <summary>The proposal that <see cref="Certificate"/> is about.</summary>
    public Proposal? CertifiedProposal { get; private set; }

    /// <summary>The committed proposal. Never changes once set.</summary>
    public Proposal? Decided { get; set; }

    public ExecutedBlock? Executed { get; set; }

    public Checkpoint?[] Checkpoints { get; }

    /// <summary>Validators whose contradiction at this height was reported: once each.</summary>
    public bool[] FaultReported { get; }

    public void Propose(PrePrepare prePrepare, bool reproposed)
    {
        PrePrepare = prePrepare;
        Reproposed = reproposed;
        Phase = SlotPhase.Waiting;
    }

    public void SetPrepared(PreparedCertificate certificate, Proposal proposal)
    {
        Certificate = certificate;
        CertifiedProposal = proposal;
    }

    /// <summary>Forgets what belonged to the view before. What was prepared, decided or executed stays.</summary>
    public void BeginView()
    {
        PrePrepare = null;
        Phase = SlotPhase.Empty;
        Reproposed = false;
        Array.Clear(Prepares);
        Array.Clear(Commits);
    }

    public int CountPrepares(in Hash256 digest) => Count(Prepares, digest);

    public int CountCommits(in Hash256 digest) => Count(Commits, digest);

    /// <summary>How many validators sent the more numerous kind of vote, whatever they voted for.</summary>
    public int CountVoters() => Math.Max(Prepares.Count(v => v is not null), Commits.Count(v => v is not null));

    public int CountCheckpoints(in Hash256 headerHash)
    {
        var count = 0;
        foreach (var vote in Checkpoints)
        {
            if (vote is not null && vote.HeaderHash == headerHash) count++;
        }

        return count;
    }

    private static int Count(Vote?[] votes, in Hash256 digest)
    {
        var count = 0;
        foreach (var vote in votes)
        {
            if (vote is not null && vote.Digest == digest) count++;
        }

        return count;
    }
}
