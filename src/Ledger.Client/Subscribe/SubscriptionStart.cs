using Ledger.Client.Verify;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Client.Subscribe;

/// <summary>Where a subscription begins. Keep the last block that you have dealt with, and resume after it.</summary>
/// <param name="Height">The first height wanted.</param>
/// <param name="Previous">The hash of the header below it, which the first block must name; null when it is not
/// known.</param>
public readonly record struct SubscriptionStart(BlockHeight Height, Hash256? Previous = null)
{
    /// <summary>The whole chain.</summary>
    public static SubscriptionStart Beginning => new(new BlockHeight(1));

    /// <summary>The block after one that was dealt with.</summary>
    public static SubscriptionStart After(CertifiedBlockHeader last) => new(last.Header.Height.Next, last.Hash);
}
