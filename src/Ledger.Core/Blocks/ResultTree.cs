using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Blocks;

/// <summary>
/// The tree over a block's encoded results with all its nodes, for whoever needs the paths of many of them: each costs no
/// hashing.
/// </summary>
/// <remarks>Immutable and safe for concurrent use. Holds two hashes for each result. docs/spec/block.md.</remarks>
public sealed class ResultTree
{
    // Level by level from the leaves on; the last node of an odd level rises as it is, and has no sibling there.
    private readonly List<Hash256[]> _levels = [];

    /// <summary>Hashes all results.</summary>
    public ResultTree(HashFunction hash, IReadOnlyList<ReadOnlyMemory<byte>> results)
    {
        Hash256[] level = [.. results.Select(r => LogTree.LeafHash(hash, r.Span))];
        _levels.Add(level);
        while (level.Length > 1)
        {
            var above = new Hash256[(level.Length + 1) / 2];
            for (var i = 0; i < above.Length; i++)
            {
                above[i] = (2 * i) + 1 < level.Length
                    ? LogTree.NodeHash(hash, level[2 * i], level[(2 * i) + 1])
                    : level[2 * i];
            }

            _levels.Add(above);
            level = above;
        }
    }

    /// <summary>
    /// The inclusion path of one result, lowest first, as <see cref="LogProofs.VerifyInclusion"/> takes it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no result at this position.</exception>
    public Hash256[] PathOf(int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)_levels[0].Length, nameof(position));
        var path = new List<Hash256>();
        var place = position;
        foreach (var level in _levels)
        {
            if ((place ^ 1) < level.Length) path.Add(level[place ^ 1]);
            place /= 2;
        }

        return [.. path];
    }
}
