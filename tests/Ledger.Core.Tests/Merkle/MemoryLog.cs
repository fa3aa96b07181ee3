using System.Numerics;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

/// <summary>A log whose nodes are kept in a dictionary, filled by what the frontier reports.</summary>
internal sealed class MemoryLog : ILogNodes
{
    private readonly Dictionary<(int Level, ulong Index), Hash256> _nodes = [];
    private readonly List<LogNode> _completed = [];

    public LogFrontier Frontier { get; } = new(Sha256.Instance);

    public static MemoryLog Of(IEnumerable<Hash256> leaves)
    {
        var log = new MemoryLog();
        foreach (var leaf in leaves) log.Append(leaf);
        return log;
    }

    public void Append(Hash256 leaf)
    {
        _nodes.Add((0, Frontier.Size), leaf);
        _completed.Clear();
        Frontier.Append(leaf, _completed);
        foreach (var node in _completed) _nodes.Add((node.Level, node.Index), node.Hash);
    }

    public Hash256 Node(int level, ulong index) => _nodes[(level, index)];

    public int NodeCount => _nodes.Count;
}

/// <summary>
/// RFC 9162's recursive definitions, word for word: the oracle for everything that is clever elsewhere.
/// </summary>
internal static class NaiveLog
{
    public static Hash256 Root(ReadOnlySpan<Hash256> leaves)
    {
        if (leaves.IsEmpty) return Sha256.Instance.Hash([]);
        if (leaves.Length == 1) return leaves[0];
        var k = SplitOf(leaves.Length);
        return Sha256.Instance.HashNode(1, Root(leaves[..k]), Root(leaves[k..]));
    }

    public static List<Hash256> Path(int m, ReadOnlySpan<Hash256> leaves)
    {
        if (leaves.Length == 1) return [];
        var k = SplitOf(leaves.Length);
        return m < k
            ? [.. Path(m, leaves[..k]), Root(leaves[k..])]
            : [.. Path(m - k, leaves[k..]), Root(leaves[..k])];
    }

    public static List<Hash256> Proof(int m, ReadOnlySpan<Hash256> leaves) => SubProof(m, leaves, whole: true);

    private static List<Hash256> SubProof(int m, ReadOnlySpan<Hash256> leaves, bool whole)
    {
        if (m == leaves.Length) return whole ? [] : [Root(leaves)];
        var k = SplitOf(leaves.Length);
        return m <= k
            ? [.. SubProof(m, leaves[..k], whole), Root(leaves[k..])]
            : [.. SubProof(m - k, leaves[k..], whole: false), Root(leaves[..k])];
    }

    private static int SplitOf(int count) => 1 << BitOperations.Log2((uint)count - 1);
}

/// <summary>Leaf hashes for tests.</summary>
internal static class Leaves
{
    /// <summary>The leaf data of the reference tree of the Certificate Transparency project.</summary>
    public static readonly byte[][] Reference =
    [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
        [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];

    public static Hash256[] ReferenceHashes() => [.. Reference.Select(d => LogTree.LeafHash(Sha256.Instance, d))];

    public static Hash256[] Make(int count) =>
        [.. Enumerable.Range(0, count).Select(i => LogTree.LeafHash(Sha256.Instance, [(byte)i, (byte)(i >> 8)]))];

    public static Hash256 FlipBit(Hash256 hash, int bit)
    {
        var bytes = hash.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return new Hash256(bytes);
    }
}
