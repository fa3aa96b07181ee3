using System.Globalization;
using Ledger.Core.Receipts;

namespace Ledger.Core.Fingerprints;

/// <summary>What the verification of a bundle found.</summary>
public enum DisclosureBundleFault
{
    /// <summary>The records are part of what was anchored, unchanged, complete and in order.</summary>
    None = 0,

    /// <summary>The receipt does not hold.</summary>
    ReceiptInvalid,

    /// <summary>The receipt holds, but the record that it proves anchored no fingerprint.</summary>
    NoFingerprintAnchored,

    /// <summary>The receipt anchored the fingerprint of another data set.</summary>
    OtherDataSet,

    /// <summary>The records, the header row or the proof were tampered with.</summary>
    RecordsInvalid,
}

/// <summary>What the verification of a bundle found, with everything that it proves.</summary>
/// <param name="Fault">Why it does not hold, or <see cref="DisclosureBundleFault.None"/>.</param>
/// <param name="Receipt">The receipt's verdict: who anchored the fingerprint, and when.</param>
/// <param name="Disclosure">The disclosure's verdict; null when it was not looked at.</param>
/// <param name="Findings">What was done to the records, in the order of their indices; empty unless that is the
/// fault.</param>
public sealed record DisclosureBundleVerdict(
    DisclosureBundleFault Fault,
    ReceiptVerdict Receipt,
    DisclosureVerdict? Disclosure,
    IReadOnlyList<RecordFinding> Findings)
{
    private const int FindingsInDetail = 5;

    /// <summary>Whether everything holds.</summary>
    public bool IsValid => Fault == DisclosureBundleFault.None;

    /// <summary>A sentence for people that names what was tampered with.</summary>
    public string Detail => Fault switch
    {
        DisclosureBundleFault.None => "the records are as they were fingerprinted, complete and in order",
        DisclosureBundleFault.ReceiptInvalid => $"the receipt does not hold: {Receipt.Detail}",
        DisclosureBundleFault.NoFingerprintAnchored => "the record that the receipt proves anchored no fingerprint",
        DisclosureBundleFault.OtherDataSet =>
            "the records are shown with the fingerprint of another data set than the receipt anchored",
        _ when Findings.Count > 0 => Named(),
        _ => Disclosure?.Describe() ?? "",
    };

    private string Named()
    {
        var text = string.Join("; ", Findings.Take(FindingsInDetail));
        return Findings.Count <= FindingsInDetail
            ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text}; and {Findings.Count - FindingsInDetail} more");
    }
}
