namespace Ledger.Contracts.Wasm;

/// <summary>What a memory access outside the memory does.</summary>
public enum WasmAccess
{
    /// <summary>
    /// It stays in the instance's own window and is defined: a store's address is taken modulo the window, a load from
    /// beyond the window gives zero. No check, so that large functions stay small enough for the optimising compiler;
    /// for code that is known not to do it but must be contained when it does.
    /// </summary>
    Wrapping,

    /// <summary>It traps, as the specification says.</summary>
    Trapping,
}

/// <summary>How a module is compiled. Part of the identity of the compiled code.</summary>
/// <param name="Access">What accesses outside the memory do.</param>
/// <param name="Metered">Whether code takes gas. Off only to measure what metering costs.</param>
public sealed record WasmCompileOptions(WasmAccess Access = WasmAccess.Wrapping, bool Metered = true);

/// <summary>
/// The size of a compiled function, in what the JIT compiler goes by when it decides whether to optimise.
/// </summary>
/// <param name="Function">Its index.</param>
/// <param name="Bytes">Bytes of IL.</param>
/// <param name="Instructions">IL instructions.</param>
/// <param name="Blocks">Basic blocks.</param>
/// <param name="Locals">Parameters and locals.</param>
/// <param name="LocalReferences">Instructions that read or write one.</param>
/// <param name="Charges">Places at which gas is taken.</param>
/// <param name="Weight">What a call takes of the depth budget.</param>
public readonly record struct WasmFunctionStatistics(
    int Function, int Bytes, int Instructions, int Blocks, int Locals, int LocalReferences, int Charges, int Weight)
{
    /// <summary>
    /// The sizes above which RyuJIT compiles a method without optimising it, whatever its attributes say
    /// (DEFAULT_MIN_OPTS_* in its compiler.h): 60,000 bytes, 20,000 instructions, 2,000 blocks, 2,000 locals, 8,000
    /// references. Five to thirty times slower, and on much larger frames.
    /// </summary>
    public bool IsOptimised =>
        Bytes <= 60_000 && Instructions <= 20_000 && Blocks <= 2_000 && Locals <= 2_000 && LocalReferences <= 8_000;
}
