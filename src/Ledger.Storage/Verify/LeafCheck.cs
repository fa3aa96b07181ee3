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
/// Checks leaf pointers (by putting the leaf together and hashing it), index entries, log nodes and each header's log
/// root.
/// </summary>
internal sealed class LeafCheck(VerifyRun run)
{
    private readonly ColumnFamily _pointers = run.Context.Leaves;
    private readonly LogReader _nodes = new(run.Scope);
    private readonly IndexEntries _entries = new();

    // The log so far; null after damage that hides a leaf's hash, until the tree on disk fits a header again.
    private LogFrontier? _log = new(run.Hash);
    private ulong _next;
    private ulong _first;

    /// <summary>Number of leaves looked at.</summary>
    public ulong Count { get; private set; }

    /// <summary>Passes over a block whose header is damaged.</summary>
    public void Skip()
    {
        _log = null;
        _next = ulong.MaxValue;
    }

    /// <summary>Checks the leaves of a block.</summary>
    public void Check(BlockHeader header, List<CheckedResult> block)
    {
        if (!run.CanRead(_pointers)) return;
        var first = _next;
        // First the index, by which a leaf's predecessor is found.
        CheckEntries(header.Height, block);
        // Bound: the leaves of one block.
        var hashes = new List<(Hash256? Stored, Hash256? Rebuilt)>();
        foreach (var item in block)
        {
            if (_next == ulong.MaxValue) break;
            CheckResult(header, item, hashes);
        }

        var counted = first != ulong.MaxValue && _next == header.LogSize;
        if (!counted) LoseCounts();
        CheckLog(header, counted ? hashes : null);
        _next = header.LogSize;
    }

    /// <summary>Begins with the block above the one that the store began from.</summary>
    public void BeginAt(BlockHeader header)
    {
        _next = _first = header.LogSize;
        _log = Reanchor(header);
    }

    /// <summary>Says how many keys the families of the log must hold.</summary>
    public void Finish(ulong size)
    {
        run.Expect(_pointers, size - _first);
        // Nodes that were complete at the base are not here, or were counted with the leaves from before it.
        for (var level = LogWriter.LowestLevel; level < 63 && size >> level > 0; level++)
            run.Expect(run.Context.LogNodes, (size >> level) - (_first >> level));
    }

    private void CheckResult(BlockHeader header, CheckedResult checkedOne, List<(Hash256?, Hash256?)> hashes)
    {
        if (checkedOne.Result is not { } result)
        {
            // Its number of leaves is not known: the header says where the next block's begin.
            _next = ulong.MaxValue;
            return;
        }

        for (var i = 0u; i < result.LeafCount; i++, _next++)
        {
            Count++;
            var index = new LogIndex(_next);
            var pointer = ReadPointer(index, header.Height, checkedOne.Position, i);
            if (checkedOne.Source is not { } source || i >= (uint)source.Items.Count)
            {
                hashes.Add((pointer?.Hash, null));
                continue;
            }

            var item = source.Items[(int)i];
            Hash256? rebuilt = null;
            if (pointer is { } known)
            {
                var previous = Predecessor(index, item.Record.Subject, known.SubjectSequence);
                var leaf = LeafLoader.Assemble(known, source, item, header.Time, previous);
                rebuilt = EvidenceLeaf.HashOf(leaf.Encode(), run.Hash);
                if (rebuilt != known.Hash) ReportLeaf(index, header.Height, item.Record.Subject);
            }

            hashes.Add((pointer?.Hash, rebuilt));
        }
    }

    private LeafPointer? ReadPointer(LogIndex index, BlockHeight height, uint position, uint record)
    {
        var key = LedgerSchema.LeafKey(index);
        var bytes = run.Scope.Get(_pointers, key);
        if (bytes is null)
        {
            run.ReportMissing(_pointers, key, height.Value, "the leaf pointer");
            return null;
        }

        if (!LeafPointer.TryDecode(bytes, out var pointer))
        {
            run.Report(_pointers, key, height.Value, "the leaf pointer does not decode");
            return null;
        }

        if (pointer.Height == height && pointer.Position == position && pointer.RecordIndex == record) return pointer;
        run.Report(_pointers, key, height.Value, "the leaf pointer leads elsewhere");
        return pointer;
    }

    // A leaf cannot be put together when its predecessor, or the way to it, is damaged; that is named already.
    private void ReportLeaf(LogIndex index, BlockHeight height, string subject)
    {
        if (run.HasFinding(run.Context.SubjectIndex)) return;
        var before = LastBefore(index, subject);
        if (before is { } previous && run.HasFinding(_pointers, LedgerSchema.LeafKey(previous))) return;
        if (before is { } old && run.HasFinding(run.Context.OldLeaves, LedgerSchema.LeafKey(old))) return;
        run.Report(
            _pointers, LedgerSchema.LeafKey(index), height.Value,
            "the leaf put together from this pointer, its transaction and its predecessor does not have its hash");
    }

    private Hash256? Predecessor(LogIndex index, string subject, ulong sequence)
    {
        if (sequence <= 1) return null;
        if (LastBefore(index, subject) is not { } previous)
            return BaseReader.TimelineLeaf(run.Scope, subject, sequence - 1);
        return LeafSummary.Read(run.Scope, previous.Value)?.Hash;
    }

    private LogIndex? LastBefore(LogIndex index, string subject)
    {
        if (!run.CanRead(run.Context.SubjectIndex)) return null;
        using var scan = new IndexScan(
            run.Scope, run.Context.SubjectIndex, LedgerSchema.ShortHash(subject), 0, index.Value, newestFirst: true);
        return scan.Next() is { } before ? new LogIndex(before) : null;
    }

    // Of a block of which not every record is known, no entry can be: one names leaves of several transactions.
    private void CheckEntries(BlockHeight height, List<CheckedResult> block)
    {
        var next = _next;
        if (next == ulong.MaxValue) return;
        var complete = true;
        foreach (var one in block)
        {
            var leaves = one.Result?.LeafCount ?? 0;
            complete &= one.Result is not null && leaves <= (uint)(one.Source?.Items.Count ?? 0);
            for (var i = 0; complete && i < leaves; i++) _entries.Add(one.Source!.Items[i].Record, next++);
        }

        var entries = _entries.Take();
        if (!complete)
        {
            LoseCounts();
            return;
        }

        foreach (var entry in entries)
        {
            run.CheckEntry(entry, height.Value);
        }
    }

    private void CheckLog(BlockHeader header, List<(Hash256? Stored, Hash256? Rebuilt)>? hashes)
    {
        if (_log is not null && hashes is not null)
        {
            // A pointer whose hash was changed is named; the leaf put together again has the right one.
            foreach (var candidate in new[] { hashes.Select(h => h.Stored), hashes.Select(h => h.Rebuilt) })
            {
                var nodes = new List<LogNode>();
                if (Extend(_log, candidate, nodes) is not { } extended || extended.Root() != header.LogRoot) continue;
                _log = extended;
                CheckNodes(nodes, header.Height);
                return;
            }
        }

        if (hashes is not null && _log is not null && !run.HasFinding(_pointers))
        {
            run.Report(
                _pointers, LedgerSchema.HeightKey(header.Height), header.Height.Value,
                "the leaves of the block do not lead to the log root that the header names");
        }

        _log = Reanchor(header);
    }

    private static LogFrontier? Extend(LogFrontier log, IEnumerable<Hash256?> hashes, List<LogNode> nodes)
    {
        var extended = log.Clone();
        foreach (var hash in hashes)
        {
            if (hash is not { } known) return null;
            extended.Append(known, nodes);
        }

        return extended;
    }

    // Goes on from the tree on disk where that has the header's root: then the damage lies behind.
    private LogFrontier? Reanchor(BlockHeader header)
    {
        if (!run.CanRead(run.Context.LogNodes)) return null;
        try
        {
            var restored = LogFrontier.Restore(run.Hash, header.LogSize, _nodes);
            return restored.Root() == header.LogRoot ? restored : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private void CheckNodes(List<LogNode> nodes, BlockHeight height)
    {
        if (!run.CanRead(run.Context.LogNodes)) return;
        foreach (var node in nodes.Where(n => n.Level >= LogWriter.LowestLevel)) run.CheckNode(node, height.Value);
    }

    private void LoseCounts()
    {
        foreach (var family in IndexEntries.Families) run.LoseCount(run.Family(family));
    }
}
