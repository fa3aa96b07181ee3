using Ledger.Core.Callers;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Api.Rest;
using Microsoft.AspNetCore.Authorization;

namespace Ledger.Node.Api.Callers;

/// <summary>
/// Stands before every endpoint: a request goes on when its caller is known, or when its endpoint says that anybody may
/// (<c>AllowAnonymous</c>). An endpoint that says nothing is closed, and so is a path without one: a stranger does not
/// learn which paths there are.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Goes by the endpoint that routing chose and never by the path, so that no spelling of a
/// path goes around it. docs/spec/callers.md.
/// </remarks>
internal sealed class CallerGate(CallerVerifier callers, TimeProvider time)
{
    // Of a refused request so much is read and thrown away, so that the client reads the status and not a reset.
    private const long MaxDiscardedBytes = 64 << 10;

    // A client that streams waits for the status before it ends its request: so it is not waited for long.
    private static readonly TimeSpan DiscardWithin = TimeSpan.FromMilliseconds(250);

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
        await RequestRest.DiscardAsync(http.Request.BodyReader, MaxDiscardedBytes, DiscardWithin, time);
        GrpcStatusHeaders.Write(http.Response, status, trailersOnly: true);
    }

    // RFC 6750 section 3: no error code where nothing was shown.
    private static Task RefuseHttpAsync(HttpContext http, in CallerVerdict verdict)
    {
        RestEndpoint.Protect(http.Response.Headers);
        http.Response.Headers.WWWAuthenticate = verdict.Fault == CallerFault.CredentialMissing
            ? "Bearer realm=\"ledger\""
            : "Bearer realm=\"ledger\", error=\"invalid_token\"";
        return Problems.WriteAsync(http, verdict.Status);
    }
}
