namespace Ledger.Node.Api;

/// <summary>
/// Health over HTTP for process supervisors and load balancers: <c>/healthz</c> says the process lives, <c>/readyz</c>
/// whether clients should be sent here.
/// </summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, INodeStatus status)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n")).AllowAnonymous();
        routes.MapGet("/readyz", () => status.WhyNotReady() is { } reason
            ? Results.Text(reason + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready\n")).AllowAnonymous();
    }
}
