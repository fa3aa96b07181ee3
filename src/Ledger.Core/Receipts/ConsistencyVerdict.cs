namespace Ledger.Core.Receipts;

/// <summary>What the verification of a proof found that one log is a prefix of another.</summary>
/// <param name="Fault">Why it does not hold, or <see cref="ReceiptFault.None"/>.</param>
/// <param name="EpochChange">Which epoch change is at fault, from 0; null when it is the proof itself.</param>
/// <param name="Detail">A sentence for people: what is wrong, or what is proven.</param>
public sealed record ConsistencyVerdict(ReceiptFault Fault, int? EpochChange, string Detail)
{
    /// <summary>Whether the proof holds.</summary>
    public bool IsValid => Fault == ReceiptFault.None;

    // Of a header on which the proof rests.
    internal static ConsistencyVerdict Of(ReceiptVerdict refusal) =>
        new(refusal.Fault, refusal.EpochChange, refusal.Detail);
}
