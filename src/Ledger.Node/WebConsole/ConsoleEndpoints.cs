using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Ledger.Node.WebConsole;

/// <summary>
/// Serves the web console: files that are the same for everybody and hold nothing of the ledger, so anybody may have
/// them. What they show, they ask the API for as the member that signed in. docs/adr/0025-console.md.
/// </summary>
internal static class ConsoleEndpoints
{
    // Nothing but this node's own files and calls; no inline script or style; never in a frame.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Forever = "public, max-age=31536000, immutable";
    private const string Revalidate = "no-cache";

    // The paths that the console has pages for, as in src/Ledger.Console/src/router.ts; a test holds them together.
    internal static readonly string[] Sections =
    [
        "blocks", "evidence", "subjects", "transactions", "contracts", "trades", "settlement", "audit", "verify",
        "sign-in",
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var pattern in Sections.Select(s => $"/{s}/{{**rest}}").Prepend("/"))
            routes.MapMethods(pattern, ["GET", "HEAD"], http => WriteAsync(http, ConsoleFiles.Page)).AllowAnonymous();
        foreach (var (path, file) in ConsoleFiles.All.Where(f => f.Value.HasHashedName))
            routes.MapMethods("/" + path, ["GET", "HEAD"], http => WriteAsync(http, file)).AllowAnonymous();
    }

    private static async Task WriteAsync(HttpContext http, ConsoleFile file)
    {
        var response = http.Response;
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = file.HasHashedName ? Forever : Revalidate;
        headers.ETag = file.ETag;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (http.Request.Headers.IfNoneMatch.Contains(file.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var content = Choose(http.Request.Headers.AcceptEncoding, file, out var encoding);
        if (encoding is not null) headers.ContentEncoding = encoding;
        response.ContentType = file.ContentType;
        response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(content, http.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Choose(StringValues accepted, ConsoleFile file, out string? encoding)
    {
        var known = StringWithQualityHeaderValue.TryParseList(accepted, out var list) ? list : [];
        bool Takes(string name) =>
            known.Any(a => a.Value.Equals(name, StringComparison.OrdinalIgnoreCase) && a.Quality is not 0);
        encoding = !file.Brotli.IsEmpty && Takes("br") ? "br" : !file.Gzip.IsEmpty && Takes("gzip") ? "gzip" : null;
        return encoding switch
        {
            "br" => file.Brotli,
            "gzip" => file.Gzip,
            _ => file.Content,
        };
    }
}
