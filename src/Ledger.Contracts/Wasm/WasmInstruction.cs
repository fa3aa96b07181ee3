namespace Ledger.Contracts.Wasm;

/// <summary>An instruction with its immediates.</summary>
/// <param name="Operator">Which.</param>
/// <param name="Index">
/// A local, global, function, type or label; for blocks the value of <see cref="WasmModule.BlockType"/>.
/// </param>
/// <param name="Value">A constant's bits, or a memory access' static offset.</param>
/// <param name="Targets">The labels of a branch table, the default last.</param>
/// <param name="Offset">Where it lies in the module.</param>
internal readonly record struct WasmInstruction(
    WasmOperator Operator, int Index, long Value, int[]? Targets, int Offset);

/// <summary>The operand and result types of operators that have the same ones wherever they stand.</summary>
/// <param name="Operand">The type of each operand.</param>
/// <param name="Operands">How many.</param>
/// <param name="Result">The type of the result; none for stores.</param>
internal readonly record struct WasmSignature(WasmValueType Operand, int Operands, WasmValueType Result)
{
    /// <summary>The signature of a numeric operator, from the layout of the operator space.</summary>
    public static bool TryOfNumeric(WasmOperator code, out WasmSignature signature)
    {
        signature = (int)code switch
        {
            0x45 => new(WasmValueType.I32, 1, WasmValueType.I32),
            >= 0x46 and <= 0x4F => new(WasmValueType.I32, 2, WasmValueType.I32),
            0x50 => new(WasmValueType.I64, 1, WasmValueType.I32),
            >= 0x51 and <= 0x5A => new(WasmValueType.I64, 2, WasmValueType.I32),
            >= 0x5B and <= 0x60 => new(WasmValueType.F32, 2, WasmValueType.I32),
            >= 0x61 and <= 0x66 => new(WasmValueType.F64, 2, WasmValueType.I32),
            >= 0x67 and <= 0x69 => new(WasmValueType.I32, 1, WasmValueType.I32),
            >= 0x6A and <= 0x78 => new(WasmValueType.I32, 2, WasmValueType.I32),
            >= 0x79 and <= 0x7B => new(WasmValueType.I64, 1, WasmValueType.I64),
            >= 0x7C and <= 0x8A => new(WasmValueType.I64, 2, WasmValueType.I64),
            >= 0x8B and <= 0x91 => new(WasmValueType.F32, 1, WasmValueType.F32),
            >= 0x92 and <= 0x98 => new(WasmValueType.F32, 2, WasmValueType.F32),
            >= 0x99 and <= 0x9F => new(WasmValueType.F64, 1, WasmValueType.F64),
            >= 0xA0 and <= 0xA6 => new(WasmValueType.F64, 2, WasmValueType.F64),
            0xA7 => new(WasmValueType.I64, 1, WasmValueType.I32),
            0xA8 or 0xA9 or 0xBC or 0xFC00 or 0xFC01 => new(WasmValueType.F32, 1, WasmValueType.I32),
            0xAA or 0xAB or 0xFC02 or 0xFC03 => new(WasmValueType.F64, 1, WasmValueType.I32),
            0xAC or 0xAD => new(WasmValueType.I32, 1, WasmValueType.I64),
            0xAE or 0xAF or 0xFC04 or 0xFC05 => new(WasmValueType.F32, 1, WasmValueType.I64),
            0xB0 or 0xB1 or 0xBD or 0xFC06 or 0xFC07 => new(WasmValueType.F64, 1, WasmValueType.I64),
            0xB2 or 0xB3 or 0xBE => new(WasmValueType.I32, 1, WasmValueType.F32),
            0xB4 or 0xB5 => new(WasmValueType.I64, 1, WasmValueType.F32),
            0xB6 => new(WasmValueType.F64, 1, WasmValueType.F32),
            0xB7 or 0xB8 => new(WasmValueType.I32, 1, WasmValueType.F64),
            0xB9 or 0xBA or 0xBF => new(WasmValueType.I64, 1, WasmValueType.F64),
            0xBB => new(WasmValueType.F32, 1, WasmValueType.F64),
            0xC0 or 0xC1 => new(WasmValueType.I32, 1, WasmValueType.I32),
            >= 0xC2 and <= 0xC4 => new(WasmValueType.I64, 1, WasmValueType.I64),
            _ => default,
        };
        return signature.Operands > 0;
    }

    /// <summary>The type that a load gives or a store takes, and the bytes that it moves.</summary>
    public static bool TryOfAccess(WasmOperator code, out WasmValueType type, out int bytes)
    {
        (type, bytes) = code switch
        {
            WasmOperator.I32Load or WasmOperator.I32Store => (WasmValueType.I32, 4),
            WasmOperator.I64Load or WasmOperator.I64Store => (WasmValueType.I64, 8),
            WasmOperator.F32Load or WasmOperator.F32Store => (WasmValueType.F32, 4),
            WasmOperator.F64Load or WasmOperator.F64Store => (WasmValueType.F64, 8),
            WasmOperator.I32Load8S or WasmOperator.I32Load8U or WasmOperator.I32Store8 => (WasmValueType.I32, 1),
            WasmOperator.I32Load16S or WasmOperator.I32Load16U or WasmOperator.I32Store16 => (WasmValueType.I32, 2),
            WasmOperator.I64Load8S or WasmOperator.I64Load8U or WasmOperator.I64Store8 => (WasmValueType.I64, 1),
            WasmOperator.I64Load16S or WasmOperator.I64Load16U or WasmOperator.I64Store16 => (WasmValueType.I64, 2),
            WasmOperator.I64Load32S or WasmOperator.I64Load32U or WasmOperator.I64Store32 => (WasmValueType.I64, 4),
            _ => (WasmValueType.None, 0),
        };
        return bytes > 0;
    }

    public static bool IsStore(WasmOperator code) => code is >= WasmOperator.I32Store and <= WasmOperator.I64Store32;

    public static bool IsConstant(WasmOperator code) => code is >= WasmOperator.I32Const and <= WasmOperator.F64Const;
}
