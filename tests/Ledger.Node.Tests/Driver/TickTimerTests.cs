using Ledger.Node.Driver;

namespace Ledger.Node.Tests.Driver;

/// <summary>The driver's clock, with a timer that a test turns by hand: exact numbers of ticks.</summary>
public sealed class TickTimerTests
{
    private readonly HandClock _clock = new();
    private int _ticks;

    [Fact]
    public async Task It_ticks_at_its_pace_until_it_is_told_to_rest()
    {
        await using var timer = new TickTimer(_clock, () => _ticks++);
        _clock.Pass(1000);
        Assert.Equal(0, _ticks);

        timer.Start();
        _clock.Pass(1000);

        Assert.Equal(50, _ticks);
    }

    [Fact]
    public async Task A_rest_ends_with_one_tick()
    {
        await using var timer = new TickTimer(_clock, () => _ticks++);
        timer.Start();
        timer.RestFor(980);

        _clock.Pass(979);
        Assert.Equal(0, _ticks);
        _clock.Pass(1);
        Assert.Equal(1, _ticks);
        _clock.Pass(5000);
        Assert.Equal(1, _ticks);
    }

    [Fact]
    public async Task Whatever_comes_meanwhile_brings_the_pace_back_at_once()
    {
        await using var timer = new TickTimer(_clock, () => _ticks++);
        timer.Start();
        timer.RestFor(980);
        _clock.Pass(500);

        timer.RestFor(0);
        _clock.Pass(20);

        Assert.Equal(1, _ticks);
    }

    [Fact]
    public async Task Under_load_nothing_puts_the_next_tick_off()
    {
        await using var timer = new TickTimer(_clock, () => _ticks++);
        timer.Start();

        for (var i = 0; i < 1000; i++)
        {
            _clock.Pass(1);
            timer.RestFor(-i);
        }

        Assert.Equal(50, _ticks);
    }

    /// <summary>A time that passes by hand, millisecond by millisecond, for one timer.</summary>
    private sealed class HandClock : TimeProvider
    {
        private Action _passOne = () => { };

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new HandTimer(() => callback(state));
            timer.Change(dueTime, period);
            _passOne = timer.Pass;
            return timer;
        }

        public void Pass(long milliseconds)
        {
            for (var i = 0; i < milliseconds; i++) _passOne();
        }
    }

    private sealed class HandTimer(Action callback) : ITimer
    {
        private long? _left;
        private long? _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _left = Milliseconds(dueTime);
            _period = Milliseconds(period);
            return true;
        }

        public void Pass()
        {
            if (--_left != 0) return;
            _left = _period;
            callback();
        }

        public void Dispose() => _left = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private static long? Milliseconds(TimeSpan time) =>
            time == Timeout.InfiniteTimeSpan ? null : (long)time.TotalMilliseconds;
    }
}
