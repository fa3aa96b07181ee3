namespace Ledger.Testing;

/// <summary>The system's clock, but its timers fire when a test says so, once.</summary>
public sealed class HandTimers : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<HandTimer> _timers = [];

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(() => callback(state));
        lock (_gate) _timers.Add(timer);
        return timer;
    }

    /// <summary>The time of all timers that were made until now is over.</summary>
    public void Fire()
    {
        HandTimer[] due;
        lock (_gate)
        {
            due = [.. _timers];
            _timers.Clear();
        }

        foreach (var timer in due) timer.Fire();
    }

    private sealed class HandTimer(Action callback) : ITimer
    {
        private bool _isDisposed;

        public void Fire()
        {
            if (!Volatile.Read(ref _isDisposed)) callback();
        }

        // Whoever changes a timer waits for the hand all the same.
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => Volatile.Write(ref _isDisposed, true);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
