using Ledger.Core.Accountability;
using Ledger.Core.Api.V1;
using Ledger.Core.Crypto;

namespace Ledger.Node.Api.Rest.Forms;

/// <summary>Status, faults and audit reports as people and programs read them.</summary>
internal static class ConductForms
{
    public static StatusForm Of(NodeStatus status, CryptoSuite suite) => new(
        status.SoftwareVersion,
        status.ChannelName,
        FormText.Hex(status.Channel),
        status.Role,
        FormText.OrNull(status.Member),
        status.Role == "validator" ? status.ValidatorIndex : null,
        status.Height,
        status.CertifiedHeight,
        FormText.TimeOf(status.CertifiedTimeMs),
        FormText.Hex(status.CertifiedHeaderHash),
        status.Epoch,
        status.View,
        status.Primary,
        status.LogSize,
        status.PoolTransactions,
        FormText.TimeOf(status.TimeMs),
        status.Ready,
        FormText.OrNull(status.NotReadyReason),
        status.HasClockOffsetMs ? status.ClockOffsetMs : null,
        status.FaultsTolerated,
        status.Quorum,
        [.. status.Validators.Select((v, i) => suite.TryParsePublicKey(v.Key.Span, out var key)
            ? BlockForms.Validator(i, v.Member, v.Key.Span, key.Id, v.Address)
            : throw new UndecodableException($"the key of validator {i}"))],
        [.. status.Peers.Select(p => new PeerForm(
            p.ValidatorIndex, p.Member, p.Address, p.Connected, p.RoundTripUs == 0 ? null : p.RoundTripUs,
            p.CertifiedHeight == 0 ? null : p.CertifiedHeight, p.HasClockOffsetMs ? p.ClockOffsetMs : null))],
        [.. status.Observers.Select(o => new ObserverForm(
            o.Member, FormText.OrNull(o.Address), o.Connected, o.RoundTripUs == 0 ? null : o.RoundTripUs))]);

    public static FaultForm Fault(ReadOnlyMemory<byte> encoded)
    {
        if (!FaultProof.TryDecode(encoded.Span, out var proof, out var error))
            throw new UndecodableException($"a proof of fault: {error}");
        return new FaultForm(
            FaultProofJson.NameOf(proof.Kind),
            proof.Epoch.Value,
            FormText.Hex(proof.Culprit.Span),
            RawJson.Of(FaultProofJson.Write(proof))!,
            encoded);
    }

    public static AuditReportForm Of(AuditReport report) => new(
        report.SoftwareVersion,
        report.Consortium,
        report.ChannelName,
        FormText.Hex(report.Channel),
        report.Auditor,
        FormText.TimeOf(report.MadeTimeMs),
        FormText.Time(report.FromTimeMs),
        FormText.Time(report.ToTimeMs),
        report.FirstHeight,
        report.LastHeight,
        report.LastHeaderHash.IsEmpty ? null : FormText.Hex(report.LastHeaderHash),
        report.Blocks,
        report.Transactions,
        report.RefusedTransactions,
        report.Records,
        Counts(report.RecordsByType),
        Counts(report.RecordsByMember),
        report.ChangesOfProposer,
        Totals(report.Totals ?? new AuditTotals()),
        [.. report.Validators.Select(v => new ConductForm(
            v.ValidatorIndex, v.Member, v.Address, v.SignedBlocks, v.ProposedBlocks, v.ComparedHeight,
            v.CertifiedHeight, FormText.Time(v.LastHeardMs), v.ClockOffsetMs, v.Faults))],
        [.. report.Faults.Select(f => Fault(f.Memory))],
        [.. report.Findings.Select(f => new FindingForm(
            f.Kind, f.ValidatorIndex, f.Height, FormText.TimeOf(f.TimeMs), f.Detail, RawJson.Of(f.Evidence.Span),
            RawJson.Of(f.Ours.Span)))],
        [.. report.Problems],
        report.Truncated);

    private static List<NamedCountForm> Counts(IEnumerable<NamedCount> counts) =>
        [.. counts.Select(c => new NamedCountForm(c.Name, c.Count))];

    private static AuditTotalsForm Totals(AuditTotals totals) => new(
        totals.HeadersLinked, totals.Certificates, totals.CertificateSignatures, totals.TransactionSignatures,
        totals.Roots, totals.BlocksExecuted);
}
