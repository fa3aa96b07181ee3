using Ledger.Core.Crypto;

namespace Ledger.Node.Execution;

/// <summary>
/// Lets callers wait until there is news of a transaction: its block is certified, or the pool gave it up. Safe for
/// concurrent use.
/// </summary>
internal sealed class OutcomeHub
{
    private readonly Lock _gate = new();

    // Bound: one entry per transaction that a call waits for; a call that ends for any reason takes its share away.
    private readonly Dictionary<Hash256, Waiters> _waiting = [];

    /// <summary>
    /// Starts waiting for a transaction. Register first, then look what became of it so far: then no order of events loses
    /// the signal. Dispose when the call ends.
    /// </summary>
    public Registration Register(in Hash256 id)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(id, out var waiters)) _waiting.Add(id, waiters = new Waiters());
            waiters.Count++;
            return new Registration(this, id, waiters);
        }
    }

    /// <summary>Signals that transactions are in a certified block, or are held no longer.</summary>
    public void Signal(IEnumerable<Hash256> ids)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0) return;
            foreach (var id in ids)
            {
                if (_waiting.Remove(id, out var waiters)) waiters.News.SetResult();
            }
        }
    }

    private void Leave(in Hash256 id, Waiters waiters)
    {
        lock (_gate)
        {
            if (--waiters.Count == 0 && _waiting.TryGetValue(id, out var current) && current == waiters)
                _waiting.Remove(id);
        }
    }

    /// <summary>One call's wait.</summary>
    public readonly struct Registration : IDisposable
    {
        private readonly OutcomeHub _hub;
        private readonly Hash256 _id;
        private readonly Waiters _waiters;

        internal Registration(OutcomeHub hub, in Hash256 id, Waiters waiters)
        {
            _hub = hub;
            _id = id;
            _waiters = waiters;
        }

        /// <summary>Ends when there is news; what it is has to be looked up.</summary>
        public Task News => _waiters.News.Task;

        /// <summary>Stops waiting.</summary>
        public void Dispose() => _hub.Leave(_id, _waiters);
    }

    internal sealed class Waiters
    {
        public TaskCompletionSource News { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count { get; set; }
    }
}
