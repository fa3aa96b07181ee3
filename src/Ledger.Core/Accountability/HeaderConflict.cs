using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Core.Accountability;

/// <summary>Why two headers cannot both be on one chain.</summary>
public enum HeaderConflict
{
    /// <summary>They can, as far as the two of them tell.</summary>
    None = 0,

    /// <summary>They are different and have one height.</summary>
    SameHeight,

    /// <summary>One stands directly above the other and does not name it as the one below.</summary>
    BrokenLink,

    /// <summary>The lower one ended its epoch, and the upper one is of that epoch.</summary>
    PastEpochEnd,

    /// <summary>The upper one is of an earlier epoch.</summary>
    EpochGoesBack,

    /// <summary>The upper one's time is not later.</summary>
    TimeGoesBack,

    /// <summary>The upper one's log is shorter.</summary>
    LogShrinks,

    /// <summary>Their logs have one size and different roots.</summary>
    LogRewritten,
}

/// <summary>
/// Compares headers of one channel. An honest validator signs headers of one chain only, so whoever signed two that
/// conflict is at fault, whatever anybody else did.
/// </summary>
public static class HeaderConflicts
{
    /// <summary>Finds the first reason, in the order of the enumeration. Symmetric.</summary>
    public static HeaderConflict Find(
        BlockHeader first, in Hash256 firstHash, BlockHeader second, in Hash256 secondHash)
    {
        if (firstHash == secondHash) return HeaderConflict.None;
        if (first.Height == second.Height) return HeaderConflict.SameHeight;
        var swapped = first.Height > second.Height;
        var (lower, upper) = swapped ? (second, first) : (first, second);
        var lowerHash = swapped ? secondHash : firstHash;
        if (upper.Height == lower.Height.Next && upper.Previous != lowerHash) return HeaderConflict.BrokenLink;
        if (lower.NextValidators is not null && upper.Epoch == lower.Epoch) return HeaderConflict.PastEpochEnd;
        if (upper.Epoch.Value < lower.Epoch.Value) return HeaderConflict.EpochGoesBack;
        if (upper.Time <= lower.Time) return HeaderConflict.TimeGoesBack;
        if (upper.LogSize < lower.LogSize) return HeaderConflict.LogShrinks;
        return upper.LogSize == lower.LogSize && upper.LogRoot != lower.LogRoot
            ? HeaderConflict.LogRewritten
            : HeaderConflict.None;
    }

    /// <summary>The reason as the end of a sentence that begins "blocks a and b …".</summary>
    public static string Describe(HeaderConflict conflict) => conflict switch
    {
        HeaderConflict.SameHeight => "are different blocks of one height",
        HeaderConflict.BrokenLink => "follow each other, but the upper one names another block below it",
        HeaderConflict.PastEpochEnd => "are of one epoch, and the lower one ended it",
        HeaderConflict.EpochGoesBack => "have epochs that go back",
        HeaderConflict.TimeGoesBack => "have times that do not advance",
        HeaderConflict.LogShrinks => "have logs that shrink",
        HeaderConflict.LogRewritten => "have logs of one size and different roots",
        _ => "can be on one chain",
    };
}
