using Ledger.Client.Import;
using Spectre.Console;

namespace Ledger.Cli.Output;

/// <summary>Shows how far an import is: a bar for people, nothing where nobody looks.</summary>
internal static class ImportProgressView
{
    /// <summary>Runs an import under a progress bar.</summary>
    public static async Task<ImportSummary> RunAsync(
        CliHost host, ImportSource source, Func<IProgress<ImportProgress>?, Task<ImportSummary>> import)
    {
        if (!host.IsInteractive) return await import(null);
        ImportSummary? summary = null;
        await Paint.Console(host, host.Error).Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask($"checking {Markup.Escape(Path.GetFileName(source.Path))}", maxValue: 1);
                bar.IsIndeterminate = true;
                summary = await import(new Sink(bar));
            });
        return summary!;
    }

    private sealed class Sink(ProgressTask bar) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            bar.IsIndeterminate = false;
            bar.MaxValue = Math.Max(1, value.TotalRows);
            bar.Value = value.RecordedRows;
            bar.Description = $"{value.RecordedRows}/{value.TotalRows} rows";
        }
    }
}
