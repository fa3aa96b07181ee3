using Ledger.Core.Blocks;
using Ledger.Core.Encoding;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Evidence;

/// <summary>Puts a block's leaves and their index entries into a batch.</summary>
internal static class EvidenceWriter
{
    // The entries are working space: empty, and empty again afterwards.
    public static void Add(
        WriteBatch batch, StoreContext context, BlockCommit commit, ulong firstIndex, IndexEntries entries)
    {
        var index = firstIndex;
        var writer = new CanonicalWriter(128);
        foreach (var item in commit.Leaves)
        {
            var pointer = new LeafPointer(
                commit.Block.Header.Height, item.Position, item.Leaf.Id.RecordIndex, item.Leaf.SubjectSequence,
                item.Leaf.Member, item.Hash);
            writer.Clear();
            pointer.WriteTo(writer);
            batch.Put(context.Leaves, LedgerSchema.LeafKey(new LogIndex(index)), writer.Written);
            entries.Add(item.Record, index);
            index++;
        }

        entries.PutTo(batch, context);
    }
}
