using System.Diagnostics.Metrics;
using Ledger.Core.Callers;

namespace Ledger.Node.Api.Callers;

/// <summary>Counts callers that were refused, and signatures of tokens that were checked.</summary>
/// <remarks>Safe for concurrent use. The tags are bounded: the reasons.</remarks>
internal sealed class CallerMetrics
{
    private readonly Counter<long> _refused;
    private readonly Counter<long> _checked;

    public CallerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Ledger.Api");
        _refused = meter.CreateCounter<long>(
            "ledger.api.callers.refused", "{call}", "Calls refused because the caller is not known, by reason.");
        _checked = meter.CreateCounter<long>(
            "ledger.api.tokens.checked",
            "{token}",
            "Signatures of callers' tokens that were checked; once for each token.");
    }

    public void Refused(CallerFault fault) =>
        _refused.Add(1, new KeyValuePair<string, object?>("ledger.reason", fault.WireName()));

    public void TokenChecked() => _checked.Add(1);
}
