using System.Collections.Concurrent;

namespace Ledger.Node.Hosting;

/// <summary>
/// A stage of the pipeline with one owner: a dedicated thread that takes items from a bounded queue in order. Stages
/// that sync to disk run here, so that no thread of the pool waits for a disk.
/// </summary>
/// <remarks>
/// Adding is safe from any thread. An exception that leaves <c>process</c> stops the stage for good and is reported by
/// <see cref="Completion"/>: the host then ends the process, because a half-dead node is worse than a dead one.
/// </remarks>
internal sealed class StageThread<T> : IAsyncDisposable
{
    private readonly BlockingCollection<T> _queue;
    private readonly Action<List<T>> _process;
    private readonly int _maxBatch;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="name">Thread name.</param>
    /// <param name="capacity">Bound of the queue.</param>
    /// <param name="maxBatch">Most items that one call of <paramref name="process"/> gets.</param>
    /// <param name="process">Handles at least one item, in order; the list is reused after it returns.</param>
    public StageThread(string name, int capacity, int maxBatch, Action<List<T>> process)
    {
        _queue = new BlockingCollection<T>(capacity);
        _process = process;
        _maxBatch = maxBatch;
        Thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Ends when the stage has ended; faulted when an exception ended it.</summary>
    public Task Completion => _completion.Task;

    private Thread Thread { get; }

    /// <summary>Starts the thread.</summary>
    public void Start() => Thread.Start();

    /// <summary>Adds an item unless the queue is full or closed.</summary>
    public bool TryAdd(T item)
    {
        try
        {
            return _queue.TryAdd(item);
        }
        catch (InvalidOperationException)
        {
            // Closed while the node stops.
            return false;
        }
    }

    /// <summary>Adds an item, waiting while the queue is full; false when the stage is closed.</summary>
    public bool Add(T item)
    {
        try
        {
            _queue.Add(item);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Lets the queue run empty and waits for the thread to end.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        if (Thread.ThreadState.HasFlag(ThreadState.Unstarted)) return;
        await ((Task)_completion.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Run()
    {
        try
        {
            var batch = new List<T>(_maxBatch);
            foreach (var first in _queue.GetConsumingEnumerable())
            {
                batch.Clear();
                batch.Add(first);
                while (batch.Count < _maxBatch && _queue.TryTake(out var next)) batch.Add(next);
                _process(batch);
            }

            _completion.SetResult();
        }
        catch (Exception e)
        {
            _queue.CompleteAdding();
            _completion.SetException(e);
        }
    }
}
