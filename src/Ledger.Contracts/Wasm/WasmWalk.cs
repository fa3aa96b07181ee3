namespace Ledger.Contracts.Wasm;

/// <summary>A loop that follows pointers: how often it waits each time round, and the local that goes along.</summary>
internal readonly record struct WasmWalk(WasmWalkKind Kind, int Local);

/// <summary>How often a loop waits each time round for a place that it has just learnt of.</summary>
internal enum WasmWalkKind
{
    None,

    /// <summary>Once: from one thing to the next, as along a list.</summary>
    Single,

    /// <summary>More often: as from an object to its shape, and from there to its prototype.</summary>
    Double,
}
