using Ledger.Core.Grpc;
using Ledger.Core.Transactions;

namespace Ledger.Node.Api;

/// <summary>
/// What the API answers when it cannot do what was asked: gRPC status, reason and a sentence (docs/spec/reasons.md).
/// </summary>
internal static class Statuses
{
    private static readonly TimeSpan PoolRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>The status of a refused transaction.</summary>
    public static RpcStatus Refused(Verdict verdict) => new(
        CodeOf(verdict.Refusal),
        verdict.Detail ?? verdict.Refusal.WireName(),
        verdict.Refusal.WireName(),
        verdict.Refusal == Refusal.PoolFull ? PoolRetry : null);

    public static RpcStatus InvalidArgument(string sentence) =>
        new(GrpcStatusCode.InvalidArgument, sentence, "INVALID_ARGUMENT");

    public static RpcStatus NotFound(string sentence) => new(GrpcStatusCode.NotFound, sentence, "NOT_FOUND");

    /// <summary>The gRPC status that a refusal has; the table of docs/spec/reasons.md.</summary>
    public static GrpcStatusCode CodeOf(Refusal refusal) => refusal switch
    {
        Refusal.None => GrpcStatusCode.Ok,
        Refusal.PoolFull => GrpcStatusCode.ResourceExhausted,
        Refusal.UnknownKey or Refusal.SignatureInvalid or Refusal.ApprovalInvalid => GrpcStatusCode.Unauthenticated,
        Refusal.NotAuthorised or Refusal.NotApproved => GrpcStatusCode.PermissionDenied,
        // Not DEADLINE_EXCEEDED, which says that the call may be tried again as it is.
        Refusal.Expired or Refusal.WrongEpoch or Refusal.EpochEnded => GrpcStatusCode.FailedPrecondition,
        Refusal.Duplicate => GrpcStatusCode.AlreadyExists,
        _ => GrpcStatusCode.InvalidArgument,
    };
}
