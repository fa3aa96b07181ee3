using System.Diagnostics;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>Waits for what other processes bring about, with a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again and again until the answer is yes. Returns how long it took.</summary>
    /// <exception cref="TimeoutException">It was not within the time; the message says how it stood.</exception>
    public static async Task<TimeSpan> HoldsAsync(
        string what, TimeSpan within, Func<CancellationToken, Task<(bool Holds, string State)>> ask)
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        using var deadline = new CancellationTokenSource(within);
        var state = "never answered";
        while (true)
        {
            try
            {
                (var holds, state) = await ask(deadline.Token);
                if (holds) return Stopwatch.GetElapsedTime(since);
                await timer.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"{what}: not within {within.TotalSeconds:0} s; last: {state}");
            }
        }
    }

    /// <inheritdoc cref="HoldsAsync(string, TimeSpan, Func{CancellationToken, Task{ValueTuple{bool, string}}})"/>
    public static Task<TimeSpan> HoldsAsync(string what, TimeSpan within, Func<bool> ask) =>
        HoldsAsync(what, within, _ => Task.FromResult((ask(), "not yet")));

    /// <summary>Lets time pass for which nothing can be awaited: how long a fault lasts.</summary>
    public static async Task PassAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
