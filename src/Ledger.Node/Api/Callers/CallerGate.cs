using System.Buffers;
using System.Text.Json;
using Ledger.Core.Callers;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Grpc;
using Microsoft.AspNetCore.Authorization;

namespace Ledger.Node.Api.Callers;

/// <summary>
/// Stands before every endpoint: a request goes on when its caller is known, or when its endpoint says that anybody may
/// (<c>AllowAnonymous</c>). An endpoint that says nothing is closed, and so is a path without one: a stranger does not learn
/// which paths there are.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Goes by the endpoint that routing chose and never by the path, so that no spelling of a path goes
/// around it. docs/spec/callers.md.
/// </remarks>
internal sealed class CallerGate(CallerVerifier callers, GrpcServices grpc)
{
    // Of a refused request so much is read and thrown away, so that the client reads the status and not a reset.
    private const long MaxDiscardedBytes = 64 << 10;

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            var verdict = callers.Verify(http);
            if (verdict.Caller is not { } caller)
            {
                await RefuseAsync(http, verdict);
                return;
            }

            http.Features.Set(caller);
        }

        await next(http);
    }

    private Task RefuseAsync(HttpContext http, in CallerVerdict verdict) =>
        GrpcHeaderNames.IsGrpcContentType(http.Request.ContentType) && HttpProtocol.IsHttp2(http.Request.Protocol)
            ? RefuseGrpcAsync(http, verdict.Status)
            : RefuseHttpAsync(http, verdict);

    private async Task RefuseGrpcAsync(HttpContext http, RpcStatus status)
    {
        http.Response.ContentType = GrpcHeaderNames.ContentType;
        await RequestRest.DiscardAsync(
            http.Request.BodyReader, MaxDiscardedBytes, grpc.Options.RequestReadTimeout, grpc.Time);
        GrpcStatusHeaders.Write(http.Response, status, trailersOnly: true);
    }

    // RFC 6750 section 3, RFC 9457.
    private static async Task RefuseHttpAsync(HttpContext http, CallerVerdict verdict)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = verdict.Fault == CallerFault.CredentialMissing
            ? "Bearer realm=\"ledger\""
            : "Bearer realm=\"ledger\", error=\"invalid_token\"";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "application/problem+json";
        var body = Problem(verdict);
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static byte[] Problem(CallerVerdict verdict)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("title", "Unauthorized");
            json.WriteNumber("status", StatusCodes.Status401Unauthorized);
            json.WriteString("reason", verdict.Fault.WireName());
            json.WriteString("detail", verdict.Detail);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
