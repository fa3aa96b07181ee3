using Ledger.Core.Grpc;
using Microsoft.AspNetCore.Http.Features;

namespace Ledger.Node.Api.Grpc;

/// <summary>Writes the status that ends a call.</summary>
internal static class GrpcStatusHeaders
{
    /// <summary>
    /// Writes a status as trailers, or before the first message into the headers ("Trailers-Only"): one frame instead
    /// of two.
    /// </summary>
    public static void Write(HttpResponse response, RpcStatus status, bool trailersOnly)
    {
        var code = RpcStatusCodec.FormatCode(status.Code);
        if (status.IsOk)
        {
            response.AppendTrailer(GrpcHeaderNames.Status, code);
            return;
        }

        var trailers = trailersOnly
            ? response.Headers
            : response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        if (trailers is null) return;
        trailers[GrpcHeaderNames.Status] = code;
        if (status.Message.Length > 0) trailers[GrpcHeaderNames.Message] = GrpcMessageText.Encode(status.Message);
        if (RpcStatusCodec.FormatDetails(status) is { } details) trailers[GrpcHeaderNames.StatusDetails] = details;
    }
}
