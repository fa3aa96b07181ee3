namespace Ledger.Node.Api.Rest.Forms;

/// <summary>How the node is doing.</summary>
internal sealed record StatusForm(
    string SoftwareVersion,
    string ChannelName,
    string Channel,
    string Role,
    string? Member,
    uint? ValidatorIndex,
    ulong Height,
    ulong CertifiedHeight,
    string CertifiedTime,
    string CertifiedHeaderHash,
    ulong Epoch,
    ulong View,
    uint Primary,
    ulong LogSize,
    ulong PoolTransactions,
    string Time,
    bool Ready,
    string? NotReadyReason,
    long? ClockOffsetMs,
    uint FaultsTolerated,
    uint Quorum,
    IReadOnlyList<ValidatorForm> Validators,
    IReadOnlyList<PeerForm> Peers,
    IReadOnlyList<ObserverForm> Observers);

/// <summary>Another validator, as this node sees it.</summary>
internal sealed record PeerForm(
    uint ValidatorIndex, string Member, string Address, bool Connected, ulong? RoundTripUs, ulong? CertifiedHeight,
    long? ClockOffsetMs);

/// <summary>An observer, as this node sees it.</summary>
internal sealed record ObserverForm(string Member, string? Address, bool Connected, ulong? RoundTripUs);

/// <summary>What an audit node checked and found in a period.</summary>
internal sealed record AuditReportForm(
    string SoftwareVersion,
    string Consortium,
    string ChannelName,
    string Channel,
    string Auditor,
    string MadeAt,
    string? From,
    string? To,
    ulong FirstHeight,
    ulong LastHeight,
    string? LastHeaderHash,
    ulong Blocks,
    ulong Transactions,
    ulong RefusedTransactions,
    ulong Records,
    IReadOnlyList<NamedCountForm> RecordsByType,
    IReadOnlyList<NamedCountForm> RecordsByMember,
    ulong ChangesOfProposer,
    AuditTotalsForm Totals,
    IReadOnlyList<ConductForm> Validators,
    IReadOnlyList<FaultForm> Faults,
    IReadOnlyList<FindingForm> Findings,
    IReadOnlyList<string> Problems,
    bool Truncated);

/// <summary>A name and how often.</summary>
internal sealed record NamedCountForm(string Name, ulong Count);

/// <summary>How much was verified for a report.</summary>
internal sealed record AuditTotalsForm(
    ulong HeadersLinked, ulong Certificates, ulong CertificateSignatures, ulong TransactionSignatures, ulong Roots,
    ulong BlocksExecuted);

/// <summary>How a validator conducted itself.</summary>
internal sealed record ConductForm(
    uint ValidatorIndex, string Member, string Address, ulong SignedBlocks, ulong ProposedBlocks, ulong ComparedHeight,
    ulong CertifiedHeight, string? LastHeard, long ClockOffsetMs, ulong Faults);

/// <summary>Something that an auditor should look at.</summary>
internal sealed record FindingForm(
    string Kind, uint ValidatorIndex, ulong Height, string Time, string Detail, RawJson? Evidence, RawJson? Ours);
