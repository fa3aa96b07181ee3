namespace Ledger.Contracts.Wasm;

/// <summary>
/// What a call takes of the depth budget, by the size that its frame on the host's stack can have.
/// </summary>
/// <remarks>
/// A unit stands for eight bytes of stack. The weight comes from the guest's code alone, so that it is equal everywhere, and is
/// above the frame that any tier of the JIT compiler makes for it: a test reads the frames' sizes from machine code.
/// </remarks>
internal static class WasmDepth
{
    /// <summary>Bytes of host stack that a unit of depth stands for.</summary>
    public const int BytesPerUnit = 8;

    /// <summary>Of a function with the parameters and locals, and the bytes of code.</summary>
    public static int Weight(int locals, int codeBytes) => 64 + (2 * locals) + (codeBytes / 16);
}
