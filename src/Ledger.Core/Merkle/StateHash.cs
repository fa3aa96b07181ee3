using System.Runtime.CompilerServices;
using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>The hash rules of the state tree.</summary>
/// <remarks>
/// Leaves and nodes are both hashed from 65 bytes, a leaf's starting with 0x00 and a node's with 0x01, so no byte
/// string is both. The empty tree is 32 zero bytes, for which no preimage is known. docs/spec/state-tree.md. Safe for
/// concurrent use.
/// </remarks>
public static class StateHash
{
    /// <summary>The longest namespace in bytes: its length is hashed as one byte.</summary>
    public const int MaxNamespaceLength = 255;

    /// <summary>The longest key in bytes.</summary>
    public const int MaxKeyLength = 4096;

    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;

    /// <summary>
    /// The place of a key in the tree: H("ledger/state-key/1" || 0x00 || length of the namespace in one byte ||
    /// namespace || key).
    /// </summary>
    /// <exception cref="ArgumentException">The namespace or the key is too long.</exception>
    // What is hashed was written here: clearing room for the longest key first costs more than hashing an ordinary one.
    [SkipLocalsInit]
    public static Hash256 PathOf(HashFunction hash, string space, ReadOnlySpan<byte> key)
    {
        var spaceLength = System.Text.Encoding.UTF8.GetByteCount(space);
        if (spaceLength > MaxNamespaceLength) throw new ArgumentException("the namespace is too long", nameof(space));
        if (key.Length > MaxKeyLength) throw new ArgumentException("the key is too long", nameof(key));

        Span<byte> buffer = stackalloc byte[1 + MaxNamespaceLength + MaxKeyLength];
        buffer[0] = (byte)spaceLength;
        System.Text.Encoding.UTF8.GetBytes(space, buffer[1..]);
        key.CopyTo(buffer[(1 + spaceLength)..]);
        return hash.Hash(DomainTag.StateKey, buffer[..(1 + spaceLength + key.Length)]);
    }

    /// <summary>What the tree holds for a value: H("ledger/state-value/1" || 0x00 || value).</summary>
    public static Hash256 ValueHashOf(HashFunction hash, ReadOnlySpan<byte> value) =>
        hash.Hash(DomainTag.StateValue, value);

    /// <summary>The root of a subtree with this one leaf, at whatever depth: H(0x00 || path || value hash).</summary>
    public static Hash256 Leaf(HashFunction hash, in StateLeaf leaf) =>
        hash.HashNode(LeafPrefix, leaf.Path, leaf.ValueHash);

    /// <summary>The root of a subtree with two or more leaves: H(0x01 || left || right).</summary>
    public static Hash256 Node(HashFunction hash, in Hash256 left, in Hash256 right) =>
        hash.HashNode(NodePrefix, left, right);
}
