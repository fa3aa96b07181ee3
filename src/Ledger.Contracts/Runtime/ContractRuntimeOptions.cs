using Ledger.Contracts.Engine;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Runtime;

/// <summary>
/// What the channel's parameters say of contracts. Every node of a channel has the same; they change at a block. Immutable.
/// </summary>
/// <remarks>
/// Parameters are set by governance, and governance may come to be a contract. So no parameter, however set, can go below
/// its floor, and what runs no script (freeze, unfreeze, retire) has no limit to run into. The values used are
/// <see cref="Gas"/>, <see cref="Pages"/> and so on, not the raw ones.
/// </remarks>
public sealed record ContractRuntimeOptions
{
    /// <summary>Gas that any transaction may ask for, whatever the parameters say: some tens of ordinary calls.</summary>
    public const long GasFloor = 50_000_000;

    /// <summary>Pages of memory that any call has, whatever the parameters say: 8 MiB, of which the engine takes 5.</summary>
    public const int PagesFloor = 128;

    /// <summary>Most contracts that one call may go through, whatever the parameters say.</summary>
    public const int CallDepthFloor = 2;

    /// <summary>Most contracts that one call may ever go through: each holds its memory.</summary>
    public const int MaxCallDepth = 8;

    /// <summary>Writes that any transaction may make, whatever the parameters say.</summary>
    public const int WritesFloor = 256;

    /// <summary>The channel's algorithms.</summary>
    public CryptoSuite Suite { get; init; } = Secp256k1Suite.Default;

    /// <summary>Most gas that a transaction may ask for. Defaults to 1,000,000,000: under a second of computing.</summary>
    public long MaxGas { get; init; } = 1_000_000_000;

    /// <summary>Gas of a query. Defaults to 200,000,000.</summary>
    public long QueryGas { get; init; } = 200_000_000;

    /// <summary>Gas of a scheduled call, which nobody signs for. Defaults to 500,000,000.</summary>
    public long ScheduledGas { get; init; } = 500_000_000;

    /// <summary>Most pages of 64 KiB that a call may use. Defaults to 256: 16 MiB.</summary>
    public int MaxPages { get; init; } = 256;

    /// <summary>Most contracts that one call may go through. Defaults to 6.</summary>
    public int CallDepth { get; init; } = 6;

    /// <summary>Most keys that a transaction may write. Defaults to 4,096.</summary>
    public int MaxWrites { get; init; } = 4096;

    /// <summary>Roles that may deploy, and manage every contract. Defaults to <c>operator</c>.</summary>
    public IReadOnlyList<string> ManagerRoles { get; init; } = ["operator"];

    /// <summary>The role whose contracts may issue and burn money. Defaults to <c>treasury</c>.</summary>
    public string TreasuryRole { get; init; } = "treasury";

    /// <summary>
    /// Bytes of the images of all contracts that are not retired: what would go beyond is not deployed. Defaults to
    /// 256 MiB, and is the same on every node of a channel.
    /// </summary>
    public long ImageBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Bytes of images that are kept in memory; no effect on any outcome. Defaults to 256 MiB, as
    /// <see cref="ImageBytes"/>: with less, calls of many contracts in turn have each built anew, which nobody pays.
    /// </summary>
    public long CacheBytes { get; init; } = 256L << 20;

    internal long Gas => Math.Max(MaxGas, GasFloor);

    internal long GasOfQuery => Math.Max(QueryGas, GasFloor);

    internal long GasOfScheduled => Math.Max(ScheduledGas, GasFloor);

    internal int Pages => Math.Clamp(MaxPages, PagesFloor, ScriptLimits.MaxMemoryPages);

    internal int Depth => Math.Clamp(CallDepth, CallDepthFloor, MaxCallDepth);

    internal int Writes => Math.Max(MaxWrites, WritesFloor);
}
