namespace Ledger.Contracts.Engine;

/// <summary>What a run may use.</summary>
/// <param name="Gas">Gas: about a tenth of a nanosecond each.</param>
/// <param name="MemoryPages">Guest memory in pages of 64 KiB, the engine's own 5 MiB among them.</param>
/// <param name="Depth">Call depth in weight: each guest call costs by the size of its frame.</param>
/// <param name="UnixMilliseconds">What <c>Date.now()</c> gives: the consensus time.</param>
public readonly record struct ScriptLimits(long Gas, int MemoryPages, long Depth, ulong UnixMilliseconds)
{
    /// <summary>Stack of a thread on which scripts run: <see cref="MaxDepth"/> can never overflow it.</summary>
    public const int ThreadStackBytes = 64 << 20;

    /// <summary>Most depth that a run may be given.</summary>
    public const long MaxDepth = 8 << 20;

    /// <summary>Most pages that a run may be given: 64 MiB.</summary>
    public const int MaxMemoryPages = 1024;
}
