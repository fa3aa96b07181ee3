using Ledger.Core.Grpc;

namespace Ledger.Node.Api.Grpc;

/// <summary>Answers gRPC calls of methods that are not mapped: HTTP 200 with UNIMPLEMENTED, never 404.</summary>
internal sealed class UnknownMethodEndpoint(GrpcServices services) : GrpcEndpoint("unknown", services)
{
    private static readonly RpcStatus Unknown = new(
        GrpcStatusCode.Unimplemented, "This node does not know the method. Compare the versions of client and node.");

    protected override ValueTask<RpcStatus> CallAsync(GrpcCall call) => ValueTask.FromResult(Unknown);

    /// <summary>Lets a route match gRPC requests only, so that unknown REST paths keep their 404 and 405.</summary>
    internal sealed class GrpcOnly : IRouteConstraint
    {
        public bool Match(
            HttpContext? httpContext,
            IRouter? route,
            string routeKey,
            RouteValueDictionary values,
            RouteDirection routeDirection) =>
            httpContext is { Request: var request }
            && HttpMethods.IsPost(request.Method)
            && GrpcHeaderNames.IsGrpcContentType(request.ContentType);
    }
}
