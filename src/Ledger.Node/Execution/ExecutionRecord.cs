using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
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

    // A result with a contract's outcome may be long, and whether two are equal their hashes tell too.
    private const int MaxResultBytes = 256;

    /// <summary>Of a block on disk; null when it is not there.</summary>
    /// <param name="store">The store.</param>
    /// <param name="height">The block's height.</param>
    /// <param name="recent">What contracts wrote, which is told of recent blocks only.</param>
    public static BlockExecution? Of(LedgerStore store, BlockHeight height, RecentWrites? recent = null)
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

        var writes = heads
            .Select(h => new StateWrite(StateNamespaces.Timelines, Encoding.UTF8.GetBytes(h.Key), h.Value.Encode()))
            .ToList();
        if (block.Header.NextValidators is not null
            && store.Live.Blocks.Validators(block.Header.Epoch.Next) is { } next)
        {
            writes.Add(new StateWrite(StateNamespaces.Validators, ReadOnlyMemory<byte>.Empty, next.Encoded));
        }

        writes.AddRange(recent?.Of(height) ?? []);
        return new BlockExecution(Results(block), Bounded(writes));
    }

    /// <summary>Of a block that was executed and not committed.</summary>
    public static BlockExecution Of(BlockCommit commit) => new(Results(commit.Block), Bounded(commit.StateWrites));

    private static List<ReadOnlyMemory<byte>> Results(Block block) =>
        [.. block.Results.Select(r => Short(r.Encode()))];

    private static ReadOnlyMemory<byte> Short(byte[] result) =>
        result.Length <= MaxResultBytes ? result : Sha256.Instance.Hash(result).ToArray();

    // The same keys on every node, as long as they wrote the same.
    private static List<SnapshotEntry> Bounded(IReadOnlyList<StateWrite> writes)
    {
        var entries = new List<SnapshotEntry>(writes.Count);
        var bytes = 0;
        foreach (var write in writes)
        {
            bytes += write.Key.Length + (write.Value?.Length ?? 0);
            if (bytes > MaxBytes) break;
            entries.Add(new SnapshotEntry(write.Namespace, write.Key, write.Value ?? default));
        }

        return entries;
    }
}
