using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// What instructions cost, in quarters of a unit of gas: in proportion to the processor time that they take in the
/// script engine, as <c>Ledger.Benchmarks gas</c> measures it.
/// </summary>
/// <remarks>
/// Found by a linear programme over what 180 and more scripts executed of each class and how long they took, so that
/// the dearest and the cheapest of them are as near as possible (ADR 0031): prices are not each instruction's own time
/// but what makes the sums right. Operands in locals and constants end in registers and cost nothing; what may miss a
/// cache, or is jumped to by address, costs most.
/// </remarks>
internal static class WasmPrices
{
    /// <summary>Quarters to the unit.</summary>
    public const int Quarters = 4;

    /// <summary>Entering a function, beside the call.</summary>
    public const int Entry = 41;

    /// <summary>Going round a loop.</summary>
    public const int Round = 1;

    /// <summary>Copying, filling or growing, beside what is paid by byte and page.</summary>
    public const int Bulk = 92;

    public const int Call = 1;
    public const int Conversion = 160;
    public const int Division = 40;
    public const int Float = 43;
    public const int Global = 30;
    public const int Load = 12;

    /// <summary>
    /// A load of 8 or 16 bits: texts are read by these, one after the other, from what a cache holds.
    /// </summary>
    public const int LoadSmall = 7;

    public const int Multiplication = 3;
    public const int Store = 1;

    public const int Table = 28;

    /// <summary>
    /// Units for a place that a walk (<see cref="WasmWalks"/>) has not come by lately, where the memory is large.
    /// </summary>
    public const int SingleWalk = 200;

    /// <summary>The same of a walk that waits for two places each time round.</summary>
    public const int DoubleWalk = 450;

    /// <summary>
    /// The pages of a memory that is not large: the engine's stack and data, and as much beside them as the caches of a
    /// processor core hold.
    /// </summary>
    public const int WalkPages = 96;

    /// <summary>Gas, in units, for a page that the memory grows by: the host has to map and zero it.</summary>
    public const int Page = 400_000;

    /// <summary>Gas, in units, for a page of an image that each run finds as it was: the host writes it.</summary>
    public const int ImagePage = 30_000;

    /// <summary>Units for so many quarters.</summary>
    public static int Units(int quarters) => (quarters + Quarters - 1) / Quarters;

    /// <summary>Gas of a copy beside the instruction's own: 6 units for 64 bytes, rounded up.</summary>
    public static long OfCopied(uint bytes) => ((bytes * 6L) + 63) >> 6;

    /// <summary>Gas of a fill beside the instruction's own: a unit for 16 bytes, rounded up.</summary>
    public static long OfFilled(uint bytes) => (bytes + 15L) >> 4;

    /// <summary>Gas, in units, of a place that a walk has not come by lately.</summary>
    public static int OfPlace(WasmWalkKind kind) => kind == WasmWalkKind.Double ? DoubleWalk : SingleWalk;

    /// <summary>Of an instruction, in quarters.</summary>
    public static int Of(Op code) => code switch
    {
        Op.Nop or Op.Block or Op.Loop or Op.Else or Op.End => 0,
        Op.Drop or Op.LocalGet or Op.LocalSet or Op.LocalTee or >= Op.I32Const and <= Op.F64Const => 0,
        Op.GlobalGet or Op.GlobalSet or Op.MemorySize => Global,
        Op.I32Load or Op.I64Load or Op.F32Load or Op.F64Load or Op.I64Load32S or Op.I64Load32U => Load,
        >= Op.I32Load8S and <= Op.I64Load16U => LoadSmall,
        >= Op.I32Store and <= Op.I64Store32 => Store,
        Op.I32Mul or Op.I64Mul => Multiplication,
        >= Op.I32DivS and <= Op.I32RemU or >= Op.I64DivS and <= Op.I64RemU => Division,
        >= Op.F32Eq and <= Op.F64Ge or >= Op.F32Abs and <= Op.F64Copysign => Float,
        >= Op.I32TruncF32S and <= Op.I32TruncF64U or >= Op.I64TruncF32S and <= Op.F64PromoteF32 => Conversion,
        >= Op.I32TruncSatF32S and <= Op.I64TruncSatF64U => Conversion,
        Op.BranchTable => Table,
        Op.Call or Op.CallIndirect => Call,
        Op.MemoryCopy or Op.MemoryFill or Op.MemoryGrow => Bulk,
        // Whole numbers, comparisons, branches, select.
        _ => 1,
    };
}
