using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;
using Ledger.Storage.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.LogTrees;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage.Verify;

/// <summary>
/// Checks the leaves from before a snapshot: each against its hash, all of them against the log root of the header that the
/// store began from, and what they are found by.
/// </summary>
internal sealed class OldLeafCheck(VerifyRun run)
{
    private readonly ColumnFamily _leaves = run.Context.OldLeaves;
    private readonly IndexEntries _entries = new();

    // Null after damage that hides a leaf's hash.
    private LogFrontier? _log = new(run.Hash);

    // Whether every record of the window is known; else none of its entries can be.
    private bool _whole = true;

    /// <summary>Number of leaves that must be there.</summary>
    public ulong Count { get; private set; }

    /// <summary>Checks the leaves below a header.</summary>
    public void Run(BlockHeader header)
    {
        if (!run.CanRead(_leaves)) return;
        Count = header.LogSize;
        run.Expect(_leaves, Count);
        for (var level = LogWriter.LowestLevel; level < 63; level++) run.Expect(run.Context.LogNodes, Count >> level);
        for (var index = 0UL; index < Count; index++)
        {
            run.Step("leaves from before the snapshot", index, Count);
            Check(index, header.Height);
        }

        if (_log is { } log && log.Root() != header.LogRoot && !run.HasFinding(_leaves))
        {
            run.Report(
                _leaves, [], header.Height.Value,
                "the leaves from before the snapshot do not lead to the log root that its header names");
        }
    }

    private void Check(ulong index, BlockHeight height)
    {
        var key = LedgerSchema.LeafKey(new LogIndex(index));
        var value = run.Scope.Get(_leaves, key);
        if (value is null) run.ReportMissing(_leaves, key, height.Value, "the leaf from before the snapshot");
        if (value is not null && OldLeaves.TryDecode(value, out var hash, out var leaf, out var record))
        {
            if (EvidenceLeaf.HashOf(value.AsSpan(Hash256.Size), run.Hash) != hash)
            {
                run.Report(_leaves, key, height.Value, "the leaf does not have its hash");
                Lose();
            }
            else
            {
                Append(hash, height);
                _entries.Add(record, index);
                CheckFirst(leaf.Id, key, height);
            }
        }
        else
        {
            run.Report(_leaves, key, height.Value, "not a leaf");
            Lose();
        }

        if (OldLeaves.EndsWindow(index, Count)) CheckEntries(height);
    }

    private void Append(in Hash256 hash, BlockHeight height)
    {
        if (_log is null) return;
        var nodes = new List<LogNode>();
        _log.Append(hash, nodes);
        if (!run.CanRead(run.Context.LogNodes)) return;
        foreach (var node in nodes.Where(n => n.Level >= LogWriter.LowestLevel)) run.CheckNode(node, height.Value);
    }

    private void CheckFirst(EvidenceId id, byte[] key, BlockHeight height)
    {
        if (id.RecordIndex != 0 || !run.CanRead(run.Context.Base)) return;
        var place = BaseReader.LeafKey(id.TransactionId);
        var stored = run.Scope.Get(run.Context.Base, place);
        if (stored is null) run.ReportMissing(run.Context.Base, place, height.Value, "the place of a transaction's leaves");
        else if (!stored.AsSpan().SequenceEqual(key))
            run.Report(run.Context.Base, place, height.Value, "does not lead to the transaction's first leaf");
    }

    private void CheckEntries(BlockHeight height)
    {
        var entries = _entries.Take();
        if (_whole)
        {
            foreach (var entry in entries) run.CheckEntry(entry, height.Value);
        }

        _whole = true;
    }

    // The log nodes from here on, and the window's entries, cannot be known.
    private void Lose()
    {
        _log = null;
        _whole = false;
        foreach (var family in IndexEntries.Families) run.LoseCount(run.Family(family));
    }
}
