using Ledger.Core.Callers;
using Ledger.Core.Grpc;
using Ledger.Core.Transactions;

namespace Ledger.Node.Api.Rest;

/// <summary>The HTTP status that each reason comes with: what docs/spec/reasons.md says, for documents and
/// tests.</summary>
internal static class ReasonTable
{
    private static readonly Dictionary<string, GrpcStatusCode> Further = new(StringComparer.Ordinal)
    {
        ["INVALID_ARGUMENT"] = GrpcStatusCode.InvalidArgument,
        ["NOT_PERMITTED"] = GrpcStatusCode.PermissionDenied,
        ["NOT_FOUND"] = GrpcStatusCode.NotFound,
        ["NO_SUCH_PATH"] = GrpcStatusCode.NotFound,
        ["NO_CERTIFIED_BLOCK"] = GrpcStatusCode.FailedPrecondition,
        ["NO_CONTRACTS"] = GrpcStatusCode.FailedPrecondition,
        ["NOT_AN_AUDIT_NODE"] = GrpcStatusCode.FailedPrecondition,
        ["READ_ONLY_NODE"] = GrpcStatusCode.FailedPrecondition,
        ["NOT_VALIDATOR"] = GrpcStatusCode.FailedPrecondition,
        ["TRY_AGAIN"] = GrpcStatusCode.Unavailable,
        ["BEFORE_HISTORY"] = GrpcStatusCode.Unavailable,
        ["BEHIND"] = GrpcStatusCode.Unavailable,
        ["TOO_MANY_QUERIES"] = GrpcStatusCode.ResourceExhausted,
        ["TOO_MANY_STREAMS"] = GrpcStatusCode.ResourceExhausted,
        ["MESSAGE_TOO_LARGE"] = GrpcStatusCode.ResourceExhausted,
        ["INTERNAL"] = GrpcStatusCode.Internal,
    };

    private static readonly Dictionary<string, int> OfHttp = new(StringComparer.Ordinal)
    {
        ["METHOD_NOT_ALLOWED"] = StatusCodes.Status405MethodNotAllowed,
        ["NOT_ACCEPTABLE"] = StatusCodes.Status406NotAcceptable,
        ["UNSUPPORTED_MEDIA_TYPE"] = StatusCodes.Status415UnsupportedMediaType,
    };

    /// <summary>Why a caller is not known.</summary>
    public static IReadOnlyList<string> OfCallers { get; } =
        [.. Enum.GetValues<CallerFault>().Where(f => f != CallerFault.None).Select(f => f.WireName())];

    /// <summary>Every reason, in order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Enum.GetValues<Refusal>().Where(r => r != Refusal.None).Select(r => r.WireName())
            .Concat(OfCallers).Concat(Further.Keys).Concat(OfHttp.Keys).Order(StringComparer.Ordinal),
    ];

    /// <summary>The HTTP status of a reason.</summary>
    public static int HttpStatusOf(string reason) => OfHttp.TryGetValue(reason, out var status)
        ? status
        : HttpStatusTable.Of(new RpcStatus(CodeOf(reason), "", reason));

    private static GrpcStatusCode CodeOf(string reason) =>
        Further.TryGetValue(reason, out var code) ? code
            : OfCallers.Contains(reason, StringComparer.Ordinal) ? GrpcStatusCode.Unauthenticated
            : Statuses.CodeOf(Enum.GetValues<Refusal>().First(r => r.WireName() == reason));
}
