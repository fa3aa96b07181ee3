using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// What instructions cost, in quarters of a unit of gas: in proportion to the processor time that they take in the
/// script engine, as <c>Ledger.Benchmarks gas</c> measures it.
/// </summary>
/// <remarks>
/// Found by a linear programme over what 155 scripts executed of each class and how long they took, so that the dearest
/// and the cheapest of them are as near as possible (ADR 0031): prices are not each instruction's own time but what
/// makes the sums right.
/// Operands in locals and constants end in registers and cost nothing; what may miss a cache, or is jumped to by
/// address, costs most.
/// </remarks>
internal static class WasmPrices
{
    /// <summary>Quarters to the unit.</summary>
    public const int Quarters = 4;

    /// <summary>Entering a function, beside the call.</summary>
    public const int Entry = 6;

    /// <summary>Going round a loop.</summary>
    public const int Round = 28;

    /// <summary>Copying, filling or growing, beside what is paid by byte and page.</summary>
    public const int Bulk = 400;

    public const int Access = 8;
    public const int Call = 56;
    public const int CallIndirect = 76;
    public const int Division = 96;
    public const int Float = 40;
    public const int Global = 64;
    public const int Multiplication = 5;
    public const int Table = 64;

    /// <summary>Gas, in units, for a page that the memory grows by: the host has to map and zero it.</summary>
    public const int Page = 300_000;

    /// <summary>Gas, in units, for a page of an image that each run finds as it was: the host writes it.</summary>
    public const int ImagePage = 30_000;

    // Bytes copied or filled for a unit, as a shift.
    private const int BytesShift = 3;

    /// <summary>Units for so many quarters.</summary>
    public static int Units(int quarters) => (quarters + Quarters - 1) / Quarters;

    /// <summary>Gas of a copy or fill beside the instruction's own: a unit for 8 bytes, rounded up.</summary>
    public static long OfBytes(uint bytes) => (bytes + (1L << BytesShift) - 1) >> BytesShift;

    /// <summary>Of an instruction, in quarters.</summary>
    public static int Of(Op code) => code switch
    {
        Op.Nop or Op.Block or Op.Loop or Op.Else or Op.End => 0,
        Op.Drop or Op.LocalGet or Op.LocalSet or Op.LocalTee or >= Op.I32Const and <= Op.F64Const => 0,
        Op.GlobalGet or Op.GlobalSet or Op.MemorySize => Global,
        >= Op.I32Load and <= Op.I64Store32 => Access,
        Op.I32Mul or Op.I64Mul => Multiplication,
        >= Op.I32DivS and <= Op.I32RemU or >= Op.I64DivS and <= Op.I64RemU => Division,
        >= Op.F32Eq and <= Op.F64Ge or >= Op.F32Abs and <= Op.F64Copysign => Float,
        >= Op.I32TruncF32S and <= Op.I32TruncF64U or >= Op.I64TruncF32S and <= Op.F64PromoteF32 => Float,
        >= Op.I32TruncSatF32S and <= Op.I64TruncSatF64U => Float,
        Op.BranchTable => Table,
        Op.Call => Call,
        Op.CallIndirect => CallIndirect,
        Op.MemoryCopy or Op.MemoryFill or Op.MemoryGrow => Bulk,
        // Whole numbers, comparisons, branches, select.
        _ => 1,
    };
}
