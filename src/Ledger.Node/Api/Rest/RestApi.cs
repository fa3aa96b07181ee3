using System.Diagnostics.Metrics;
using Ledger.Node.Api.Rest.OpenApi;
using Ledger.Node.Api.Rest.Routes;

namespace Ledger.Node.Api.Rest;

/// <summary>Maps the REST API: everything under <c>/v1</c>. docs/spec/rest.md.</summary>
internal static class RestApi
{
    /// <summary>Every operation, in the order of the document.</summary>
    public static IReadOnlyList<RestRoute> Routes(RestHandlers handlers)
    {
        List<RestRoute> routes =
        [
            .. TransactionRoutes.Make(handlers),
            .. EvidenceRoutes.Make(handlers),
            .. BlockRoutes.Make(handlers),
            .. ContractRoutes.Make(handlers),
            .. ChainRoutes.Make(handlers),
            .. NodeRoutes.Make(handlers),
        ];
        routes.Add(OpenApiRoute.Make(routes));
        return routes;
    }

    public static void Map(IEndpointRouteBuilder endpoints, RestHandlers handlers)
    {
        var services = new RestServices(
            endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>(),
            endpoints.ServiceProvider.GetRequiredService<IMeterFactory>(),
            endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>(),
            endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System);
        foreach (var path in Routes(handlers).GroupBy(r => r.Path))
            endpoints.Map(path.Key, new RestEndpoint([.. path], services).InvokeAsync);
        endpoints.Map("/v1/{**path}", static http =>
        {
            RestEndpoint.Protect(http.Response.Headers);
            return Problems.WriteAsync(http, Problems.NoSuchPath);
        });
    }
}
