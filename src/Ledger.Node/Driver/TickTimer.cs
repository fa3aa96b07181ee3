namespace Ledger.Node.Driver;

/// <summary>
/// The clock of the driver: it ticks at a fixed pace while anything is under way, and once at the end of a rest.
/// </summary>
/// <remarks>
/// <see cref="RestFor"/> is called by one thread at a time; the ticks come on any. Whoever is told of a tick calls
/// <see cref="RestFor"/> again afterwards: a rest ends with one tick, and no other follows by itself.
/// </remarks>
internal sealed class TickTimer : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly ITimer _timer;
    private bool _rests;

    public TickTimer(TimeProvider provider, Action tick) =>
        _timer = provider.CreateTimer(_ => tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Begins to tick.</summary>
    public void Start() => _timer.Change(Pace, Pace);

    /// <summary>Ticks next after so many milliseconds and then no more; at none or less, at its pace.</summary>
    public void RestFor(long milliseconds)
    {
        if (milliseconds > 0)
        {
            _rests = true;
            _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        }
        else if (_rests)
        {
            _rests = false;
            _timer.Change(Pace, Pace);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
