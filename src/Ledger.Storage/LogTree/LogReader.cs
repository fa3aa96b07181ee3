using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Storage.Evidence;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage.LogTrees;

/// <summary>
/// The complete nodes of the log tree on disk: leaf hashes come from the leaf pointers, the rest from their own family.
/// Safe for concurrent use.
/// </summary>
public sealed class LogReader : ILogNodes
{
    private readonly ReadScope _scope;

    internal LogReader(ReadScope scope) => _scope = scope;

    /// <inheritdoc/>
    public Hash256 Node(int level, ulong index)
    {
        if (level == 0) return LeafHash(new LogIndex(index));
        var key = LedgerSchema.LogNodeKey(level, index);
        var bytes = _scope.Get(_scope.Context.LogNodes, key);
        if (bytes is null && BaseReader.LogNode(_scope, level, index) is { } edge) return edge;
        return bytes is { Length: Hash256.Size }
            ? new Hash256(bytes)
            : throw new InvalidDataException(
                $"log node {index} of level {level} is {(bytes is null ? "missing" : "damaged")}");
    }

    /// <summary>The hash of a leaf.</summary>
    /// <exception cref="InvalidDataException">The log has no such leaf.</exception>
    public Hash256 LeafHash(LogIndex index)
    {
        var bytes = _scope.Get(_scope.Context.Leaves, LedgerSchema.LeafKey(index));
        if (bytes is null && BaseReader.LogNode(_scope, 0, index.Value) is { } edge) return edge;
        return bytes is not null && LeafPointer.TryDecode(bytes, out var pointer)
            ? pointer.Hash
            : throw new InvalidDataException($"leaf {index} is {(bytes is null ? "missing" : "damaged")}");
    }
}
