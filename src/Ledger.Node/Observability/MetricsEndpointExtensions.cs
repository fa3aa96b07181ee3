namespace Ledger.Node.Observability;

/// <summary>Registers the Prometheus exporter and its endpoint.</summary>
public static class MetricsEndpointExtensions
{
    /// <summary>
    /// Adds the exporter. It hears instruments from the moment it is created; <see cref="MapMetrics"/> creates it.
    /// </summary>
    public static IServiceCollection AddLedgerMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<PrometheusOptions>()
            .BindConfiguration(PrometheusOptions.Section, o => o.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<PrometheusExporter>();
        return services;
    }

    /// <summary>Serves <c>/metrics</c> in the Prometheus text format. Call it before the node's stages start.</summary>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder routes, string path = "/metrics")
    {
        ArgumentNullException.ThrowIfNull(routes);
        var exporter = routes.ServiceProvider.GetRequiredService<PrometheusExporter>();
        return routes.MapGet(path, (HttpContext http) =>
        {
            http.Response.ContentType = PrometheusText.ContentType;
            return http.Response.WriteAsync(exporter.Scrape(), http.RequestAborted);
        }).WithDisplayName("Prometheus metrics");
    }
}
