using Ledger.Client.Verify;

namespace Ledger.Client.Query;

/// <summary>
/// All evidence about one subject, proven complete: the entries form one hash chain whose end is in the state of a
/// certified block. Immutable.
/// </summary>
/// <param name="Subject">The subject.</param>
/// <param name="Entries">The entries, oldest first.</param>
/// <param name="ProvenAt">The certified header whose state proves that there are exactly these.</param>
public sealed record Timeline(string Subject, IReadOnlyList<EvidenceEntry> Entries, CertifiedBlockHeader ProvenAt);
