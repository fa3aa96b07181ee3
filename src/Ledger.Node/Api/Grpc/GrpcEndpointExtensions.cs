using Google.Protobuf;
using Ledger.Core.Grpc;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ledger.Node.Api.Grpc;

/// <summary>Registers the gRPC server and maps methods to handlers.</summary>
/// <remarks>
/// A handler returns a refusal as a value; it throws only for faults of its own, which reach the peer as INTERNAL
/// without their text. It must pass <see cref="GrpcCall.Cancellation"/> on: that is how deadlines and cancelled calls
/// end it.
/// </remarks>
public static class GrpcEndpointExtensions
{
    /// <summary>
    /// Adds what <c>MapUnary</c> and its siblings need. Options are bound from <see
    /// cref="GrpcServerOptions.Section"/>.
    /// </summary>
    public static IServiceCollection AddLedgerGrpc(this IServiceCollection services)
    {
        services.AddOptions<GrpcServerOptions>()
            .BindConfiguration(GrpcServerOptions.Section, o => o.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddMetrics();
        services.AddRouting();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GrpcServerMetrics>();
        services.AddSingleton<GrpcServices>();
        services.AddSingleton<GrpcHealth>();
        services.AddSingleton<Callers.CallerMetrics>();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            // Subscriptions may be silent for hours: pings tell a quiet peer from a dead one.
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        });
        return services;
    }

    /// <summary>Maps a method with one request and one response.</summary>
    public static IEndpointConventionBuilder MapUnary<TRequest, TResponse>(
        this IEndpointRouteBuilder routes,
        GrpcMethod<TRequest, TResponse> method,
        Func<TRequest, GrpcCall, ValueTask<RpcResult<TResponse>>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        Require(method, clientStreaming: false, serverStreaming: false);
        return routes.MapMethod(method, services => new UnaryEndpoint<TRequest, TResponse>(method, handler, services));
    }

    /// <summary>Maps a method with one request and a stream of responses.</summary>
    public static IEndpointConventionBuilder MapServerStreaming<TRequest, TResponse>(
        this IEndpointRouteBuilder routes,
        GrpcMethod<TRequest, TResponse> method,
        Func<TRequest, GrpcStreamWriter<TResponse>, GrpcCall, ValueTask<RpcStatus>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        Require(method, clientStreaming: false, serverStreaming: true);
        return routes.MapMethod(
            method, services => new ServerStreamingEndpoint<TRequest, TResponse>(method, handler, services));
    }

    /// <summary>Maps a method with a stream of requests and a stream of responses.</summary>
    public static IEndpointConventionBuilder MapDuplex<TRequest, TResponse>(
        this IEndpointRouteBuilder routes,
        GrpcMethod<TRequest, TResponse> method,
        Func<GrpcStreamReader<TRequest>, GrpcStreamWriter<TResponse>, GrpcCall, ValueTask<RpcStatus>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        Require(method, clientStreaming: true, serverStreaming: true);
        return routes.MapMethod(method, services => new DuplexEndpoint<TRequest, TResponse>(method, handler, services));
    }

    /// <summary>Answers gRPC calls of every method that is not mapped. Other requests are not touched.</summary>
    public static IEndpointConventionBuilder MapGrpcUnknownMethods(this IEndpointRouteBuilder routes)
    {
        var endpoint = new UnknownMethodEndpoint(Services(routes));
        var pattern = RoutePatternFactory.Parse(
            "{**path}", defaults: null, parameterPolicies: new { path = new UnknownMethodEndpoint.GrpcOnly() });
        var builder = routes.Map(pattern, endpoint.InvokeAsync);
        builder.Add(b => ((RouteEndpointBuilder)b).Order = int.MaxValue);
        return builder.WithDisplayName("gRPC unknown method");
    }

    private static IEndpointConventionBuilder MapMethod<TRequest, TResponse>(
        this IEndpointRouteBuilder routes,
        GrpcMethod<TRequest, TResponse> method,
        Func<GrpcServices, GrpcEndpoint> create)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var services = Services(routes);
        services.Add(method.Descriptor.Service);
        RequestDelegate handle = create(services).InvokeAsync;
        return routes.MapPost(method.Path, handle).WithDisplayName("gRPC " + method.Path);
    }

    private static GrpcServices Services(IEndpointRouteBuilder routes) =>
        routes.ServiceProvider.GetRequiredService<GrpcServices>();

    private static void Require<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, bool clientStreaming, bool serverStreaming)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var descriptor = method.Descriptor;
        if (descriptor.IsClientStreaming == clientStreaming && descriptor.IsServerStreaming == serverStreaming) return;
        throw new ArgumentException($"{method.Path} streams otherwise than it is mapped.", nameof(method));
    }
}
