using Ledger.Client.Hosting;
using Ledger.Client.Outbox;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ApprovalsApp;

/// <summary>
/// An ordinary approval workflow. What makes it anchor its decisions: two lines that add the services, and
/// <c>.AnchorsDecision()</c> at the routes that decide.
/// </summary>
public static class Application
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton<RequestStore>();
        builder.Services.AddLedgerClient(builder.Configuration.GetSection("Ledger"));
        builder.Services.AddLedgerOutbox(builder.Configuration.GetSection("Ledger:Outbox"));
        builder.Services.AddHealthChecks().AddCheck<LedgerHealthCheck>("ledger");
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapGet("/", (RequestStore store, LedgerOutbox outbox) =>
            Results.Content(StatusPage.Render(store.All, outbox), "text/html; charset=utf-8"));
        app.MapGet("/requests/{id}", (string id, RequestStore store, LedgerOutbox outbox) =>
            store.Find(id) is { } request ? Results.Ok(RequestView.Of(request, outbox)) : Results.NotFound());
        app.MapPost("/requests", (NewRequest request, RequestStore store) => Decide(store.Submit(request)))
            .AnchorsDecision();
        app.MapPost("/requests/{id}/approve", (string id, Decision decision, RequestStore store) =>
            Decide(store.Decide(id, "approve", decision))).AnchorsDecision();
        app.MapPost("/requests/{id}/reject", (string id, Decision decision, RequestStore store) =>
            Decide(store.Decide(id, "reject", decision))).AnchorsDecision();
        return app;
    }

    private static IResult Decide(Request? request) => request is null ? Results.Conflict() : Results.Ok(request);
}

/// <summary>The ledger's health as ASP.NET Core reports it.</summary>
internal sealed class LedgerHealthCheck(LedgerHealth health) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var report = await health.CheckAsync(cancellationToken);
        return report.State switch
        {
            LedgerHealthState.Healthy => HealthCheckResult.Healthy(report.Description),
            LedgerHealthState.Degraded => HealthCheckResult.Degraded(report.Description),
            _ => HealthCheckResult.Unhealthy(report.Description),
        };
    }
}
