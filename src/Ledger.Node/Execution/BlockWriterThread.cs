using System.Runtime.ExceptionServices;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>Writes blocks on a thread of its own, which is made for the first of them.</summary>
/// <remarks>
/// Safe for concurrent use. After a failure nothing is written any more. Disposing waits for the block that is being
/// written. A monitor, as in <see cref="Hosting.StageThread{T}"/>: nothing spins.
/// </remarks>
internal sealed class BlockWriterThread(LedgerStore store) : IBlockWriter
{
    private readonly object _gate = new();
    private Thread? _thread;

    // What is to be written, until it is. Bound: one block.
    private (BlockCommit Commit, bool Sync)? _work;
    private ExceptionDispatchInfo? _failure;
    private bool _disposed;

    /// <inheritdoc/>
    public void Begin(BlockCommit commit, bool sync)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _failure?.Throw();
            if (_work is not null) throw new InvalidOperationException("another block is still being written");
            _work = (commit, sync);
            if (_thread is null)
            {
                _thread = new Thread(Run) { Name = "ledger-writing", IsBackground = true };
                _thread.Start();
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public void Wait()
    {
        lock (_gate)
        {
            while (_work is not null) Monitor.Wait(_gate);
            _failure?.Throw();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Monitor.PulseAll(_gate);
        }

        _thread?.Join();
    }

    private void Run()
    {
        while (Take() is { } work)
        {
            ExceptionDispatchInfo? failure = null;
            try
            {
                store.Commit(work.Commit, work.Sync);
            }
            catch (Exception e)
            {
                // Whoever waits for the block gets it, and ends its stage.
                failure = ExceptionDispatchInfo.Capture(e);
            }

            lock (_gate)
            {
                _failure = failure;
                _work = null;
                Monitor.PulseAll(_gate);
                if (failure is not null) return;
            }
        }
    }

    // Waits for a block; null when there will be none.
    private (BlockCommit Commit, bool Sync)? Take()
    {
        lock (_gate)
        {
            while (_work is null && !_disposed) Monitor.Wait(_gate);
            return _work;
        }
    }
}
