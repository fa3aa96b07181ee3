using Ledger.Core.Blocks;
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

    /// <summary>An answer that does not fit into a message.</summary>
    public static RpcStatus TooLarge(string sentence) =>
        new(GrpcStatusCode.ResourceExhausted, sentence, "MESSAGE_TOO_LARGE");

    /// <summary>This channel has no contracts.</summary>
    public static RpcStatus NoContracts { get; } = new(
        GrpcStatusCode.FailedPrecondition, "this channel has no contracts: its genesis document names no engine",
        "NO_CONTRACTS");

    /// <summary>More queries are waiting than this node takes.</summary>
    public static RpcStatus TooManyQueries { get; } = new(
        GrpcStatusCode.ResourceExhausted, "this node has as many queries waiting as it takes; try again shortly",
        "TOO_MANY_QUERIES", PoolRetry);

    /// <summary>A block that this node holds without a certificate of its own, so it cannot prove it.</summary>
    public static RpcStatus NoCertificate { get; } = new(
        GrpcStatusCode.Unavailable, "this node has no certificate of that block's own; ask another node", "TRY_AGAIN");

    /// <summary>This node's history begins later; another node may hold what was asked for.</summary>
    public static RpcStatus BeforeHistory(BlockHeight began) => new(
        GrpcStatusCode.Unavailable,
        $"this node's history begins after block {began}; ask a node that holds the whole",
        "BEFORE_HISTORY");

    /// <summary>This node's certified chain is not as high as the caller asks for; another's may be.</summary>
    public static RpcStatus Behind(BlockHeight asked, BlockHeight certified) => new(
        GrpcStatusCode.Unavailable,
        $"block {asked} or a later one is asked for, and this node has certified up to {certified}; "
        + "ask another node, or again",
        "BEHIND");

    /// <summary>The gRPC status that a refusal has; the table of docs/spec/reasons.md.</summary>
    public static GrpcStatusCode CodeOf(Refusal refusal) => refusal switch
    {
        Refusal.None => GrpcStatusCode.Ok,
        Refusal.PoolFull => GrpcStatusCode.ResourceExhausted,
        Refusal.UnknownKey or Refusal.SignatureInvalid or Refusal.ApprovalInvalid or Refusal.CoSignerUnknown
            or Refusal.CoSignatureInvalid => GrpcStatusCode.Unauthenticated,
        Refusal.NotAuthorised or Refusal.NotApproved => GrpcStatusCode.PermissionDenied,
        // Not DEADLINE_EXCEEDED, which says that the call may be tried again as it is.
        Refusal.Expired or Refusal.WrongEpoch or Refusal.EpochEnded or Refusal.EpochsExhausted
            or Refusal.ContractFailed => GrpcStatusCode.FailedPrecondition,
        Refusal.Duplicate => GrpcStatusCode.AlreadyExists,
        _ => GrpcStatusCode.InvalidArgument,
    };
}
