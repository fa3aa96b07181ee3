using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Rest;

/// <summary>The HTTP status of a gRPC status: one table, docs/spec/rest.md section 3.</summary>
internal static class HttpStatusTable
{
    public static int Of(RpcStatus status) => (status.Code, status.Reason) switch
    {
        // What is too large stays so, however long one waits.
        (GrpcStatusCode.InvalidArgument, "TOO_LARGE") or (GrpcStatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE") =>
            StatusCodes.Status413PayloadTooLarge,
        // 401 is about the caller. These are about a transaction that somebody hands in, whoever that is.
        (GrpcStatusCode.Unauthenticated, "UNKNOWN_KEY" or "SIGNATURE_INVALID" or "APPROVAL_INVALID") =>
            StatusCodes.Status403Forbidden,
        (GrpcStatusCode.Ok, _) => StatusCodes.Status200OK,
        (GrpcStatusCode.InvalidArgument or GrpcStatusCode.OutOfRange, _) => StatusCodes.Status400BadRequest,
        (GrpcStatusCode.Unauthenticated, _) => StatusCodes.Status401Unauthorized,
        (GrpcStatusCode.PermissionDenied, _) => StatusCodes.Status403Forbidden,
        (GrpcStatusCode.NotFound, _) => StatusCodes.Status404NotFound,
        (GrpcStatusCode.AlreadyExists or GrpcStatusCode.FailedPrecondition or GrpcStatusCode.Aborted, _) =>
            StatusCodes.Status409Conflict,
        (GrpcStatusCode.ResourceExhausted, _) => StatusCodes.Status429TooManyRequests,
        (GrpcStatusCode.Unimplemented, _) => StatusCodes.Status501NotImplemented,
        (GrpcStatusCode.Unavailable, _) => StatusCodes.Status503ServiceUnavailable,
        (GrpcStatusCode.DeadlineExceeded, _) => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
