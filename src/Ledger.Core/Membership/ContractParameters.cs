using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Membership;

/// <summary>
/// What contracts may use on a channel (<c>ledger.core.v1.ContractParameters</c>). Every node must share them, because
/// they decide how calls end.
/// </summary>
/// <remarks>docs/spec/contracts.md says what each bounds. Immutable.</remarks>
public sealed record ContractParameters
{
    /// <summary>Most that any gas parameter can be: far beyond what any node executes in a day.</summary>
    public const ulong MaxGas = 1UL << 48;

    /// <summary>Most guest memory that a channel can allow, in pages of 64 KiB: 64 MiB.</summary>
    public const uint MaxMemoryPages = 1024;

    /// <summary>Least guest memory that a channel can allow: the engine itself needs most of it.</summary>
    public const uint MinMemoryPages = 128;

    /// <summary>The engine that executes contracts: the hash of its binary and of its gas schedule.</summary>
    public required Hash256 Engine { get; init; }

    /// <summary>Most gas that a call may declare. Defaults to 10^9, about a fifth of a second.</summary>
    public ulong MaxCallGas { get; init; } = 1_000_000_000;

    /// <summary>Most gas that a deployment or an upgrade may declare. Defaults to 2 * 10^9.</summary>
    public ulong MaxDeployGas { get; init; } = 2_000_000_000;

    /// <summary>
    /// Most gas that the transactions of a block may declare together. Defaults to 4 * 10^9: less than the time in which
    /// a validator waits for progress.
    /// </summary>
    public ulong MaxBlockGas { get; init; } = 4_000_000_000;

    /// <summary>Guest memory of one run, in pages of 64 KiB. Defaults to 256: 16 MiB.</summary>
    public uint MemoryPages { get; init; } = 256;

    /// <summary>Most gas that an action may declare.</summary>
    public ulong MaxGasOf(Contracts.ContractAction action) =>
        action == Contracts.ContractAction.Call ? MaxCallGas : MaxDeployGas;

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Hash(1, Engine);
        writer.UInt64(2, MaxCallGas);
        writer.UInt64(3, MaxDeployGas);
        writer.UInt64(4, MaxBlockGas);
        writer.UInt64(5, MemoryPages);
    }

    internal static ContractParameters Read(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var parameters = new ContractParameters
        {
            Engine = reader.Hash(1),
            MaxCallGas = reader.UInt64(2),
            MaxDeployGas = reader.UInt64(3),
            MaxBlockGas = reader.UInt64(4),
            MemoryPages = reader.UInt32(5),
        };
        reader.End();
        error = reader.Error;
        return parameters;
    }

    /// <summary>The first parameter that is out of range, as a sentence; null when all are in range.</summary>
    public string? FindFault()
    {
        if (MaxCallGas is < 1_000_000 or > MaxGas) return $"contracts.max_call_gas must be 1000000 to {MaxGas}";
        if (MaxDeployGas is < 1_000_000 or > MaxGas) return $"contracts.max_deploy_gas must be 1000000 to {MaxGas}";
        // Whatever may be declared must fit a block, or it would wait for ever.
        if (MaxBlockGas < Math.Max(MaxCallGas, MaxDeployGas) || MaxBlockGas > MaxGas)
            return $"contracts.max_block_gas must be at least the gas of a call and of a deployment, and at most {MaxGas}";
        return MemoryPages is < MinMemoryPages or > MaxMemoryPages
            ? $"contracts.memory_pages must be {MinMemoryPages} to {MaxMemoryPages}"
            : null;
    }
}
