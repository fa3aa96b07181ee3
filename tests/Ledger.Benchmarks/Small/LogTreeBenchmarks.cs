using BenchmarkDotNet.Attributes;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Benchmarks.Small;

/// <summary>The log tree, with as many leaves as a small consortium anchors in a day.</summary>
public class LogTreeBenchmarks : ILogNodes
{
    private const int Leaves = 100_000;
    private const int BlockLeaves = 100;
    private const ulong Index = 61_803;

    private readonly Dictionary<(int Level, ulong Index), Hash256> _nodes = [];
    private readonly LogFrontier _frontier = new(Sha256.Instance);
    private readonly Hash256[] _block = new Hash256[BlockLeaves];
    private Hash256[] _path = [];
    private Hash256 _leaf;
    private Hash256 _root;

    [GlobalSetup]
    public void SetUp()
    {
        var completed = new List<LogNode>();
        for (var i = 0UL; i < Leaves; i++)
        {
            var leaf = LogTree.LeafHash(Sha256.Instance, BitConverter.GetBytes(i));
            _nodes[(0, i)] = leaf;
            _frontier.Append(leaf, completed);
            if (i < BlockLeaves) _block[i] = leaf;
            if (i == Index) _leaf = leaf;
        }

        foreach (var node in completed) _nodes[(node.Level, node.Index)] = node.Hash;
        _root = _frontier.Root();
        _path = Inclusion();
        if (VerifyInclusion() != LogProofVerdict.Valid) throw new InvalidOperationException("the sample proof does not hold");
    }

    /// <inheritdoc/>
    public Hash256 Node(int level, ulong index) => _nodes[(level, index)];

    /// <summary>What a block of so many records does to the log: a copy of the frontier, the leaves, the root.</summary>
    [Benchmark(OperationsPerInvoke = BlockLeaves)]
    public Hash256 Append()
    {
        var frontier = _frontier.Clone();
        foreach (ref readonly var leaf in _block.AsSpan()) frontier.Append(leaf);
        return frontier.Root();
    }

    [Benchmark]
    public Hash256[] Inclusion() => LogProofs.Inclusion(Sha256.Instance, Index, Leaves, this);

    [Benchmark]
    public LogProofVerdict VerifyInclusion() =>
        LogProofs.VerifyInclusion(Sha256.Instance, _leaf, Index, Leaves, _path, _root);
}
