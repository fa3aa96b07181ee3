using Ledger.Testing.Consensus;

namespace Ledger.Simulation.Adversary;

/// <summary>What a Byzantine validator does.</summary>
[Flags]
internal enum Traits
{
    None = 0,

    /// <summary>As primary, tells half of the others another proposal.</summary>
    Equivocate = 1 << 0,

    /// <summary>Votes for every proposal that it hears of, and for another one towards half of the others.</summary>
    VoteTwice = 1 << 1,

    /// <summary>Keeps messages back, from some or from all.</summary>
    Withhold = 1 << 2,

    /// <summary>Sends old messages again, its own and those of others that may be relayed.</summary>
    Replay = 1 << 3,

    /// <summary>Asks for absurd views and claims absurd heights.</summary>
    AbsurdViews = 1 << 4,

    /// <summary>Forges certificates, other validators' proposals and new-views.</summary>
    Forge = 1 << 5,

    /// <summary>Answers requests for blocks and transactions with lies.</summary>
    LieInSync = 1 << 6,

    /// <summary>Sends malformed and huge frames.</summary>
    Garbage = 1 << 7,

    /// <summary>Signs checkpoints over other headers.</summary>
    WrongCheckpoints = 1 << 8,

    /// <summary>Hides in its view-changes what it prepared.</summary>
    Forget = 1 << 9,

    /// <summary>Opens its views with new-views that do not follow from the view-changes.</summary>
    BadNewView = 1 << 10,

    /// <summary>Proposes times far from the true one.</summary>
    BendTime = 1 << 11,

    /// <summary>Asks for the next view all the time.</summary>
    AskForViews = 1 << 12,

    All = (1 << 13) - 1,
}

/// <summary>Sets of traits.</summary>
internal static class TraitSets
{
    /// <summary>A few traits, or all, or just silence.</summary>
    public static Traits Choose(SplitMix64 random)
    {
        switch (random.Below(10))
        {
            case 0: return Traits.All;
            case 1: return Traits.Withhold;
            // What forks a protocol whose quorums do not intersect in an honest validator.
            case 2: return Traits.Equivocate | Traits.VoteTwice | Traits.Forget;
        }

        var traits = Traits.None;
        for (var i = 0; i < 1 + random.Below(4); i++) traits |= (Traits)(1 << random.Below(13));
        return traits;
    }
}
