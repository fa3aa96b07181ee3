using Ledger.Core.Blocks;

namespace Ledger.Node.Clocks;

/// <summary>
/// Judges clocks by the median of a quorum's: at most f of those lie, so the median is never outside the honest ones. Each
/// validator that looks sees the same clock as wrong, be it its own (PITFALLS P8).
/// </summary>
/// <remarks>Not thread-safe; owned by <see cref="ClockWatch"/>. Reads no clock: times are arguments.</remarks>
/// <param name="validators">How many there are.</param>
/// <param name="self">This node's place among them; null when it has none and only compares itself with them.</param>
/// <param name="quorum">How many validators' clocks must be known before anything is said.</param>
internal sealed class ClockComparison(int validators, ValidatorIndex? self, int quorum)
{
    // A clock that was not asked for so long may have been set since.
    private const long LifetimeMilliseconds = 60_000;

    // One slot for each validator.
    private readonly (long Offset, long At)?[] _others = new (long, long)?[validators];

    /// <summary>Notes how far another validator's clock is ahead of this node's.</summary>
    public void Observe(ValidatorIndex validator, long aheadMilliseconds, long elapsed) =>
        _others[validator.Value] = (aheadMilliseconds, elapsed);

    /// <summary>How every known clock stands to the median of all.</summary>
    public ClockReport Assess(long elapsed)
    {
        var known = new long?[validators];
        for (var i = 0; i < validators; i++)
        {
            if (_others[i] is { } sample && elapsed - sample.At <= LifetimeMilliseconds) known[i] = sample.Offset;
        }

        if (self is { } own) known[own.Value] = 0;
        var sorted = known.OfType<long>().Order().ToArray();
        if (sorted.Length < quorum) return ClockReport.Unknown(validators);
        var median = sorted[(sorted.Length - 1) / 2];
        return new ClockReport(-median, [.. known.Select(offset => offset - median)]);
    }
}

/// <summary>How the validators' clocks stand to their median. Immutable.</summary>
/// <param name="Own">By how many milliseconds this node's clock is ahead; null while too few validators answer.</param>
/// <param name="Offsets">The same for each validator; null when its clock is not known.</param>
internal sealed record ClockReport(long? Own, IReadOnlyList<long?> Offsets)
{
    /// <summary>The offset of a validator's clock.</summary>
    public long? this[ValidatorIndex validator] =>
        validator.Value < Offsets.Count ? Offsets[validator.Value] : null;

    /// <summary>Too few clocks are known.</summary>
    public static ClockReport Unknown(int validators) => new(null, new long?[validators]);
}
