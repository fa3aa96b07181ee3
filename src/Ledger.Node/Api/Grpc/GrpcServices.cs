using Microsoft.Extensions.Options;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Ledger.Node.Api.Grpc;

/// <summary>What all gRPC endpoints of a node share, and the list of services that they implement.</summary>
/// <remarks>Safe for concurrent use. Bound: the list holds the services that were mapped at start.</remarks>
internal sealed class GrpcServices(
    IOptions<GrpcServerOptions> options,
    TimeProvider time,
    GrpcServerMetrics metrics,
    ILogger<GrpcServices> logger)
{
    private readonly Lock _lock = new();
    private ServiceDescriptor[] _mapped = [];

    public GrpcServerOptions Options { get; } = options.Value;

    public TimeProvider Time { get; } = time;

    public GrpcServerMetrics Metrics { get; } = metrics;

    public ILogger Logger { get; } = logger;

    /// <summary>The services with at least one mapped method, in order of their names.</summary>
    public IReadOnlyList<ServiceDescriptor> Mapped => Volatile.Read(ref _mapped);

    public void Add(ServiceDescriptor service)
    {
        lock (_lock)
        {
            if (_mapped.Contains(service)) return;
            ServiceDescriptor[] mapped = [.. _mapped, service];
            Array.Sort(mapped, static (x, y) => string.CompareOrdinal(x.FullName, y.FullName));
            Volatile.Write(ref _mapped, mapped);
        }
    }
}
