using Ledger.Core.Grpc;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Ledger.Node.Api.Grpc;

/// <summary>
/// The protocol around one method: checks the request, runs the call under its deadline, reads the request to its end
/// and answers with a status. What kind of method it is, its subclass knows.
/// </summary>
/// <remarks>Stateless between calls and safe for concurrent use. docs/spec/grpc-wire.md.</remarks>
internal abstract class GrpcEndpoint(string path, GrpcServices services)
{
    private static readonly RpcStatus DeadlinePassed =
        new(GrpcStatusCode.DeadlineExceeded, "The deadline of the call passed.");

    private static readonly RpcStatus BadTimeout =
        new(GrpcStatusCode.Internal, "The grpc-timeout header is malformed.");

    // What went wrong is in the node's log; a peer learns nothing from it but what it could abuse.
    private static readonly RpcStatus UnexpectedError =
        new(GrpcStatusCode.Internal, "The node failed to handle the call. Its operator finds the cause in the log.");

    protected string Path { get; } = path;

    protected GrpcServerOptions Options { get; } = services.Options;

    protected TimeProvider Time { get; } = services.Time;

    /// <summary>Handles one HTTP request.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        if (!GrpcHeaderNames.IsGrpcContentType(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        }

        if (!HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "h2c";
            return Task.CompletedTask;
        }

        return RunAsync(http);
    }

    /// <summary>
    /// Whether the client always ends its request by itself. Where it waits for the status first, reading on would
    /// make both sides wait.
    /// </summary>
    protected virtual bool ReadsRequestToEnd => true;

    /// <summary>Reads the request, writes the response and returns the status of the call.</summary>
    protected abstract ValueTask<RpcStatus> CallAsync(GrpcCall call);

    private async Task RunAsync(HttpContext http)
    {
        Prepare(http);
        var started = Time.GetTimestamp();
        var status = BadTimeout;
        var wrote = false;
        if (GrpcCall.TryReadTimeout(http.Request, out var timeout))
        {
            using var call = new GrpcCall(http, timeout, Time);
            var outcome = await GuardAsync(call);
            if (outcome is null) return;
            status = outcome;
            wrote = call.HasWritten;
        }

        if (ReadsRequestToEnd)
        {
            await RequestRest.DiscardAsync(
                http.Request.BodyReader, Options.MaxDiscardedBytes, Options.RequestReadTimeout, Time);
        }

        GrpcStatusHeaders.Write(http.Response, status, trailersOnly: !wrote && !http.Response.HasStarted);
        services.Metrics.Ended(Path, status.Code, Time.GetElapsedTime(started));
        if (!status.IsOk) GrpcLog.CallRefused(services.Logger, Path, status.Code, status.Reason);
    }

    private static void Prepare(HttpContext http)
    {
        // Messages are bounded one by one and reads by a timeout; the limits of plain HTTP would cut quiet streams.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        http.Response.ContentType = GrpcHeaderNames.ContentType;
        http.Response.Headers[GrpcHeaderNames.AcceptEncoding] = GrpcHeaderNames.AcceptedEncodings;
    }

    // Null when the client is gone and nobody waits for a status. This is the boundary where a handler's error ends.
    private async ValueTask<RpcStatus?> GuardAsync(GrpcCall call)
    {
        try
        {
            return await CallAsync(call);
        }
        catch (Exception e) when (call.Aborted && (e is OperationCanceledException or IOException))
        {
            GrpcLog.CallAborted(services.Logger, Path);
            return null;
        }
        catch (OperationCanceledException) when (call.DeadlinePassed)
        {
            return DeadlinePassed;
        }
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException)
        {
            GrpcLog.CallAborted(services.Logger, Path);
            return null;
        }
        catch (Exception e)
        {
            GrpcLog.CallFailed(services.Logger, Path, e);
            return UnexpectedError;
        }
    }
}
