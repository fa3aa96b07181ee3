using System.Globalization;
using System.Text.Json;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Rest.Forms;
using Microsoft.AspNetCore.WebUtilities;

namespace Ledger.Node.Api.Rest;

/// <summary>Refusals over HTTP: problem details (RFC 9457) with the reason that gRPC gives too.</summary>
internal static class Problems
{
    /// <summary>What precedes a reason in a problem's <c>type</c>.</summary>
    public const string TypePrefix = "urn:ledger:reason:";

    // What went wrong is in the node's log; a caller learns nothing from it but what it could abuse.
    public static readonly RpcStatus Unexpected = new(
        GrpcStatusCode.Internal, "the node failed to handle the call; its operator finds the cause in the log",
        "INTERNAL");

    public static readonly RpcStatus TooSlow = new(
        GrpcStatusCode.DeadlineExceeded, "the node did not come to an answer in time; ask again, or another node",
        "TRY_AGAIN");

    public static readonly RpcStatus NoSuchPath = new(
        GrpcStatusCode.NotFound, "there is nothing at this path; /v1/openapi.json lists what there is", "NO_SUCH_PATH");

    /// <summary>The form of a refusal.</summary>
    public static ProblemForm Of(RpcStatus refusal, int status)
    {
        var reason = refusal.Reason ?? JsonNamingPolicy.SnakeCaseUpper.ConvertName(refusal.Code.ToString());
        return new ProblemForm(
            TypePrefix + reason, ReasonPhrases.GetReasonPhrase(status), status, reason, refusal.Message,
            refusal.RetryDelay is { } delay ? (long)delay.TotalMilliseconds : null);
    }

    /// <summary>Answers with a refusal.</summary>
    public static Task WriteAsync(HttpContext http, RpcStatus refusal, int? status = null)
    {
        var code = status ?? HttpStatusTable.Of(refusal);
        var response = http.Response;
        response.StatusCode = code;
        response.ContentType = MediaTypes.Problem;
        if (refusal.RetryDelay is { } delay)
        {
            // Whole seconds, and never sooner than was said.
            response.Headers.RetryAfter =
                Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(Of(refusal, code), RestJson.Shared.ProblemForm);
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}
