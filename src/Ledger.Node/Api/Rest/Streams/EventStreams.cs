using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Rest.Streams;

/// <summary>
/// Runs streams of server-sent events: not more at once than this node bears, and none for a reader that does not read.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class EventStreams(ILogger logger, TimeProvider time)
{
    /// <summary>Streams of one caller at once.</summary>
    public const int PerCaller = 16;

    /// <summary>Streams of all callers at once.</summary>
    public const int InAll = 256;

    /// <summary>Between two signs of life, so that those in between do not take a quiet stream for a dead
    /// one.</summary>
    public static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15);

    /// <summary>How long a write may wait for its reader; then the reader is cut off and comes back where it
    /// was.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StreamSeats _seats = new(PerCaller, InAll);

    /// <summary>Runs a stream until it ends, its caller leaves, or the node stops.</summary>
    public async ValueTask RunAsync(RestCall call, Func<EventStream, ValueTask<RpcStatus>> run)
    {
        if (HttpMethods.IsHead(call.Http.Request.Method))
        {
            EventStream.Prepare(call.Http.Response);
            return;
        }

        using var seat = _seats.TryTake(call);
        if (seat is null) await Problems.WriteAsync(call.Http, _seats.TooMany).ConfigureAwait(false);
        else await RunSeatedAsync(call, run).ConfigureAwait(false);
    }

    private async ValueTask RunSeatedAsync(RestCall call, Func<EventStream, ValueTask<RpcStatus>> run)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        using var stream = new EventStream(call.Http, Patience, time, ended.Token);
        var running = run(stream);
        if (running.IsCompleted && !stream.HasBegun)
        {
            await Problems.WriteAsync(call.Http, await running.ConfigureAwait(false)).ConfigureAwait(false);
            return;
        }

        var beating = BeatAsync(stream, ended.Token);
        try
        {
            await stream.BeginAsync().ConfigureAwait(false);
            var end = await running.ConfigureAwait(false);
            await stream.EndAsync(end).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            RestLog.StreamCutOff(logger, Patience);
            call.Http.Abort();
        }
        catch (OperationCanceledException) when (call.Cancellation.IsCancellationRequested && !call.Aborted)
        {
            // The node stops. The stream ends in order, and its reader goes on with another node.
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await beating.ConfigureAwait(false);
        }
    }

    private async Task BeatAsync(EventStream stream, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(HeartbeatEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
                await stream.BeatAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or IOException)
        {
            // The stream is over, or its reader does not read: the writer of events finds out as well.
        }
    }
}
