using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Node.Admission;
using Ledger.Node.Api;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Storage;
using Ledger.Storage.Audit;

namespace Ledger.Node.Audit;

/// <summary>
/// Reports on a period: counts what is in its blocks, checks again what can be checked without executing, and adds what
/// was found out about the validators. Everything comes from this node's own disk, so that a restart changes nothing.
/// </summary>
/// <remarks>Safe for concurrent use. Time grows with the period; memory does not, but for what is listed.</remarks>
internal sealed class AuditReportBuilder(
    LedgerStore store,
    AuditStore audit,
    ChainView chain,
    TransactionRules rules,
    Func<Epoch, ValidatorSet?> sets,
    WatchRoster watches,
    Observer self,
    NodeClock clock)
{
    private const int MaxFaults = 256;
    private const int MaxFindings = 1000;

    public ValueTask<RpcResult<AuditReport>> GetAuditReport(GetAuditReportRequest request, ApiCall call)
    {
        var to = request.ToTimeMs == 0 ? Timestamp.MaxUnixMilliseconds : request.ToTimeMs;
        if (request.FromTimeMs > to || to > Timestamp.MaxUnixMilliseconds)
            return new(Statuses.InvalidArgument("from_time_ms must not be after to_time_ms"));
        return new(Build(new Timestamp(request.FromTimeMs), new Timestamp(to), call.Cancellation));
    }

    /// <summary>Makes the report of the blocks from one consensus time on and before another.</summary>
    public AuditReport Build(Timestamp from, Timestamp to, CancellationToken cancellation)
    {
        var genesis = store.Genesis;
        var report = new AuditReport
        {
            SoftwareVersion = StatusApi.Version,
            Consortium = genesis.Consortium,
            ChannelName = genesis.ChannelName,
            Channel = ApiBytes.Of(genesis.Channel.Value),
            Auditor = self.Member,
            MadeTimeMs = clock.Now.UnixMilliseconds,
            FromTimeMs = from.UnixMilliseconds,
            ToTimeMs = to.UnixMilliseconds,
        };
        var count = new PeriodCount(store, audit, rules, chain.Members, sets);
        var newest = chain.Certified.Header.Height;
        var first = store.Live.Blocks.FirstAtOrAfter(from, newest) ?? newest.Next;
        // Genesis is nobody's block.
        if (first.Value == 0) first = first.Next;
        for (var height = first; height <= newest; height = height.Next)
        {
            cancellation.ThrowIfCancellationRequested();
            if (store.Live.Blocks.Header(height)!.Header.Time >= to) break;
            count.Add(height);
        }

        count.WriteTo(report);
        AddFaults(report, count);
        AddConduct(report, count);
        AddFindings(report, from, to);
        return report;
    }

    private void AddFaults(AuditReport report, PeriodCount count)
    {
        var faults = store.Faults.Page(default, MaxFaults + 1);
        report.Truncated |= faults.Count > MaxFaults;
        foreach (var fault in faults.Take(MaxFaults))
        {
            report.Faults.Add(ApiBytes.Of(fault.Encoded));
            count.AddFault(fault.Encoded);
        }
    }

    private void AddConduct(AuditReport report, PeriodCount count)
    {
        foreach (var watch in watches.Watches)
        {
            var status = watch.Status;
            var conduct = count.ConductOf(watch.Validator.Key.Id);
            report.Validators.Add(new ValidatorConduct
            {
                ValidatorIndex = (uint)watch.Index.Value,
                Member = watch.Validator.Member,
                Address = watch.Validator.Address,
                SignedBlocks = conduct.Signed,
                ProposedBlocks = conduct.Proposed,
                ComparedHeight = audit.NextOf(watch.Validator.Key.Id).Value - 1,
                CertifiedHeight = status.Certified.Value,
                LastHeardMs = status.LastHeard.UnixMilliseconds,
                ClockOffsetMs = status.ClockOffsetMs,
                Faults = conduct.Faults,
            });
        }
    }

    private void AddFindings(AuditReport report, Timestamp from, Timestamp to)
    {
        foreach (var finding in audit.Findings().Where(f => f.Time >= from && f.Time < to))
        {
            report.Truncated |= report.Findings.Count == MaxFindings;
            if (report.Truncated) break;
            report.Findings.Add(new Finding
            {
                Kind = AuditNotes.NameOf(finding.Kind),
                ValidatorIndex = (uint)finding.Validator.Value,
                Height = finding.Height.Value,
                TimeMs = finding.Time.UnixMilliseconds,
                Detail = finding.Detail,
                Evidence = ApiBytes.Of(finding.Evidence),
                Ours = ApiBytes.Of(finding.Ours),
            });
        }
    }
}
