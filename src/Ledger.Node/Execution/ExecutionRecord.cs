using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.State;
using Ledger.Node.Wire;
using Ledger.Storage;
using Ledger.Storage.Snapshots;

namespace Ledger.Node.Execution;

/// <summary>What executing a block came to: of a block on disk, or of one that was not made durable.</summary>
internal static class ExecutionRecord
{
    // Beyond this an answer would not fit a frame; the keys that come first in order are told.
    private const int MaxBytes = 4 << 20;

    /// <summary>Of a block on disk; null when it is not there.</summary>
    public static BlockExecution? Of(LedgerStore store, BlockHeight height)
    {
        if (height.Value == 0 || store.Live.Blocks.Block(height) is not { } block) return null;
        var first = store.Live.Blocks.Header(new BlockHeight(height.Value - 1))!.Header.LogSize;
        // By subject, as execution writes them; a later leaf of a subject takes the place of the earlier.
        var heads = new SortedDictionary<string, TimelineHead>(StringComparer.Ordinal);
        for (var index = first; index < block.Header.LogSize; index++)
        {
            var leaf = store.Live.Evidence.Leaf(new LogIndex(index))!;
            heads[leaf.Record.Subject] = new TimelineHead(leaf.Leaf.SubjectSequence, leaf.Hash, leaf.Index);
        }

        var writes = new List<SnapshotEntry>();
        var bytes = 0;
        foreach (var (subject, head) in heads)
        {
            var entry = new SnapshotEntry(StateNamespaces.Timelines, Encoding.UTF8.GetBytes(subject), head.Encode());
            bytes += entry.Key.Length + entry.Value.Length;
            if (bytes > MaxBytes) break;
            writes.Add(entry);
        }

        if (block.Header.NextValidators is not null
            && store.Live.Blocks.Validators(block.Header.Epoch.Next) is { } next)
        {
            writes.Add(new SnapshotEntry(StateNamespaces.Validators, ReadOnlyMemory<byte>.Empty, next.Encoded));
        }

        return new BlockExecution([.. block.Results.Select(r => (ReadOnlyMemory<byte>)r.Encode())], writes);
    }

    /// <summary>Of a block that was executed and not committed.</summary>
    public static BlockExecution Of(BlockCommit commit) => new(
        [.. commit.Block.Results.Select(r => (ReadOnlyMemory<byte>)r.Encode())],
        [
            .. commit.StateWrites
                .Where(w => w.Namespace is StateNamespaces.Timelines or StateNamespaces.Validators)
                .Select(w => new SnapshotEntry(w.Namespace, w.Key, w.Value ?? default)),
        ]);
}
