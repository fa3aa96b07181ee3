using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>A call that a node refused, or that did not reach one.</summary>
public sealed class RpcException : Exception
{
    /// <summary>Makes an exception of a status that is not OK.</summary>
    public RpcException(RpcStatus status, Exception? innerException = null)
        : base(Describe(status), innerException) => Status = status;

    /// <summary>How the call ended.</summary>
    public RpcStatus Status { get; }

    /// <summary>The gRPC status code.</summary>
    public GrpcStatusCode Code => Status.Code;

    /// <summary>The machine-readable reason, if the node gave one.</summary>
    public string? Reason => Status.Reason;

    /// <summary>How long to wait before trying again, if the node said so.</summary>
    public TimeSpan? RetryDelay => Status.RetryDelay;

    private static string Describe(RpcStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.ToString();
    }
}
