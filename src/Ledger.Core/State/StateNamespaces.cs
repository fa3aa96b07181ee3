namespace Ledger.Core.State;

/// <summary>
/// Namespaces of the state tree that the ledger itself writes. Contract namespaces begin with <c>contract/</c>.
/// </summary>
public static class StateNamespaces
{
    /// <summary>Key: member id (UTF-8). Value: the encoded <see cref="Membership.Member"/>.</summary>
    public const string Members = "members";

    /// <summary>Key: empty. Value: the encoded <see cref="Membership.ValidatorSet"/> of the current epoch.</summary>
    public const string Validators = "validators";

    /// <summary>Key: subject (UTF-8). Value: the encoded <see cref="TimelineHead"/>.</summary>
    public const string Timelines = "timelines";
}
