using System.Reflection.Emit;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <content>Operators on numbers.</content>
internal sealed partial class WasmFunctionCompiler
{
    private int CompileNumeric(in WasmInstruction instruction, int at)
    {
        WasmSignature.TryOfNumeric(instruction.Operator, out var signature);
        _stack.Need(signature.Operands);
        if (TryCompileDecision(instruction.Operator, signature, at)) return at + 1;
        _stack.Consumed(signature.Operands);
        if (TryDivisionByConstant(instruction.Operator, at) is { } division)
        {
            _il.Emit(division);
        }
        else
        {
            MaskShiftCount(instruction.Operator, at);
            var emission = WasmEmission.Of(instruction.Operator);
            foreach (var code in emission.Codes) _il.Emit(code);
            if (emission.Helper is { } helper) _il.Call(helper);
        }

        _stack.Push(signature.Result);
        return at;
    }

    /// <summary>
    /// Compiles a comparison together with the branch behind it, where nothing else lies on the stack of IL.
    /// </summary>
    private bool TryCompileDecision(Op code, WasmSignature signature, int at)
    {
        if (!WasmEmission.TryBranch(code, whenHolds: true, out var holds)) return false;
        WasmEmission.TryBranch(code, whenHolds: false, out var fails);
        var next = _code[at + 1];
        var decides = next.Operator switch
        {
            Op.If => _module.BlockType(next.Index).ParameterTypes.Length == 0,
            Op.BranchIf => true,
            _ => false,
        };
        if (!decides || _stack.IsOnIl(signature.Operands + 1)) return false;
        _stack.Consumed(signature.Operands);
        if (next.Operator == Op.If) BeginIf(next, fails);
        else EmitBranchIf(LabelAt(next.Index), holds, fails);
        return true;
    }

    /// <summary>The plain instruction, where the divisor is a constant with which it cannot trap.</summary>
    private OpCode? TryDivisionByConstant(Op code, int at)
    {
        if (at == 0 || _code[at - 1].Operator is not (Op.I32Const or Op.I64Const)) return null;
        if (_code[at - 1].Value is 0 or -1) return null;
        return code switch
        {
            Op.I32DivS or Op.I64DivS => OpCodes.Div,
            Op.I32DivU or Op.I64DivU => OpCodes.Div_Un,
            Op.I32RemS or Op.I64RemS => OpCodes.Rem,
            Op.I32RemU or Op.I64RemU => OpCodes.Rem_Un,
            _ => null,
        };
    }

    // IL leaves a shift by the width or more undefined.
    private void MaskShiftCount(Op code, int at)
    {
        var bits = code switch
        {
            >= Op.I32Shl and <= Op.I32ShrU => 32,
            >= Op.I64Shl and <= Op.I64ShrU => 64,
            _ => 0,
        };
        if (bits == 0) return;
        var before = at == 0 ? default : _code[at - 1];
        var inRange = before.Operator is Op.I32Const or Op.I64Const && before.Value >= 0 && before.Value < bits;
        if (bits == 64) _il.Emit(OpCodes.Conv_I4);
        if (inRange) return;
        _il.Constant(bits - 1);
        _il.Emit(OpCodes.And);
    }
}
