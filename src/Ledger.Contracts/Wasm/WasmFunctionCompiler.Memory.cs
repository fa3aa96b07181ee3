using System.Reflection.Emit;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <content>
/// Accesses of memory. Wrapping: the host address is the memory's beginning plus the guest's address, reduced modulo
/// the window for stores, plus the static offset as a field of an imaginary structure. <see cref="WasmMemory"/> has
/// the layout that makes every such address one of the instance's own.
/// </content>
internal sealed partial class WasmFunctionCompiler
{
    /// <summary>
    /// For each instruction the store whose address it computes, or -1. The address is made one of the host as soon as
    /// it is there, since IL cannot get at it beneath the value.
    /// </summary>
    private readonly int[] _addressOf;

    private static bool IsFolded(long offset) => offset <= WasmCompiler.MaxFieldOffset;

    private int[] FindStoreAddresses()
    {
        var addressOf = new int[_code.Count];
        Array.Fill(addressOf, -1);
        if (_compiler.Options.Access != WasmAccess.Wrapping) return addressOf;
        // The instruction that made each operand since the last one at which operands may have been moved.
        var makers = new List<int>();
        for (var i = 0; i < _code.Count; i++)
        {
            var code = _code[i].Operator;
            if (!TryEffect(_code[i], out var taken, out var given))
            {
                makers.Clear();
                continue;
            }

            if (WasmSignature.IsStore(code) && makers.Count >= 2) addressOf[makers[^2]] = i;
            makers.RemoveRange(Math.Max(0, makers.Count - taken), Math.Min(taken, makers.Count));
            for (; given > 0; given--) makers.Add(i);
        }

        return addressOf;
    }

    private bool TryEffect(in WasmInstruction instruction, out int taken, out int given)
    {
        var code = instruction.Operator;
        (taken, given) = code switch
        {
            Op.Nop => (0, 0),
            Op.Call => (TypeOfCall(instruction).ParameterTypes.Length, TypeOfCall(instruction).ResultTypes.Length),
            Op.CallIndirect =>
                (TypeOfCall(instruction).ParameterTypes.Length + 1, TypeOfCall(instruction).ResultTypes.Length),
            Op.Drop => (1, 0),
            Op.Select => (3, 1),
            Op.LocalGet or Op.GlobalGet or Op.MemorySize => (0, 1),
            Op.LocalSet or Op.GlobalSet => (1, 0),
            Op.LocalTee or Op.MemoryGrow => (1, 1),
            Op.MemoryCopy or Op.MemoryFill => (3, 0),
            _ when WasmSignature.IsConstant(code) => (0, 1),
            _ when WasmSignature.TryOfAccess(code, out _, out _) => WasmSignature.IsStore(code) ? (2, 0) : (1, 1),
            _ when WasmSignature.TryOfNumeric(code, out var signature) => (signature.Operands, 1),
            _ => (-1, 0),
        };
        return taken >= 0;
    }

    private WasmFunctionType TypeOfCall(in WasmInstruction instruction) =>
        instruction.Operator == Op.Call ? _module.TypeOf(instruction.Index) : _module.TypeArray[instruction.Index];

    private void PrepareAddress(int at)
    {
        if (_addressOf[at] < 0 || _frames[^1].Dead) return;
        if (!_stack.IsOnIl(1) || _stack.TopType != WasmValueType.I32) return;
        EmitWrappedAddress(_code[_addressOf[at]].Value);
        _stack.Retype(WasmValueType.HostAddress);
    }

    private void CompileMemory(in WasmInstruction instruction)
    {
        switch (instruction.Operator)
        {
            case Op.MemorySize:
                LoadContextField(nameof(WasmContext.Pages));
                _stack.Push(WasmValueType.I32);
                break;
            case Op.MemoryGrow:
                _stack.Need(1);
                LoadContext();
                _il.Call(Helper(nameof(WasmRuntime.Grow)));
                break;
            case Op.MemoryCopy or Op.MemoryFill:
                _stack.Need(3);
                _stack.Consumed(3);
                LoadContext();
                _il.Call(Helper(instruction.Operator == Op.MemoryCopy
                    ? nameof(WasmRuntime.Copy) : nameof(WasmRuntime.Fill)));
                break;
            default:
                if (WasmSignature.IsStore(instruction.Operator)) CompileStore(instruction);
                else CompileLoad(instruction);
                break;
        }
    }

    private void CompileLoad(in WasmInstruction instruction)
    {
        WasmSignature.TryOfAccess(instruction.Operator, out var type, out var bytes);
        _stack.Need(1);
        _stack.Consumed(1);
        var field = false;
        if (_compiler.Options.Access == WasmAccess.Trapping)
        {
            EmitCheckedAddress(instruction.Value, bytes);
        }
        else if (IsFolded(instruction.Value))
        {
            _il.Load(_memory!);
            _il.Emit(OpCodes.Add);
            field = instruction.Value > 0;
        }
        else
        {
            EmitWrappedAddress(instruction.Value);
        }

        var access = WasmAccessKind.Of(instruction.Operator);
        if (field) _il.Field(OpCodes.Ldfld, _compiler.GuestField(access.FieldType, (int)instruction.Value));
        else _il.Emit(access.Load);
        if (access.Widen is { } widen) _il.Emit(widen);
        _stack.Push(type);
    }

    private void CompileStore(in WasmInstruction instruction)
    {
        WasmSignature.TryOfAccess(instruction.Operator, out var type, out var bytes);
        _stack.Need(2);
        if (_stack.TypeAt(2) != WasmValueType.HostAddress)
        {
            var value = _stack.Borrow(type);
            _il.Store(value);
            if (_compiler.Options.Access == WasmAccess.Trapping) EmitCheckedAddress(instruction.Value, bytes);
            else EmitWrappedAddress(instruction.Value);
            _il.Load(value);
            _stack.Return(type, value);
        }

        _stack.Consumed(2);
        var access = WasmAccessKind.Of(instruction.Operator);
        if (type == WasmValueType.I64 && bytes < 8) _il.Emit(OpCodes.Conv_I4);
        if (_compiler.Options.Access == WasmAccess.Wrapping && instruction.Value > 0 && IsFolded(instruction.Value))
            _il.Field(OpCodes.Stfld, _compiler.GuestField(access.FieldType, (int)instruction.Value));
        else
            _il.Emit(access.Store);
    }

    private void EmitCheckedAddress(long offset, int bytes)
    {
        _il.Constant(offset);
        _il.Constant(bytes);
        LoadContext();
        _il.Call(Helper(nameof(WasmRuntime.Address)));
    }

    // A small offset is added by the field behind the mask: the slack above the window takes it.
    private void EmitWrappedAddress(long offset)
    {
        if (!IsFolded(offset))
        {
            _il.Constant(unchecked((int)offset));
            _il.Emit(OpCodes.Add);
        }

        _il.Constant(WasmLimits.WindowBytes - 1);
        _il.Emit(OpCodes.And);
        _il.Load(_memory!);
        _il.Emit(OpCodes.Add);
    }
}
