using Spectre.Console;

namespace Ledger.Cli.Output;

/// <summary>A bar for people on the error stream; nothing where nobody looks, and nothing when JSON is wanted.</summary>
internal static class Progress
{
    /// <summary>Runs work that reports how much of <paramref name="total"/> is done.</summary>
    public static async Task<T> RunAsync<T>(
        CliHost host, string label, long total, Func<IProgress<long>?, Task<T>> work)
    {
        if (!host.IsInteractive) return await work(null);
        var result = default(T);
        await Paint.Console(host, host.Error).Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(label), maxValue: Math.Max(1, total));
                result = await work(new Sink(bar));
            });
        return result!;
    }

    private sealed class Sink(ProgressTask bar) : IProgress<long>
    {
        public void Report(long value) => bar.Value = value;
    }
}
