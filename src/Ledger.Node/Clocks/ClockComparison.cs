using Ledger.Core.Blocks;

namespace Ledger.Node.Clocks;

/// <summary>
/// Judges clocks by the median of a quorum's: at most f of those lie, so the median is never outside the honest ones. Each
/// validator that looks sees the same clock as wrong, be it its own (PITFALLS P8).
/// </summary>
/// <remarks>Not thread-safe; owned by <see cref="ClockWatch"/>. Reads no clock: times are arguments.</remarks>
/// <param name="validators">How many there are.</param>
/// <param name="self">This node's place among them.</param>
/// <param name="quorum">How many clocks must be known, this node's included, before anything is said.</param>
internal sealed class ClockComparison(int validators, ValidatorIndex self, int quorum)
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

        known[self.Value] = 0;
        var sorted = known.OfType<long>().Order().ToArray();
        if (sorted.Length < quorum) return new ClockReport(self, new long?[validators]);
        var median = sorted[(sorted.Length - 1) / 2];
        return new ClockReport(self, [.. known.Select(offset => offset - median)]);
    }
}

/// <summary>How the validators' clocks stand to their median. Immutable.</summary>
/// <param name="Self">This node.</param>
/// <param name="Offsets">For each validator, by how many milliseconds its clock is ahead; null when it is not known.</param>
internal sealed record ClockReport(ValidatorIndex Self, IReadOnlyList<long?> Offsets)
{
    /// <summary>By how much this node's own clock is ahead; null while too few others answer.</summary>
    public long? Own => Offsets[Self.Value];

    /// <summary>Another validator's, or this node's.</summary>
    public long? this[ValidatorIndex validator] => Offsets[validator.Value];
}
