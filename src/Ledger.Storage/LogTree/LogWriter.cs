using Ledger.Core.Merkle;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.LogTrees;

/// <summary>Puts completed nodes of the log tree into a batch.</summary>
internal static class LogWriter
{
    /// <summary>
    /// The lowest level that is stored: an eighth of all nodes. Those below are put together from at most eight leaf hashes
    /// when a proof asks for them, which is far more seldom than leaves are added.
    /// </summary>
    public const int LowestLevel = 4;

    public static void Add(WriteBatch batch, StoreContext context, IReadOnlyList<LogNode> nodes)
    {
        // Nodes come in the order in which they are complete: level by level is key order.
        var top = 0;
        foreach (var node in nodes) top = Math.Max(top, node.Level);
        for (var level = LowestLevel; level <= top; level++)
        {
            foreach (var node in nodes)
            {
                if (node.Level != level) continue;
                batch.Put(context.LogNodes, LedgerSchema.LogNodeKey(level, node.Index), node.Hash.AsSpan());
            }
        }
    }
}
