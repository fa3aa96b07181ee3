using Ledger.Core.Crypto;
using Ledger.Core.State;

namespace Ledger.Node.Execution;

/// <summary>
/// The newest executed block while it is being written: what of it the next block may ask for, which the database may or
/// may not have yet. The pages of the state tree lie in an overlay of their own.
/// </summary>
/// <remarks>Not thread-safe: the executor's.</remarks>
internal sealed class PendingBlock
{
    private readonly ExecutedBlock _block;
    private readonly IBlockWriter _writer;

    // Bound: the results of one block.
    private readonly HashSet<Hash256> _ids;

    // Bound: the namespaces that one block writes to.
    private readonly HashSet<string> _spaces = new(StringComparer.Ordinal);

    public PendingBlock(ExecutedBlock block, IBlockWriter writer)
    {
        _block = block;
        _writer = writer;
        _ids = [.. block.Commit.Block.Results.Select(r => r.TransactionId)];
        foreach (var write in block.Commit.StateWrites) _spaces.Add(write.Namespace);
    }

    /// <summary>Whether a transaction is in the block.</summary>
    public bool Contains(in Hash256 transactionId) => _ids.Contains(transactionId);

    /// <summary>The newest entry of a timeline; null when the block appended nothing to it.</summary>
    public TimelineHead? TimelineOf(string subject)
    {
        // In the order of their subjects.
        var (low, high) = (0, _block.Timelines.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(_block.Timelines[middle].Subject, subject);
            if (order == 0) return _block.Timelines[middle].Head;
            if (order < 0) low = middle + 1;
            else high = middle;
        }

        return null;
    }

    /// <summary>Returns once the database can be asked for the block's leaves.</summary>
    public void Await() => _writer.Wait();

    /// <summary>Returns once the database can be asked for a namespace: at once, unless the block writes to it.</summary>
    public void Await(string space)
    {
        if (_spaces.Contains(space)) _writer.Wait();
    }
}
