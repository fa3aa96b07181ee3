using Ledger.Core.Blocks;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Evidence;

/// <summary>Puts a block's leaves and their index entries into a batch.</summary>
internal static class EvidenceWriter
{
    public static void Add(WriteBatch batch, StoreContext context, BlockCommit commit, ulong firstIndex)
    {
        var index = firstIndex;
        foreach (var item in commit.Leaves)
        {
            var pointer = new LeafPointer(
                commit.Block.Header.Height, item.Position, item.Leaf.Id.RecordIndex, item.Leaf.SubjectSequence,
                item.Leaf.Member, item.Hash);
            batch.Put(context.Leaves, LedgerSchema.LeafKey(new LogIndex(index)), pointer.Encode());
            foreach (var entry in IndexEntries.Of(item.Record, index))
            {
                batch.Put(context.Database.Family(entry.Family), entry.Key, []);
            }

            index++;
        }
    }
}
