using System.Net;
using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>Translates what HTTP reports into gRPC statuses.</summary>
/// <remarks>gRPC over HTTP/2, "Errors", and http-grpc-status-mapping.</remarks>
internal static class GrpcFailures
{
    private static readonly RpcStatus DeadlinePassed = new(
        GrpcStatusCode.DeadlineExceeded,
        "The deadline of the call passed. The node may have done the work all the same.");

    /// <summary>
    /// The exception to throw for a failure inside a call; the caller's own cancellation is rethrown as it is.
    /// </summary>
    public static Exception Translate(Exception failure, GrpcDeadline deadline)
    {
        if (deadline.Passed) return new RpcException(DeadlinePassed, failure);
        deadline.ThrowIfCancelled();
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException protocol)
                return new RpcException(OfStreamError(protocol.ErrorCode), failure);
        }

        return new RpcException(
            new RpcStatus(GrpcStatusCode.Unavailable, "The node cannot be reached, or the connection to it broke."),
            failure);
    }

    /// <summary>The status of a response that is not HTTP 200, or null.</summary>
    public static RpcStatus? OfResponse(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var code = response.StatusCode switch
            {
                HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
                HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
                HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
                HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
                HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                    or HttpStatusCode.GatewayTimeout => GrpcStatusCode.Unavailable,
                _ => GrpcStatusCode.Unknown,
            };
            return new RpcStatus(code, $"The peer answered HTTP {(int)response.StatusCode} instead of gRPC.");
        }

        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values)
            ? values.ToString()
            : null;
        return GrpcHeaderNames.IsGrpcContentType(type)
            ? null
            : new RpcStatus(GrpcStatusCode.Unknown, "The peer answered something else than gRPC.");
    }

    // RFC 9113 section 7 gives the error codes, gRPC over HTTP/2 their meaning.
    private static RpcStatus OfStreamError(long errorCode) => errorCode switch
    {
        0x7 => new RpcStatus(GrpcStatusCode.Unavailable, "The node refused the call before looking at it."),
        0x8 => new RpcStatus(GrpcStatusCode.Cancelled, "The node cancelled the call."),
        0xb => new RpcStatus(GrpcStatusCode.ResourceExhausted, "The node asks this client to call less often."),
        0xc => new RpcStatus(GrpcStatusCode.PermissionDenied, "The node wants a stronger connection."),
        _ => new RpcStatus(GrpcStatusCode.Internal, $"The node broke off the call with HTTP/2 error {errorCode}."),
    };
}
