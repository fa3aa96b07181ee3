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
        HashFunction hash, IReadOnlyList<ReadOnlyMemory<byte>> results, int position) =>
        new ResultTree(hash, results).PathOf(position);

    /// <summary>The root over encoded results, in order.</summary>
    public static Hash256 ResultRoot(HashFunction hash, IEnumerable<ReadOnlyMemory<byte>> results)
    {
        var frontier = new LogFrontier(hash);
        foreach (var result in results) frontier.Append(LogTree.LeafHash(hash, result.Span));
        return frontier.Root();
    }
}
