using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Storage.Evidence;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage.LogTrees;

/// <summary>
/// The complete nodes of the log tree on disk: leaf hashes come from the leaf pointers, the lowest levels are put
/// together from those, and the rest has a family of its own.
/// Safe for concurrent use.
/// </summary>
public sealed class LogReader : ILogNodes
{
    private readonly ReadScope _scope;

    internal LogReader(ReadScope scope) => _scope = scope;

    /// <inheritdoc/>
    public Hash256 Node(int level, ulong index)
    {
        if (level < LogWriter.LowestLevel) return LowNode(level, index) ?? throw Missing(level, index);
        var bytes = _scope.Get(_scope.Context.LogNodes, LedgerSchema.LogNodeKey(level, index));
        if (bytes is null && BaseReader.LogNode(_scope, level, index) is { } edge) return edge;
        if (bytes is null) throw Missing(level, index);
        return bytes.Length == Hash256.Size
            ? new Hash256(bytes)
            : throw new InvalidDataException($"log node {index} of level {level} is damaged");
    }

    // From the leaves, or from the edge that a snapshot brought where the leaves are not here.
    private Hash256? LowNode(int level, ulong index)
    {
        if (level == 0) return LeafHash(new LogIndex(index)) ?? BaseReader.LogNode(_scope, 0, index);
        if (LowNode(level - 1, 2 * index) is { } left && LowNode(level - 1, (2 * index) + 1) is { } right)
            return LogTree.NodeHash(_scope.Context.Hash, left, right);
        return BaseReader.LogNode(_scope, level, index);
    }

    private Hash256? LeafHash(LogIndex index)
    {
        var bytes = _scope.Get(_scope.Context.Leaves, LedgerSchema.LeafKey(index));
        if (bytes is null) return OldLeaves.HashOf(_scope, index);
        return LeafPointer.TryDecode(bytes, out var pointer)
            ? pointer.Hash
            : throw new InvalidDataException($"leaf {index} is damaged");
    }

    private static InvalidDataException Missing(int level, ulong index) =>
        new(level == 0 ? $"leaf {index} is missing" : $"log node {index} of level {level} is missing");
}
