using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>Reads the complete nodes of a stored log tree.</summary>
public interface ILogNodes
{
    /// <summary>
    /// The root of the complete subtree over leaves <c>index &lt;&lt; level</c> up to <c>(index + 1) &lt;&lt;
    /// level</c>, the last one excluded. Level 0 is the leaf hashes.
    /// </summary>
    /// <exception cref="InvalidDataException">The node is not stored though the tree is large enough to have
    /// it.</exception>
    Hash256 Node(int level, ulong index);
}

/// <summary>A complete node of the log tree.</summary>
/// <param name="Level">Height above the leaves, which are level 0.</param>
/// <param name="Index">Place within the level, from the left, from 0.</param>
/// <param name="Hash">The node's hash.</param>
public readonly record struct LogNode(int Level, ulong Index, Hash256 Hash);
