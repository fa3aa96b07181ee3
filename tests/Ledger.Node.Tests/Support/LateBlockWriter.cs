using Ledger.Node.Execution;
using Ledger.Storage;

namespace Ledger.Node.Tests.Support;

/// <summary>Writes a block when somebody waits for it and not before: as late as a thread can.</summary>
internal sealed class LateBlockWriter(LedgerStore store, List<string> log) : IBlockWriter
{
    private (BlockCommit Commit, bool Sync)? _work;

    /// <summary>The height whose write fails.</summary>
    public ulong Fails { get; init; }

    public void Begin(BlockCommit commit, bool sync)
    {
        Assert.Null(_work);
        log.Add($"begin {commit.Block.Header.Height}{(sync ? " synced" : "")}");
        _work = (commit, sync);
    }

    public void Wait()
    {
        if (_work is not { } work) return;
        var height = work.Commit.Block.Header.Height;
        if (height.Value == Fails) throw new StorageException(StorageFault.InputOutput, "the disk refused");
        _work = null;
        store.Commit(work.Commit, work.Sync);
        log.Add($"written {height}");
    }

    public void Dispose()
    {
    }
}
