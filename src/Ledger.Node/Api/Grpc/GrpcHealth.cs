using System.Collections.Immutable;
using Ledger.Core.Grpc;
using Ledger.Core.Grpc.Health;
using ServingStatus = Ledger.Core.Grpc.Health.HealthCheckResponse.Types.ServingStatus;

namespace Ledger.Node.Api.Grpc;

/// <summary>The standard health service: load balancers and orchestrators ask it whether to send calls here.</summary>
/// <remarks>
/// Safe for concurrent use. The empty name is the node as a whole. A watcher sees the latest state, not every state
/// between. Bound: the services that the node itself names.
/// </remarks>
public sealed class GrpcHealth
{
    private static readonly RpcStatus UnknownService =
        new(GrpcStatusCode.NotFound, "This node does not know the service.", "SERVICE_UNKNOWN");

    // Anybody may watch: so many at once, and strangers cannot fill this node with streams that never end.
    internal const int MaxWatchers = 64;

    private static readonly RpcStatus TooManyWatchers = new(
        GrpcStatusCode.ResourceExhausted, $"This node serves {MaxWatchers} watchers of its health at once; use Check.",
        "TOO_MANY_STREAMS", TimeSpan.FromSeconds(5));

    private readonly Lock _lock = new();
    private int _watchers;
    private Snapshot _current = new(ImmutableDictionary<string, bool>.Empty.Add("", false));

    /// <summary>Sets whether a service serves calls. The node as a whole starts as not serving.</summary>
    public void Set(string service, bool serving)
    {
        ArgumentNullException.ThrowIfNull(service);
        Snapshot old;
        lock (_lock)
        {
            old = _current;
            if (old.Services.TryGetValue(service, out var known) && known == serving) return;
            Volatile.Write(ref _current, new Snapshot(old.Services.SetItem(service, serving)));
        }

        old.Replaced.SetResult();
    }

    internal void Map(IEndpointRouteBuilder routes)
    {
        var service = HealthReflection.Descriptor.Services.Single();
        routes.MapUnary(
            new GrpcMethod<HealthCheckRequest, HealthCheckResponse>(service, "Check"),
            (request, _) => ValueTask.FromResult(Check(request))).AllowAnonymous();
        routes.MapServerStreaming(
            new GrpcMethod<HealthCheckRequest, HealthCheckResponse>(service, "Watch"), WatchAsync)
            .AllowAnonymous();
    }

    private RpcResult<HealthCheckResponse> Check(HealthCheckRequest request)
    {
        var status = Volatile.Read(ref _current).StatusOf(request.Service);
        return status == ServingStatus.ServiceUnknown ? UnknownService : new HealthCheckResponse { Status = status };
    }

    private async ValueTask<RpcStatus> WatchAsync(
        HealthCheckRequest request, GrpcStreamWriter<HealthCheckResponse> responses, GrpcCall call)
    {
        try
        {
            if (Interlocked.Increment(ref _watchers) > MaxWatchers) return TooManyWatchers;
            ServingStatus? sent = null;
            while (true)
            {
                var snapshot = Volatile.Read(ref _current);
                var status = snapshot.StatusOf(request.Service);
                if (status != sent) await responses.WriteAsync(new HealthCheckResponse { Status = status });
                sent = status;
                await snapshot.Replaced.Task.WaitAsync(call.Cancellation);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }

    private sealed class Snapshot(ImmutableDictionary<string, bool> services)
    {
        public ImmutableDictionary<string, bool> Services { get; } = services;

        // Set when a newer snapshot is current; watchers continue elsewhere, not on the thread that changed the state.
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ServingStatus StatusOf(string service) => Services.TryGetValue(service, out var serving)
            ? serving ? ServingStatus.Serving : ServingStatus.NotServing
            : ServingStatus.ServiceUnknown;
    }
}
