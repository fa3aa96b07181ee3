namespace Ledger.Node.Api.Grpc;

/// <summary>Maps the services that every gRPC server offers beside its own.</summary>
public static class GrpcStandardServiceExtensions
{
    /// <summary>Maps grpc.health.v1.</summary>
    public static IEndpointRouteBuilder MapGrpcHealth(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<GrpcHealth>().Map(routes);
        return routes;
    }

    /// <summary>Maps grpc.reflection.v1 and v1alpha over every service that is mapped on this node.</summary>
    public static IEndpointRouteBuilder MapGrpcReflection(this IEndpointRouteBuilder routes)
    {
        new GrpcReflection(routes.ServiceProvider.GetRequiredService<GrpcServices>()).Map(routes);
        return routes;
    }
}
