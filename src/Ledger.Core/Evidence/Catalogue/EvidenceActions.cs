namespace Ledger.Core.Evidence.Catalogue;

/// <summary>Names of actions that several types share. Part of the format: they never change.</summary>
internal static class EvidenceActions
{
    public const string Draft = "draft";
    public const string Submit = "submit";
    public const string Approve = "approve";
    public const string Reject = "reject";
    public const string Return = "return";
    public const string Withdraw = "withdraw";
    public const string Change = "change";

    /// <summary>An application and what becomes of it: every review of the catalogue.</summary>
    public static IReadOnlyList<string> Review { get; } = [Draft, Submit, Approve, Reject, Return, Withdraw];
}
