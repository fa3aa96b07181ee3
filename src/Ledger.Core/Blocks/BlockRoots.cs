using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Blocks;

/// <summary>
/// The roots by which a header commits to its block's transactions and results: trees as RFC 9162 section 2.1 defines
/// them, whose leaf data are the ids and the encoded results, in the order of the block. The root of nothing is H("").
/// </summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/block.md.</remarks>
public static class BlockRoots
{
    /// <summary>The root over transaction ids, in order.</summary>
    public static Hash256 TransactionRoot(HashFunction hash, IEnumerable<Hash256> ids)
    {
        var frontier = new LogFrontier(hash);
        foreach (var id in ids) frontier.Append(LogTree.LeafHash(hash, id.AsSpan()));
        return frontier.Root();
    }

    /// <summary>
    /// The inclusion path of one of a block's results, lowest first, as <see cref="LogProofs.VerifyInclusion"/> takes it.
    /// </summary>
    /// <param name="hash">The channel's hash.</param>
    /// <param name="results">The encoded results, in order.</param>
    /// <param name="position">The place of the result among them.</param>
    public static Hash256[] ResultPath(
        HashFunction hash, IReadOnlyList<ReadOnlyMemory<byte>> results, int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)results.Count, nameof(position));
        // Level by level: the last node of an odd level rises as it is, and has no sibling there.
        var path = new List<Hash256>();
        Hash256[] level = [.. results.Select(r => LogTree.LeafHash(hash, r.Span))];
        for (var place = position; level.Length > 1; place /= 2)
        {
            var sibling = place ^ 1;
            if (sibling < level.Length) path.Add(level[sibling]);
            var above = new Hash256[(level.Length + 1) / 2];
            for (var i = 0; i < above.Length; i++)
            {
                above[i] = (2 * i) + 1 < level.Length
                    ? LogTree.NodeHash(hash, level[2 * i], level[(2 * i) + 1])
                    : level[2 * i];
            }

            level = above;
        }

        return [.. path];
    }

    /// <summary>The root over encoded results, in order.</summary>
    public static Hash256 ResultRoot(HashFunction hash, IEnumerable<ReadOnlyMemory<byte>> results)
    {
        var frontier = new LogFrontier(hash);
        foreach (var result in results) frontier.Append(LogTree.LeafHash(hash, result.Span));
        return frontier.Root();
    }
}
