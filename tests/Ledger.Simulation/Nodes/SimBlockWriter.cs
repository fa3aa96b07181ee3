using Ledger.Node.Execution;
using Ledger.Storage;

namespace Ledger.Simulation.Nodes;

/// <summary>
/// What a thread that writes blocks may do, without one: every other block is written as late as can be, when somebody waits
/// for it, so the next block is executed with nothing of it on disk.
/// </summary>
internal sealed class SimBlockWriter(LedgerStore store) : IBlockWriter
{
    private (BlockCommit Commit, bool Sync)? _late;

    public void Begin(BlockCommit commit, bool sync)
    {
        if (commit.Block.Header.Height.Value % 2 == 0) store.Commit(commit, sync);
        else _late = (commit, sync);
    }

    public void Wait()
    {
        if (_late is not { } work) return;
        _late = null;
        store.Commit(work.Commit, work.Sync);
    }

    public void Dispose()
    {
    }
}
