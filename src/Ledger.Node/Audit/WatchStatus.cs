using Ledger.Core.Blocks;

namespace Ledger.Node.Audit;

/// <summary>What is known of one validator now. Immutable snapshot.</summary>
/// <param name="Certified">The newest block that it served with a certificate.</param>
/// <param name="LastHeard">When it last answered, by this node's clock; 0 = never.</param>
/// <param name="ClockOffsetMs">Its clock less this node's, then.</param>
internal sealed record WatchStatus(BlockHeight Certified, Timestamp LastHeard, long ClockOffsetMs)
{
    public static WatchStatus Unheard { get; } = new(default, default, 0);
}
