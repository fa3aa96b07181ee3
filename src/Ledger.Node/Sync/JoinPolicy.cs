using Ledger.Core.Blocks;
using Ledger.Node.Options;
using Ledger.Storage;

namespace Ledger.Node.Sync;

/// <summary>When a node that is behind begins anew from a snapshot instead of executing what it missed.</summary>
internal static class JoinPolicy
{
    /// <summary>Whether to, given a height that f+1 validators have reached.</summary>
    public static bool Wants(NodeConfig config, LedgerStore store, BlockHeight target)
    {
        var height = store.Watermark!.Height.Value;
        if (target.Value < height || target.Value - height < (ulong)config.SnapshotBehindBlocks) return false;
        return config.Sync switch
        {
            SyncModes.Snapshot => true,
            // A history that is there is worth more than the time that replaying costs.
            SyncModes.Auto => height == 0 || store.Base is not null,
            _ => false,
        };
    }
}
