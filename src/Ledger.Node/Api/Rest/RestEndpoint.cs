using System.Security.Cryptography;
using Ledger.Core.Grpc;
using Microsoft.AspNetCore.Connections;

namespace Ledger.Node.Api.Rest;

/// <summary>
/// The protocol around the operations of one path: method, form, arguments, body; then the handler; then the answer,
/// which is a body, a stream or a problem. What an operation does, its route knows.
/// </summary>
/// <remarks>Stateless between calls and safe for concurrent use. docs/spec/rest.md.</remarks>
internal sealed class RestEndpoint(IReadOnlyList<RestRoute> routes, RestServices services)
{
    private readonly string _allow = string.Join(
        ", ", routes.SelectMany(r => r.Method == "GET" ? ["GET", "HEAD"] : new[] { r.Method }).Append("OPTIONS"));

    /// <summary>Handles one HTTP request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        Protect(http.Response.Headers);
        var method = HttpMethods.IsHead(http.Request.Method) ? "GET" : http.Request.Method;
        var route = routes.FirstOrDefault(r => r.Method == method);
        if (route is null)
        {
            await RefuseMethodAsync(http).ConfigureAwait(false);
            return;
        }

        var started = services.Time.GetTimestamp();
        using var call = new RestCall(
            http, route.IsStream ? null : route.Limit, services.Time, services.Stopping);
        try
        {
            await HandleAsync(route, call).ConfigureAwait(false);
        }
        catch (Exception e) when (IsOver(call, e))
        {
            RestLog.CallAborted(services.Logger, route.Id);
        }
        catch (OperationCanceledException) when (call.Cancellation.IsCancellationRequested)
        {
            await RefuseAsync(http, Problems.TooSlow).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await Problems.WriteAsync(http, Statuses.InvalidArgument("the request is malformed"), e.StatusCode)
                .ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The boundary of the call: whatever broke in its handler must not end the node.
            RestLog.CallFailed(services.Logger, route.Id, e);
            await RefuseAsync(http, Problems.Unexpected).ConfigureAwait(false);
        }

        services.Metrics.Ended(route.Id, http.Response.StatusCode, services.Time.GetElapsedTime(started));
    }

    /// <summary>Headers of every answer: no guessing of types, no keeping, nothing to embed or to run.</summary>
    public static void Protect(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static bool IsOver(RestCall call, Exception e) =>
        e is ConnectionResetException or ConnectionAbortedException
        || (call.Aborted && e is OperationCanceledException or IOException);

    private Task RefuseMethodAsync(HttpContext http)
    {
        http.Response.Headers.Allow = _allow;
        if (!HttpMethods.IsOptions(http.Request.Method))
        {
            return Problems.WriteAsync(
                http,
                new RpcStatus(GrpcStatusCode.InvalidArgument, $"this path takes {_allow}", "METHOD_NOT_ALLOWED"),
                StatusCodes.Status405MethodNotAllowed);
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    // When an answer has begun it cannot become a refusal; the client sees that it has no end.
    private static Task RefuseAsync(HttpContext http, RpcStatus refusal)
    {
        if (!http.Response.HasStarted)
        {
            http.Response.Clear();
            Protect(http.Response.Headers);
            return Problems.WriteAsync(http, refusal);
        }

        http.Abort();
        return Task.CompletedTask;
    }

    private async ValueTask HandleAsync(RestRoute route, RestCall call)
    {
        var http = call.Http;
        if (Negotiation.Choose(http.Request, route.Answers) is not { } form)
        {
            await Problems.WriteAsync(
                http,
                new RpcStatus(
                    GrpcStatusCode.InvalidArgument,
                    "this answers in " + string.Join(", ", route.Answers.Select(a => a.MediaType)), "NOT_ACCEPTABLE"),
                StatusCodes.Status406NotAcceptable).ConfigureAwait(false);
            return;
        }

        if (RestArguments.Read(http.Request, route.Parameters, out var error) is not { } arguments)
        {
            await Problems.WriteAsync(http, Statuses.InvalidArgument(error!)).ConfigureAwait(false);
            return;
        }

        ReadOnlyMemory<byte> body = default;
        var bodyType = "";
        if (route.Body is { } takes)
        {
            if (RequestBody.TypeOf(http.Request, takes) is not { } type)
            {
                await Problems.WriteAsync(
                    http,
                    new RpcStatus(
                        GrpcStatusCode.InvalidArgument,
                        "the body is to be " + string.Join(" or ", takes.Media.Select(m => m.MediaType)),
                        "UNSUPPORTED_MEDIA_TYPE"),
                    StatusCodes.Status415UnsupportedMediaType).ConfigureAwait(false);
                return;
            }

            if (await RequestBody.ReadAsync(http, takes.MaxBytes, call.Cancellation).ConfigureAwait(false)
                is not { } read)
            {
                await Problems.WriteAsync(http, RequestBody.TooLarge(takes.MaxBytes)).ConfigureAwait(false);
                return;
            }

            (body, bodyType) = (read, type);
        }

        var request = new RestRequest(call, arguments, body, bodyType, form);
        var answer = await route.Handle(request).ConfigureAwait(false);
        await AnswerAsync(call, answer, varies: route.Answers.Count > 1).ConfigureAwait(false);
    }

    private async ValueTask AnswerAsync(RestCall call, RestAnswer answer, bool varies)
    {
        var http = call.Http;
        if (varies) http.Response.Headers.Vary = "Accept";
        if (answer.Refusal is { } refusal)
        {
            await Problems.WriteAsync(http, refusal).ConfigureAwait(false);
            RestLog.CallRefused(services.Logger, http.Request.Path, http.Response.StatusCode, refusal.Reason);
            return;
        }

        if (answer.Stream is { } stream)
        {
            await services.Streams.RunAsync(call, stream).ConfigureAwait(false);
            return;
        }

        var response = http.Response;
        response.StatusCode = answer.Status;
        if (answer.IsImmutable)
        {
            var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(answer.Body.Span).AsSpan(0, 16))}\"";
            response.Headers.ETag = tag;
            // Only the caller's own cache: others may not read what this one may.
            response.Headers.CacheControl = "private, max-age=31536000, immutable";
            if (http.Request.Headers.IfNoneMatch.ToString() is { Length: > 0 } known
                && (known == "*" || known.Contains(tag, StringComparison.Ordinal)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        if (answer.Location is not null) response.Headers.Location = answer.Location;
        response.ContentType = answer.MediaType;
        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await response.Body.WriteAsync(answer.Body, call.Cancellation).ConfigureAwait(false);
    }
}
