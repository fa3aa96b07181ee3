using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Node.Execution;

/// <summary>
/// This node computed a block that differs from the one a quorum certified. It must stop: either its disk, its software
/// or a quorum is wrong, and only people can tell which (PITFALLS P18).
/// </summary>
internal sealed class DivergenceException : Exception
{
    public DivergenceException()
    {
    }

    public DivergenceException(string message)
        : base(message)
    {
    }

    public DivergenceException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>A certified block that a peer served came to something else here.</summary>
    public DivergenceException(BlockHeader certified, ExecutedBlock own)
        : base(Describe(certified, own.Commit.Block.Header))
    {
        Height = certified.Height;
        Own = own;
    }

    /// <summary>A quorum signed another header than this node's block has.</summary>
    public DivergenceException(BlockHeight height, Hash256 own, Hash256 certified)
        : base($"block {height}: this node computed {own}, a quorum certified {certified}") => Height = height;

    /// <summary>The block; null where that is not known.</summary>
    public BlockHeight? Height { get; }

    /// <summary>What this node computed; null when that is on its disk.</summary>
    public ExecutedBlock? Own { get; }

    private static string Describe(BlockHeader certified, BlockHeader own)
    {
        var parts = new List<string>();
        Compare("previous", certified.Previous, own.Previous);
        Compare("time", certified.Time, own.Time);
        Compare("transaction_count", certified.TransactionCount, own.TransactionCount);
        Compare("transaction_root", certified.TransactionRoot, own.TransactionRoot);
        Compare("result_root", certified.ResultRoot, own.ResultRoot);
        Compare("log_size", certified.LogSize, own.LogSize);
        Compare("log_root", certified.LogRoot, own.LogRoot);
        Compare("state_root", certified.StateRoot, own.StateRoot);
        return $"block {certified.Height}: this node's execution differs from what a quorum certified: "
            + string.Join("; ", parts);

        void Compare<T>(string name, T theirs, T ours)
        {
            if (!EqualityComparer<T>.Default.Equals(theirs, ours)) parts.Add($"{name} certified {theirs}, own {ours}");
        }
    }
}
