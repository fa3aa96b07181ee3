using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Grpc;

/// <summary>
/// What a handler returns: a response, or the status of a refusal. Refusals are values because they are expected.
/// </summary>
/// <typeparam name="T">The response message.</typeparam>
public readonly record struct RpcResult<T>
    where T : class
{
    private readonly RpcStatus? _status;

    private RpcResult(T? value, RpcStatus? status)
    {
        Value = value;
        _status = status;
    }

    /// <summary>The response; null exactly when the call was refused.</summary>
    public T? Value { get; }

    /// <summary>The status of the call.</summary>
    public RpcStatus Status => _status ?? (Value is null ? NoResponse : RpcStatus.Ok);

    // The default of this struct is a handler's mistake; the peer must not take it for an empty success.
    private static RpcStatus NoResponse { get; } = new(GrpcStatusCode.Internal, "The node gave no response.");

    /// <summary>A successful call.</summary>
    public static implicit operator RpcResult<T>(T value) => new(value, null);

    /// <summary>A refused call; the status must not be OK.</summary>
    public static implicit operator RpcResult<T>(RpcStatus status) => new(null, status.IsOk ? NoResponse : status);
}
