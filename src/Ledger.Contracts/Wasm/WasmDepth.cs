namespace Ledger.Contracts.Wasm;

/// <summary>
/// What a call takes of the depth budget, by the size that its frame on the host's stack can have.
/// </summary>
/// <remarks>
/// The weight comes from the guest's code alone, so that it is equal everywhere. A frame takes no more than
/// <see cref="BytesPerUnit"/> for each unit, optimised or not: a test reads the sizes of the script engine's frames
/// from machine code (2.1 and 4.0 bytes a unit at most). The greatest budget, of 8 Mi units, so takes 40 of a thread's
/// 64 MiB.
/// </remarks>
internal static class WasmDepth
{
    /// <summary>Bytes of host stack that a unit of depth may take.</summary>
    public const int BytesPerUnit = 5;

    /// <summary>Of a function with the parameters and locals, and the bytes of code.</summary>
    public static int Weight(int locals, int codeBytes) => 64 + (2 * locals) + (codeBytes / 16);
}
