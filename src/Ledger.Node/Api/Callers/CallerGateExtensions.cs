using Ledger.Core.Membership;
using Ledger.Node.Admission;

namespace Ledger.Node.Api.Callers;

/// <summary>Puts the gate into a node's web server.</summary>
internal static class CallerGateExtensions
{
    /// <summary>
    /// Closes every endpoint that does not say <c>AllowAnonymous</c> to callers that are not members. Call it once,
    /// before any other middleware but routing, which it brings.
    /// </summary>
    public static void UseCallers(
        this WebApplication app, Genesis genesis, IReadOnlyList<string> audiences, Func<MemberDirectory> members)
    {
        app.UseRouting();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var verifier = new CallerVerifier(
            genesis, audiences, members, time, app.Services.GetRequiredService<CallerMetrics>());
        var gate = new CallerGate(verifier, time);
        app.Use(gate.InvokeAsync);
    }
}
