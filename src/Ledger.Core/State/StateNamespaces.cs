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

    /// <summary>Key: contract name (UTF-8). Value: the encoded <see cref="Ledger.Core.Contracts.ContractRecord"/>.</summary>
    public const string Contracts = "contracts";

    /// <summary>
    /// Key: contract name, '/', version in decimal (UTF-8). Value: the encoded
    /// <see cref="Ledger.Core.Contracts.ContractVersion"/>. Also what contracts' images take of every node's memory
    /// (docs/spec/contract-runtime.md, section 1).
    /// </summary>
    public const string ContractSources = "contract-sources";

    /// <summary>
    /// Key: account id (UTF-8): <c>member/ID</c> or <c>contract/NAME</c>, '/', currency. Value: minor units in decimal; an
    /// empty account has no entry. Key <c>supply/</c>, currency: the sum over all accounts of that currency.
    /// </summary>
    public const string Accounts = "accounts";

    /// <summary>
    /// Key: due time and number, 8 bytes each, big-endian. Value: the encoded
    /// <see cref="Ledger.Core.Contracts.ScheduledCall"/>. Empty key: the number of the next entry, 8 bytes, big-endian.
    /// Key: contract name (UTF-8). Value: the keys of its entries, in ascending order.
    /// </summary>
    public const string Schedule = "schedule";

    /// <summary>The namespace of a contract's own state. Keys and values (JSON) are UTF-8.</summary>
    public static string OfContract(string contract) => "contract/" + contract;
}
