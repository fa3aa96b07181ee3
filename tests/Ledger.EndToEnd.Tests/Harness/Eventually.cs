using System.Diagnostics;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>Waits for what other processes bring about, with a deadline.</summary>
internal static class Eventually
{
    /// <summary>
    /// After which a test gives up: far more than anything takes on a machine that is busy with other work. How long
    /// something takes is never asserted by it; whoever asserts a time measures it (<see cref="Alone"/>).
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again and again until the answer is yes. Returns how long it took.</summary>
    /// <exception cref="TimeoutException">It was not within the time; the message says how it stood.</exception>
    public static async Task<TimeSpan> HoldsAsync(
        string what, Func<CancellationToken, Task<(bool Holds, string State)>> ask)
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        using var deadline = new CancellationTokenSource(Patience);
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
                throw new TimeoutException($"{what}: not within {Patience.TotalSeconds:0} s; last: {state}");
            }
        }
    }

    /// <inheritdoc cref="HoldsAsync(string, Func{CancellationToken, Task{ValueTuple{bool, string}}})"/>
    public static Task<TimeSpan> HoldsAsync(string what, Func<bool> ask) =>
        HoldsAsync(what, _ => Task.FromResult((ask(), "not yet")));

    /// <summary>Lets time pass for which nothing can be awaited: how long a fault lasts.</summary>
    public static async Task PassAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
