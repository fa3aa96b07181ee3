using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage.Evidence;

/// <summary>What can be said of a leaf without its transaction.</summary>
/// <param name="Member">The member that sent it.</param>
/// <param name="SubjectSequence">Its place in its subject's timeline.</param>
/// <param name="Hash">Its hash.</param>
internal readonly record struct LeafSummary(string Member, ulong SubjectSequence, Hash256 Hash)
{
    /// <summary>Reads it; null where no sound leaf is.</summary>
    public static LeafSummary? Read(ReadScope scope, ulong index)
    {
        var key = LedgerSchema.LeafKey(new LogIndex(index));
        if (scope.Get(scope.Context.Leaves, key) is { } pointed)
        {
            return LeafPointer.TryDecode(pointed, out var pointer)
                ? new LeafSummary(pointer.Member, pointer.SubjectSequence, pointer.Hash)
                : null;
        }

        return scope.Get(scope.Context.OldLeaves, key) is { } value
            && OldLeaves.TryDecode(value, out var hash, out var leaf, out _)
            ? new LeafSummary(leaf.Member, leaf.SubjectSequence, hash)
            : null;
    }
}
