using Ledger.Client.Query;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;

namespace Ledger.Client.Fingerprints;

/// <summary>
/// One fingerprint on the timeline of a vehicle, an asset or a model. A subject has as many as it has data sets: several
/// trips a day, each with the period that it covers.
/// </summary>
/// <param name="Entry">The record that anchored it, verified as any answer of a query is.</param>
/// <param name="Digest">The fingerprint's digest.</param>
public sealed record AnchoredFingerprint(EvidenceEntry Entry, Hash256 Digest)
{
    /// <summary>The type of the records that anchor fingerprints.</summary>
    public const string EvidenceType = "fingerprint.data";

    /// <summary>Attribute: beginning of the period that the data covers.</summary>
    public const string StartAttribute = "period_start";

    /// <summary>Attribute: end of that period.</summary>
    public const string EndAttribute = "period_end";

    /// <summary>Beginning of the period that the data covers, by the maker's account; null where it said none.</summary>
    public Timestamp? PeriodStart => TimeOf(StartAttribute);

    /// <summary>End of that period; null where the maker said none.</summary>
    public Timestamp? PeriodEnd => TimeOf(EndAttribute);

    /// <summary>
    /// Whether the data covers a moment. A period with one end only is open at the other; one with none covers nothing,
    /// because nobody said so.
    /// </summary>
    public bool Covers(Timestamp moment)
    {
        var (start, end) = (PeriodStart, PeriodEnd);
        return (start.HasValue || end.HasValue)
            && (start is not { } from || from <= moment)
            && (end is not { } to || moment <= to);
    }

    private Timestamp? TimeOf(string key)
    {
        foreach (var attribute in Entry.Record.Attributes)
            if (attribute.Key == key && attribute.Kind == AttributeKind.Time) return attribute.AsTime;
        return null;
    }
}
