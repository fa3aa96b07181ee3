using Ledger.Core.Blocks;

namespace Ledger.Consensus.Checkpoints;

/// <summary>
/// The highest height that each validator claims to have executed. One lie moves nothing: what counts is a height that
/// f+1 validators reach.
/// </summary>
internal sealed class ProgressClaims
{
    // Bound: one for each validator.
    private readonly ulong[] _heights;

    public ProgressClaims(int validators) => _heights = new ulong[validators];

    public void Raise(ValidatorIndex validator, BlockHeight height) =>
        _heights[validator.Value] = Math.Max(_heights[validator.Value], height.Value);

    /// <summary>The highest height that at least <paramref name="support"/> validators claim.</summary>
    public BlockHeight ReachedBy(int support)
    {
        ulong[] sorted = [.. _heights];
        Array.Sort(sorted);
        return new BlockHeight(sorted[^support]);
    }
}
