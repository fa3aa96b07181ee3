namespace Ledger.Client.Contracts;

/// <summary>What a contract transaction may use.</summary>
public sealed record ContractCallOptions
{
    /// <summary>
    /// Most gas of a call. Defaults to 10 million: a hundred times what a transfer takes. Declared gas takes room in
    /// blocks, so declare no more than is needed.
    /// </summary>
    public ulong GasLimit { get; init; } = 10_000_000;

    /// <summary>Most gas of a deployment or an upgrade. Defaults to 500 million.</summary>
    public ulong DeployGasLimit { get; init; } = 500_000_000;

    /// <summary>
    /// Most that contracts may take from the caller's own account, in minor units as a decimal integer. Defaults to
    /// nothing.
    /// </summary>
    public string Spend { get; init; } = "";

    /// <summary>The defaults.</summary>
    public static ContractCallOptions Default { get; } = new();
}
