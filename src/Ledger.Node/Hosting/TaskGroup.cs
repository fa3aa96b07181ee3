namespace Ledger.Node.Hosting;

/// <summary>Runs loops that belong together: when one ends, for whatever reason, all end.</summary>
internal static class TaskGroup
{
    /// <summary>
    /// Runs until <paramref name="stop"/> is set or one of the loops ends. When this task ends, every loop has ended; it
    /// is faulted with what ended the first, so that no failure hides behind loops that go on.
    /// </summary>
    public static async Task RunAsync(IReadOnlyList<Func<CancellationToken, Task>> loops, CancellationToken stop)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = loops.Select(loop => StartAsync(loop, stopping.Token)).ToArray();
        var first = await Task.WhenAny(running).ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    // A loop that throws before it first waits fails like any other.
    private static async Task StartAsync(Func<CancellationToken, Task> loop, CancellationToken stop) =>
        await loop(stop).ConfigureAwait(false);
}
