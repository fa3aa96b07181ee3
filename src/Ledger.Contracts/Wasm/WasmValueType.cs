namespace Ledger.Contracts.Wasm;

/// <summary>The types of WebAssembly values, numbered as in the binary format (specification, section 5.3).</summary>
public enum WasmValueType : byte
{
    /// <summary>Not known: what unreachable code has on its stack. Never in a module.</summary>
    None = 0,

    /// <summary>An address in guest memory turned into one of the host. Only within the compiler.</summary>
    HostAddress = 1,

    /// <summary>64-bit float.</summary>
    F64 = 0x7C,

    /// <summary>32-bit float.</summary>
    F32 = 0x7D,

    /// <summary>64-bit integer.</summary>
    I64 = 0x7E,

    /// <summary>32-bit integer.</summary>
    I32 = 0x7F,
}
