using Ledger.Core.Transactions;

namespace Ledger.Client.Submit;

/// <summary>What the sender of a journaled transaction does after an outcome.</summary>
internal enum Settlement
{
    /// <summary>It may yet be recorded: the same bytes again, later.</summary>
    SendAgain,

    /// <summary>Its records are on the chain.</summary>
    Recorded,

    /// <summary>It lapsed, without effect and for good: its records are to be signed anew.</summary>
    SignAnew,

    /// <summary>The chain refused it, for good, and would refuse the same records again.</summary>
    Rejected,

    /// <summary>A node refused it. Another might still take it until it lapses.</summary>
    Refused,
}

/// <summary>The one reading of outcomes that importer and outbox share: it decides what may be signed anew.</summary>
internal static class Settlements
{
    // What a transaction's bytes, with the members' roles, decide: the same at every node and at all times.
    private static readonly string[] OfRecords =
    [
        Refusal.Malformed.WireName(), Refusal.TooLarge.WireName(), Refusal.NotAuthorised.WireName(),
        Refusal.UnknownType.WireName(), Refusal.MissingField.WireName(), Refusal.InvalidField.WireName(),
    ];

    /// <summary>Whether a refusal is about one of the records, which would be refused again.</summary>
    public static bool IsOfRecords(string? reason) => OfRecords.Contains(reason, StringComparer.Ordinal);

    public static Settlement Of(AnchorOutcome outcome) => outcome.State switch
    {
        AnchorState.Recorded => Settlement.Recorded,
        AnchorState.NotRecorded => Settlement.SignAnew,
        AnchorState.Failed when outcome.Reason == Refusal.Expired.WireName() => Settlement.SignAnew,
        AnchorState.Failed => Settlement.Rejected,
        AnchorState.Refused => Settlement.Refused,
        _ => Settlement.SendAgain,
    };
}
