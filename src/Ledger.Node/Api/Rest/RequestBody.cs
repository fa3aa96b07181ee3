using Ledger.Core.Grpc;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Ledger.Node.Api.Rest;

/// <summary>Reads bodies of a bounded size.</summary>
internal static class RequestBody
{
    private const int Chunk = 64 << 10;

    /// <summary>The media type of a body that a route takes; null when it takes none of that type.</summary>
    public static string? TypeOf(HttpRequest request, RestBody body)
    {
        if (request.ContentType is not { Length: > 0 } given)
        {
            // Nothing is said of nothing.
            return !body.Required && request.ContentLength is null or 0 ? "" : null;
        }

        if (!MediaTypeHeaderValue.TryParse(given, out var type)) return null;
        return body.Media.FirstOrDefault(
            m => type.MediaType.Equals(m.MediaType, StringComparison.OrdinalIgnoreCase))?.MediaType;
    }

    /// <summary>Reads a body; null when it is larger than allowed. Memory grows with what has come, not with what is
    /// announced.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(
        HttpContext http, int maxBytes, CancellationToken cancel)
    {
        if (http.Request.ContentLength > maxBytes) return null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        using var body = new MemoryStream();
        var buffer = new byte[Chunk];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > maxBytes) return null;
            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>A body that is too large.</summary>
    public static RpcStatus TooLarge(int maxBytes) => new(
        GrpcStatusCode.ResourceExhausted, $"the body has at most {maxBytes} bytes here", "MESSAGE_TOO_LARGE");
}
