using System.Security.Cryptography;
using System.Text.Json;
using Ledger.Client.Outbox;
using Ledger.Client.Records;
using Ledger.Client.Records.Authorisation;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;

namespace ApprovalsApp;

/// <summary>
/// Anchors what a route decided: after the handler succeeded, and before the caller hears of it, evidence of the decision
/// is durable in the outbox. So no caller sees a decision that is not going to be on the chain; and since the key names the
/// decision, a call that is repeated does not anchor it twice.
/// </summary>
internal sealed class AnchoringFilter(LedgerOutbox outbox) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        if (result is IValueHttpResult { Value: Request request } and IStatusCodeHttpResult { StatusCode: < 300 or null })
            await outbox.EnqueueAsync(RecordOf(request), KeyOf(request), context.HttpContext.RequestAborted);
        return result;
    }

    /// <summary>The name under which a decision is in the outbox.</summary>
    public static string KeyOf(Request request) => $"{request.Id}/{request.State}";

    // Only a digest of the request leaves the house.
    private static EvidenceRecord RecordOf(Request request)
    {
        var by = new RecordAuthor(request.By, EvidenceRoles.Operator, request.At);
        var subject = "request/" + request.Id;
        var digest = new EvidenceDigest(
            "sha-256", SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request)), "application/json");
        return request.State switch
        {
            "submit" => SceneReviewRecord.Submit(by, subject, request.Title, digests: [digest]),
            "approve" => SceneReviewRecord.Approve(by, subject, digests: [digest]),
            _ => SceneReviewRecord.Reject(by, subject, digests: [digest]),
        };
    }
}

internal static class AnchoringFilterExtensions
{
    public static RouteHandlerBuilder AnchorsDecision(this RouteHandlerBuilder route) =>
        route.AddEndpointFilter<AnchoringFilter>();
}
