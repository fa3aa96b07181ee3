namespace Ledger.Contracts.Wasm;

/// <summary>Why guest code came to a stop that it cannot catch.</summary>
public enum WasmTrap
{
    None = 0,
    OutOfGas,
    TooDeep,
    Unreachable,

    /// <summary>A call through the table to no function, or to one of another type.</summary>
    IndirectCall,
    OutOfBounds,
    DivideByZero,
    IntegerOverflow,

    /// <summary>A float that is not a number, converted to an integer.</summary>
    InvalidConversion,

    /// <summary>The guest, or an import on its behalf, gave up.</summary>
    Aborted,
}

/// <summary>
/// Guest code trapped. It unwinds all guest frames; the instance is then only good for
/// <see cref="WasmInstance.Restore"/>.
/// </summary>
public sealed class WasmTrapException : Exception
{
    public WasmTrapException(WasmTrap trap, string? detail = null)
        : base(detail is null ? trap.ToString() : $"{trap}: {detail}") => Trap = trap;

    public WasmTrap Trap { get; }
}
