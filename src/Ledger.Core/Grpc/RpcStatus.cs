namespace Ledger.Core.Grpc;

/// <summary>How a call ended: a code, a sentence for people, and what a program needs to react.</summary>
/// <param name="Code">The gRPC status code.</param>
/// <param name="Message">A sentence that says what happened and what to do; empty when the call succeeded.</param>
/// <param name="Reason">The machine-readable reason in UPPER_SNAKE_CASE, if there is one.</param>
/// <param name="RetryDelay">How long to wait before the same call makes sense again, if the peer knows.</param>
/// <remarks>
/// Immutable. On the wire: grpc-status, grpc-message and grpc-status-details-bin; see <see cref="RpcStatusCodec"/>.
/// </remarks>
public sealed record RpcStatus(
    GrpcStatusCode Code,
    string Message,
    string? Reason = null,
    TimeSpan? RetryDelay = null)
{
    /// <summary>Success.</summary>
    public static RpcStatus Ok { get; } = new(GrpcStatusCode.Ok, "");

    /// <summary>Whether the call succeeded.</summary>
    public bool IsOk => Code == GrpcStatusCode.Ok;

    /// <inheritdoc/>
    public override string ToString() => Reason is null ? $"{Code}: {Message}" : $"{Code} ({Reason}): {Message}";
}
