using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;
using Ledger.Storage.LogTrees;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage;

/// <content>
/// The leaves from before the snapshot, on a channel with contracts: what contracts ask is answered from these as it is
/// where every block was executed.
/// </content>
public sealed partial class LedgerStore
{
    /// <summary>
    /// The first leaf that this store holds: 0 with the whole history, and on a channel with contracts; else the first one
    /// after the snapshot that it began from.
    /// </summary>
    public ulong FirstLeaf => Base is { } height && !_context.HasOldLeaves ? LeavesBelow(height) : 0;

    /// <summary>
    /// Installs the next leaves, which the caller has verified, with their log nodes and index entries. Not synced, like
    /// <see cref="InstallState"/>.
    /// </summary>
    /// <param name="first">The log index of the first.</param>
    /// <param name="leaves">The leaves, in the order of the log.</param>
    /// <exception cref="InvalidOperationException">Other leaves are the next that are missing.</exception>
    public void InstallLeaves(ulong first, IReadOnlyList<SnapshotLeaf> leaves)
    {
        lock (_writing)
        {
            var progress = InstallProgress ?? throw new InvalidOperationException("nothing is being installed");
            var end = checked(first + (ulong)leaves.Count);
            if (!progress.StateDone || progress.NextLeaf != first || end > progress.Leaves)
                throw new InvalidOperationException("other leaves are next");
            _batch.Clear();
            var log = LogFrontier.Restore(_context.Hash, first, Live.Log);
            var nodes = new List<LogNode>();
            var records = new List<EvidenceRecord>(leaves.Count);
            for (var i = 0; i < leaves.Count; i++)
            {
                if (!EvidenceLeaf.TryDecode(leaves[i].Encoded, out var leaf, out var record, out var error))
                    throw new InvalidOperationException($"what was verified is no leaf: {error}");
                OldLeaves.Put(_batch, _context, new LogIndex(first + (ulong)i), leaves[i], leaf.Id);
                log.Append(leaves[i].Hash, nodes);
                records.Add(record);
            }

            LogWriter.Add(_batch, _context, nodes);
            AddEntries(first, records, progress.Leaves);
            PutProgress(progress with { NextLeaf = end });
            _context.Database.Write(_batch, sync: false);
        }
    }

    // Of whole windows alone. What is here already of the first one is read again.
    private void AddEntries(ulong first, List<EvidenceRecord> records, ulong count)
    {
        var end = first + (ulong)records.Count;
        var whole = end == count ? end : end - (end % OldLeaves.Window);
        var begin = first - (first % OldLeaves.Window);
        for (var index = begin; index < whole; index++)
        {
            var record = index >= first
                ? records[(int)(index - first)]
                : OldLeaves.Load(Live.Scope, new LogIndex(index))?.Record ?? throw Damaged("the installed leaves");
            _entries.Add(record, index);
            if (OldLeaves.EndsWindow(index, count)) _entries.PutTo(_batch, _context);
        }
    }

    // What came is what the certified root covers, whatever the caller verified.
    private void RequireLeaves(InstallProgress progress, BlockHeader header)
    {
        if (progress.Leaves == 0) return;
        if (progress.NextLeaf != progress.Leaves) throw new InvalidOperationException("the leaves are not installed");
        if (LogFrontier.Restore(_context.Hash, progress.Leaves, Live.Log).Root() != header.LogRoot)
            throw Damaged("the installed log");
    }

    private ulong LeavesBelow(BlockHeight height) => Live.Blocks.Required(height).Header.LogSize;
}
