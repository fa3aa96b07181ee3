using Ledger.Client.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ledger.Client.Hosting;

/// <summary>
/// Delivers what is in the outbox as long as the host runs. When the outbox can no longer write, delivery ends, the health
/// check says so, and the application goes on.
/// </summary>
internal sealed partial class OutboxService(IServiceProvider services, ILogger<OutboxService> logger) : BackgroundService
{
    /// <summary>Why delivery has ended; null while it runs.</summary>
    public Exception? Fault { get; private set; }

    // Services are made before settings are checked; so the outbox is opened here, after that, and what is wrong with its
    // folder ends the start of the host.
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<LedgerOutbox>();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outbox = services.GetRequiredService<LedgerOutbox>();
        // Opening has been done; what follows must not hold up the start of the host.
        await Task.Yield();
        try
        {
            await outbox.RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(outbox.Status.PendingRecords);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fault = fault;
            LogEnded(fault, outbox.Status.PendingRecords);
        }
    }

    [LoggerMessage(6001, LogLevel.Information, "The outbox stopped; {Pending} records wait on disk")]
    private partial void LogStopped(int pending);

    [LoggerMessage(
        6002, LogLevel.Critical,
        "The outbox cannot write and has ended; {Pending} records wait on disk. Make room, then restart")]
    private partial void LogEnded(Exception fault, int pending);
}
