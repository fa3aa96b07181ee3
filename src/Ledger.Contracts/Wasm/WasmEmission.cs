using System.Reflection;
using System.Reflection.Emit;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// How each numeric operator is written in IL: instructions, then perhaps a call of <see cref="WasmRuntime"/>. Floats
/// that arithmetic gives go through <see cref="WasmRuntime.Canonical(double)"/>; what moves or changes signs keeps its
/// bits.
/// </summary>
/// <param name="Codes">Instructions, on operands that lie on the stack of IL.</param>
/// <param name="Helper">A method to call behind them.</param>
internal readonly record struct WasmEmission(OpCode[] Codes, MethodInfo? Helper = null)
{
    private static readonly Dictionary<Op, WasmEmission> All = Build();

    public static WasmEmission Of(Op code) => All[code];

    /// <summary>
    /// The branch that is taken when a comparison holds, or when it does not; what a comparison with NaN gives
    /// included.
    /// </summary>
    public static bool TryBranch(Op code, bool whenHolds, out OpCode branch)
    {
        var isFloat = code >= Op.F32Eq;
        var (holds, fails) = code switch
        {
            Op.I32Eqz or Op.I64Eqz => (OpCodes.Brfalse, OpCodes.Brtrue),
            Op.I32Eq or Op.I64Eq or Op.F32Eq or Op.F64Eq => (OpCodes.Beq, OpCodes.Bne_Un),
            Op.I32Ne or Op.I64Ne or Op.F32Ne or Op.F64Ne => (OpCodes.Bne_Un, OpCodes.Beq),
            Op.I32LtS or Op.I64LtS or Op.F32Lt or Op.F64Lt => (OpCodes.Blt, isFloat ? OpCodes.Bge_Un : OpCodes.Bge),
            Op.I32GtS or Op.I64GtS or Op.F32Gt or Op.F64Gt => (OpCodes.Bgt, isFloat ? OpCodes.Ble_Un : OpCodes.Ble),
            Op.I32LeS or Op.I64LeS or Op.F32Le or Op.F64Le => (OpCodes.Ble, isFloat ? OpCodes.Bgt_Un : OpCodes.Bgt),
            Op.I32GeS or Op.I64GeS or Op.F32Ge or Op.F64Ge => (OpCodes.Bge, isFloat ? OpCodes.Blt_Un : OpCodes.Blt),
            Op.I32LtU or Op.I64LtU => (OpCodes.Blt_Un, OpCodes.Bge_Un),
            Op.I32GtU or Op.I64GtU => (OpCodes.Bgt_Un, OpCodes.Ble_Un),
            Op.I32LeU or Op.I64LeU => (OpCodes.Ble_Un, OpCodes.Bgt_Un),
            Op.I32GeU or Op.I64GeU => (OpCodes.Bge_Un, OpCodes.Blt_Un),
            _ => (OpCodes.Nop, OpCodes.Nop),
        };
        branch = whenHolds ? holds : fails;
        return branch != OpCodes.Nop;
    }

    private static Dictionary<Op, WasmEmission> Build()
    {
        var all = new Dictionary<Op, WasmEmission>();
        AddComparisons(all);
        AddIntegers(all, typeof(int), Op.I32Clz);
        AddIntegers(all, typeof(long), Op.I64Clz);
        AddFloats(all, typeof(float), Op.F32Abs);
        AddFloats(all, typeof(double), Op.F64Abs);
        AddConversions(all);
        return all;
    }

    private static WasmEmission Plain(params OpCode[] codes) => new(codes);

    private static WasmEmission Call(string name, params Type[] parameters) =>
        new([], WasmCompiler.Helper(name, parameters));

    private static void AddComparisons(Dictionary<Op, WasmEmission> all)
    {
        all[Op.I32Eqz] = Plain(OpCodes.Ldc_I4_0, OpCodes.Ceq);
        all[Op.I64Eqz] = Plain(OpCodes.Ldc_I4_0, OpCodes.Conv_I8, OpCodes.Ceq);
        foreach (var first in new[] { Op.I32Eq, Op.I64Eq })
        {
            all[first] = Plain(OpCodes.Ceq);
            all[first + 1] = Not(OpCodes.Ceq);
            all[first + 2] = Plain(OpCodes.Clt);
            all[first + 3] = Plain(OpCodes.Clt_Un);
            all[first + 4] = Plain(OpCodes.Cgt);
            all[first + 5] = Plain(OpCodes.Cgt_Un);
            all[first + 6] = Not(OpCodes.Cgt);
            all[first + 7] = Not(OpCodes.Cgt_Un);
            all[first + 8] = Not(OpCodes.Clt);
            all[first + 9] = Not(OpCodes.Clt_Un);
        }

        foreach (var first in new[] { Op.F32Eq, Op.F64Eq })
        {
            all[first] = Plain(OpCodes.Ceq);
            all[first + 1] = Not(OpCodes.Ceq);
            all[first + 2] = Plain(OpCodes.Clt);
            all[first + 3] = Plain(OpCodes.Cgt);
            // Not greater, or unordered: the negation of the comparison that is true for NaN.
            all[first + 4] = Not(OpCodes.Cgt_Un);
            all[first + 5] = Not(OpCodes.Clt_Un);
        }

        static WasmEmission Not(OpCode code) => Plain(code, OpCodes.Ldc_I4_0, OpCodes.Ceq);
    }

    // The operators of both widths stand in one order. Shift counts are narrowed and masked by the caller.
    private static void AddIntegers(Dictionary<Op, WasmEmission> all, Type type, Op first)
    {
        all[first] = Call(nameof(WasmRuntime.LeadingZeros), type);
        all[first + 1] = Call(nameof(WasmRuntime.TrailingZeros), type);
        all[first + 2] = Call(nameof(WasmRuntime.CountOnes), type);
        all[first + 3] = Plain(OpCodes.Add);
        all[first + 4] = Plain(OpCodes.Sub);
        all[first + 5] = Plain(OpCodes.Mul);
        all[first + 6] = Call(nameof(WasmRuntime.DivideS), type, type);
        all[first + 7] = Call(nameof(WasmRuntime.DivideU), type, type);
        all[first + 8] = Call(nameof(WasmRuntime.RemainderS), type, type);
        all[first + 9] = Call(nameof(WasmRuntime.RemainderU), type, type);
        all[first + 10] = Plain(OpCodes.And);
        all[first + 11] = Plain(OpCodes.Or);
        all[first + 12] = Plain(OpCodes.Xor);
        all[first + 13] = Plain(OpCodes.Shl);
        all[first + 14] = Plain(OpCodes.Shr);
        all[first + 15] = Plain(OpCodes.Shr_Un);
        all[first + 16] = Call(nameof(WasmRuntime.RotateLeft), type, type);
        all[first + 17] = Call(nameof(WasmRuntime.RotateRight), type, type);
    }

    private static void AddFloats(Dictionary<Op, WasmEmission> all, Type type, Op first)
    {
        var canonical = WasmCompiler.Helper(nameof(WasmRuntime.Canonical), type);
        all[first] = Call(nameof(WasmRuntime.Absolute), type);
        all[first + 1] = Call(nameof(WasmRuntime.Negate), type);
        all[first + 2] = Call(nameof(WasmRuntime.Ceiling), type);
        all[first + 3] = Call(nameof(WasmRuntime.Floor), type);
        all[first + 4] = Call(nameof(WasmRuntime.Truncate), type);
        all[first + 5] = Call(nameof(WasmRuntime.Nearest), type);
        all[first + 6] = Call(nameof(WasmRuntime.SquareRoot), type);
        all[first + 7] = new([OpCodes.Add], canonical);
        all[first + 8] = new([OpCodes.Sub], canonical);
        all[first + 9] = new([OpCodes.Mul], canonical);
        all[first + 10] = new([OpCodes.Div], canonical);
        all[first + 11] = Call(nameof(WasmRuntime.Minimum), type, type);
        all[first + 12] = Call(nameof(WasmRuntime.Maximum), type, type);
        all[first + 13] = Call(nameof(WasmRuntime.CopySign), type, type);
    }

    private static void AddConversions(Dictionary<Op, WasmEmission> all)
    {
        all[Op.I32WrapI64] = Plain(OpCodes.Conv_I4);
        all[Op.I64ExtendI32S] = Plain(OpCodes.Conv_I8);
        all[Op.I64ExtendI32U] = Plain(OpCodes.Conv_U8);
        all[Op.I32Extend8S] = Plain(OpCodes.Conv_I1);
        all[Op.I32Extend16S] = Plain(OpCodes.Conv_I2);
        all[Op.I64Extend8S] = Plain(OpCodes.Conv_I1, OpCodes.Conv_I8);
        all[Op.I64Extend16S] = Plain(OpCodes.Conv_I2, OpCodes.Conv_I8);
        all[Op.I64Extend32S] = Plain(OpCodes.Conv_I4, OpCodes.Conv_I8);
        AddTruncations(all, Op.I32TruncF32S, Op.I64TruncF32S, "To");
        AddTruncations(all, Op.I32TruncSatF32S, Op.I64TruncSatF32S, "Saturate");
        // By way of a double, which holds every 32-bit integer: rounded once.
        all[Op.F32ConvertI32S] = Plain(OpCodes.Conv_R8, OpCodes.Conv_R4);
        all[Op.F32ConvertI32U] = Call(nameof(WasmRuntime.UnsignedToSingle), typeof(int));
        all[Op.F32ConvertI64S] = Call(nameof(WasmRuntime.ToSingle), typeof(long));
        all[Op.F32ConvertI64U] = Call(nameof(WasmRuntime.UnsignedToSingle), typeof(long));
        all[Op.F64ConvertI32S] = Plain(OpCodes.Conv_R8);
        all[Op.F64ConvertI32U] = Call(nameof(WasmRuntime.UnsignedToDouble), typeof(int));
        all[Op.F64ConvertI64S] = Plain(OpCodes.Conv_R8);
        all[Op.F64ConvertI64U] = Call(nameof(WasmRuntime.UnsignedToDouble), typeof(long));
        var single = Call(nameof(WasmRuntime.Canonical), typeof(float));
        var real = Call(nameof(WasmRuntime.Canonical), typeof(double));
        all[Op.F32DemoteF64] = single with { Codes = [OpCodes.Conv_R4] };
        all[Op.F64PromoteF32] = real with { Codes = [OpCodes.Conv_R8] };
        all[Op.I32ReinterpretF32] = Call(nameof(WasmRuntime.Bits), typeof(float));
        all[Op.I64ReinterpretF64] = Call(nameof(WasmRuntime.Bits), typeof(double));
        all[Op.F32ReinterpretI32] = Call(nameof(WasmRuntime.Bits), typeof(int));
        all[Op.F64ReinterpretI64] = Call(nameof(WasmRuntime.Bits), typeof(long));
    }

    private static void AddTruncations(Dictionary<Op, WasmEmission> all, Op to32, Op to64, string verb)
    {
        foreach (var (first, target) in new[] { (to32, "Int32"), (to64, "Int64") })
        {
            var signed = WasmCompiler.Helper(verb + target, typeof(double));
            var unsigned = WasmCompiler.Helper(verb + "U" + target, typeof(double));
            all[first] = new([OpCodes.Conv_R8], signed);
            all[first + 1] = new([OpCodes.Conv_R8], unsigned);
            all[first + 2] = new([], signed);
            all[first + 3] = new([], unsigned);
        }
    }
}
