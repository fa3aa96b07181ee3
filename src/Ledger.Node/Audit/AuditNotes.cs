using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Node.Hosting;
using Ledger.Node.Observability;
using Ledger.Storage.Audit;

namespace Ledger.Node.Audit;

/// <summary>Writes findings down: to disk, the log and the metrics.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed partial class AuditNotes
{
    private readonly AuditStore _store;
    private readonly NodeClock _clock;
    private readonly ILogger _logger;
    private readonly Counter<long> _findings;
    private readonly Counter<long> _compared;

    public AuditNotes(AuditStore store, NodeClock clock, NodeMetrics metrics, ILogger<AuditNotes> logger)
    {
        (_store, _clock, _logger) = (store, clock, logger);
        _findings = metrics.Meter.CreateCounter<long>(
            "ledger.audit.findings", "{finding}", "Findings about validators, by kind");
        _compared = metrics.Meter.CreateCounter<long>(
            "ledger.audit.compared", "{block}", "Blocks of validators that were compared with this node's");
    }

    /// <summary>The name of a kind, in the report and as the tag of metrics.</summary>
    public static string NameOf(FindingKind kind) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(kind.ToString());

    /// <summary>Notes a finding; one that is known is not noted again.</summary>
    public void Note(
        FindingKind kind,
        ValidatorIndex validator,
        BlockHeight height,
        string detail,
        ReadOnlyMemory<byte> evidence = default,
        ReadOnlyMemory<byte> ours = default)
    {
        var finding = new AuditFinding(kind, validator, height, _clock.Now, detail, evidence, ours);
        if (!_store.TryAdd(finding)) return;
        _findings.Add(1, new KeyValuePair<string, object?>("ledger.reason", NameOf(kind)));
        LogFinding(NameOf(kind), validator.Value.ToString(CultureInfo.InvariantCulture), detail);
    }

    /// <summary>Counts blocks that were compared.</summary>
    public void Compared(int blocks) => _compared.Add(blocks);

    [LoggerMessage(4140, LogLevel.Warning, "Finding {Kind} about validator {Validator}: {Detail}.")]
    private partial void LogFinding(string kind, string validator, string detail);
}
