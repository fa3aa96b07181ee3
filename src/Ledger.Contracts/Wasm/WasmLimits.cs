namespace Ledger.Contracts.Wasm;

/// <summary>
/// Bounds on modules. Each is far above what the script engine needs and keeps what a hostile module can make the host
/// allocate or emit within a small multiple of its bytes.
/// </summary>
public static class WasmLimits
{
    /// <summary>A page of guest memory.</summary>
    public const int PageBytes = 1 << 16;

    public const int MaxModuleBytes = 16 << 20;
    public const int MaxTypes = 1_000;
    public const int MaxParameters = 100;

    /// <summary>Results of a block; a function gives at most one, as the methods that it becomes do.</summary>
    public const int MaxBlockResults = 100;
    public const int MaxImports = 1_000;
    public const int MaxFunctions = 50_000;
    public const int MaxExports = 10_000;
    public const int MaxNameBytes = 1_000;

    /// <summary>They lie in the context block, of one host page.</summary>
    public const int MaxGlobals = 100;
    public const int MaxTableSize = 100_000;
    public const int MaxSegments = 10_000;

    /// <summary>Parameters and locals of a function.</summary>
    public const int MaxLocals = 1_000;
    public const int MaxBodyBytes = 1 << 20;
    public const int MaxNesting = 1_000;
    public const int MaxOperands = 2_000;
    public const int MaxBranchTargets = 10_000;

    /// <summary>64 MiB: what the addresses of stores are reduced to when memory accesses wrap.</summary>
    public const int WindowPages = 1_024;
    public const int WindowBytes = WindowPages * PageBytes;

    /// <summary>
    /// Above the window, for accesses that begin in it and end behind it, and for small static offsets.
    /// </summary>
    public const int SlackBytes = PageBytes;
}
