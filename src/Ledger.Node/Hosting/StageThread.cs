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
    // A monitor and not one of the framework's blocking queues: those spin before they wait, and four nodes on two cores
    // would spend a good part of them on that.
    private readonly object _gate = new();
    private readonly Queue<T> _items = new();
    private readonly int _capacity;
    private readonly Action<List<T>> _process;
    private readonly int _maxBatch;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    /// <param name="name">Thread name.</param>
    /// <param name="capacity">Bound of the queue.</param>
    /// <param name="maxBatch">Most items that one call of <paramref name="process"/> gets.</param>
    /// <param name="process">Handles at least one item, in order; the list is reused after it returns.</param>
    /// <param name="stackBytes">Stack of the thread; 0 for the system's default.</param>
    public StageThread(string name, int capacity, int maxBatch, Action<List<T>> process, int stackBytes = 0)
    {
        _capacity = capacity;
        _process = process;
        _maxBatch = maxBatch;
        Thread = new Thread(Run, stackBytes) { Name = name, IsBackground = true };
    }

    /// <summary>Ends when the stage has ended; faulted when an exception ended it.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether an item waits. As the stage's own thread sees it, one then follows for sure.</summary>
    public bool HasWaiting
    {
        get
        {
            lock (_gate) return _items.Count > 0;
        }
    }

    private Thread Thread { get; }

    /// <summary>Starts the thread.</summary>
    public void Start() => Thread.Start();

    /// <summary>Adds an item unless the queue is full or closed.</summary>
    public bool TryAdd(T item)
    {
        lock (_gate) return _items.Count < _capacity && Enqueue(item);
    }

    /// <summary>Adds an item, waiting while the queue is full; false when the stage is closed.</summary>
    public bool Add(T item)
    {
        lock (_gate)
        {
            while (_items.Count >= _capacity && !_closed) Monitor.Wait(_gate);
            return Enqueue(item);
        }
    }

    /// <summary>Lets the queue run empty and waits for the thread to end.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        if (Thread.ThreadState.HasFlag(ThreadState.Unstarted)) return;
        await ((Task)_completion.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private bool Enqueue(T item)
    {
        if (_closed) return false;
        _items.Enqueue(item);
        // Only an empty queue has its owner waiting.
        if (_items.Count == 1) Monitor.PulseAll(_gate);
        return true;
    }

    private void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        try
        {
            var batch = new List<T>(_maxBatch);
            while (Take(batch)) _process(batch);
            _completion.SetResult();
        }
        catch (Exception e)
        {
            Close();
            _completion.SetException(e);
        }
    }

    // Waits for items; false when the stage is closed and none is left.
    private bool Take(List<T> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (_items.Count == 0 && !_closed) Monitor.Wait(_gate);
            var wasFull = _items.Count >= _capacity;
            while (batch.Count < _maxBatch && _items.TryDequeue(out var item)) batch.Add(item);
            if (wasFull) Monitor.PulseAll(_gate);
        }

        return batch.Count > 0;
    }
}
