namespace Ledger.Network.Peers;

/// <summary>Runs a bounded number of tasks side by side, keeps hold of each, and is where their errors end.</summary>
/// <remarks>Safe for every thread.</remarks>
internal sealed class TaskGroup(int limit, Action<Exception> onError)
{
    private readonly Lock _gate = new();

    // Bounded by the limit.
    private readonly Dictionary<long, Task> _running = [];
    private long _next;

    /// <summary>Starts the work on the thread pool; false when the limit is reached.</summary>
    public bool TryRun(Func<Task> work)
    {
        lock (_gate)
        {
            if (_running.Count >= limit) return false;
            var id = _next++;
            _running.Add(id, Task.Run(() => RunAsync(id, work)));
            return true;
        }
    }

    /// <summary>Ends when nothing runs any more.</summary>
    public async Task WhenEmptyAsync()
    {
        while (true)
        {
            Task[] running;
            lock (_gate) running = [.. _running.Values];
            if (running.Length == 0) return;
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(long id, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            onError(e);
        }
        finally
        {
            lock (_gate) _running.Remove(id);
        }
    }
}
