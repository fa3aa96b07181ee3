using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// Checks the types of every body by the algorithm of the specification's appendix "Validation Algorithm": a stack of
/// operand types and a stack of control frames; behind a branch that is always taken the stack is polymorphic.
/// </summary>
internal sealed class WasmValidator
{
    private readonly WasmModule _module;

    // At most WasmLimits.MaxOperands; None stands for any type, in code that is never reached.
    private readonly List<WasmValueType> _operands = [];

    // At most WasmLimits.MaxNesting.
    private readonly List<Frame> _frames = [];
    private readonly List<WasmInstruction> _instructions = [];
    private WasmValueType[] _locals = [];
    private WasmErrorCode _failure;
    private string? _detail;

    private WasmValidator(WasmModule module) => _module = module;

    public static bool TryValidate(WasmModule module, out WasmError error)
    {
        var validator = new WasmValidator(module);
        for (var i = 0; i < module.Bodies.Length; i++)
        {
            if (!validator.TryValidateBody(module.ImportArray.Length + i, module.Bodies[i], out error)) return false;
        }

        error = default;
        return true;
    }

    private bool TryValidateBody(int function, WasmBody body, out WasmError error)
    {
        if (!WasmInstructionReader.TryRead(_module, body, _instructions, out error))
        {
            error = error with { Function = function };
            return false;
        }

        var type = _module.TypeOf(function);
        _locals = [.. type.ParameterTypes, .. body.Locals];
        _operands.Clear();
        _frames.Clear();
        _frames.Add(new Frame(Op.Block, [], type.ResultTypes, 0));
        foreach (var instruction in _instructions)
        {
            if (_frames.Count == 0) Fail(WasmErrorCode.BadNesting, "code behind the end");
            else Step(instruction);
            if (_failure == WasmErrorCode.None) continue;
            error = new WasmError(_failure, instruction.Offset, function, _detail);
            return false;
        }

        if (_frames.Count == 0) return true;
        error = new WasmError(WasmErrorCode.BadNesting, body.End, function, "no end");
        return false;
    }

    private void Fail(WasmErrorCode code, string? detail = null)
    {
        if (_failure != WasmErrorCode.None) return;
        (_failure, _detail) = (code, detail);
    }

    private void Step(in WasmInstruction instruction)
    {
        switch (instruction.Operator)
        {
            case Op.Nop:
                break;
            case Op.Unreachable:
                SetUnreachable();
                break;
            case Op.Drop:
                Pop();
                break;
            case Op.Select:
                StepSelect();
                break;
            case <= Op.Return:
                StepControl(instruction);
                break;
            case Op.Call or Op.CallIndirect:
                StepCall(instruction);
                break;
            case >= Op.LocalGet and <= Op.GlobalSet:
                StepVariable(instruction);
                break;
            case Op.MemorySize:
                Push(WasmValueType.I32);
                break;
            case Op.MemoryGrow:
                Pop(WasmValueType.I32);
                Push(WasmValueType.I32);
                break;
            case Op.MemoryCopy or Op.MemoryFill:
                for (var i = 0; i < 3; i++) Pop(WasmValueType.I32);
                break;
            case >= Op.I32Const and <= Op.F64Const:
                Push((WasmValueType)(0x7F - (instruction.Operator - Op.I32Const)));
                break;
            default:
                StepPlain(instruction.Operator);
                break;
        }
    }

    private void StepPlain(Op code)
    {
        if (WasmSignature.TryOfAccess(code, out var type, out _))
        {
            if (WasmSignature.IsStore(code)) Pop(type);
            Pop(WasmValueType.I32);
            if (!WasmSignature.IsStore(code)) Push(type);
            return;
        }

        if (!WasmSignature.TryOfNumeric(code, out var signature))
        {
            Fail(WasmErrorCode.UnknownOperator);
            return;
        }

        for (var i = 0; i < signature.Operands; i++) Pop(signature.Operand);
        Push(signature.Result);
    }

    private void StepSelect()
    {
        Pop(WasmValueType.I32);
        var second = Pop();
        var first = Pop(second);
        Push(first == WasmValueType.None ? second : first);
    }

    private void StepVariable(in WasmInstruction instruction)
    {
        var isLocal = instruction.Operator <= Op.LocalTee;
        if (instruction.Index >= (isLocal ? _locals.Length : _module.GlobalArray.Length))
        {
            Fail(isLocal ? WasmErrorCode.UnknownLocal : WasmErrorCode.UnknownGlobal);
            return;
        }

        var type = isLocal ? _locals[instruction.Index] : _module.GlobalArray[instruction.Index].Type;
        if (instruction.Operator == Op.GlobalSet && !_module.GlobalArray[instruction.Index].Mutable)
            Fail(WasmErrorCode.ImmutableGlobal);
        if (instruction.Operator is Op.LocalSet or Op.LocalTee or Op.GlobalSet) Pop(type);
        if (instruction.Operator is Op.LocalGet or Op.LocalTee or Op.GlobalGet) Push(type);
    }

    private void StepCall(in WasmInstruction instruction)
    {
        if (instruction.Operator == Op.Call && instruction.Index >= _module.FunctionTypes.Length)
        {
            Fail(WasmErrorCode.UnknownFunction);
            return;
        }

        if (instruction.Operator == Op.CallIndirect) Pop(WasmValueType.I32);
        var type = instruction.Operator == Op.Call
            ? _module.TypeOf(instruction.Index) : _module.TypeArray[instruction.Index];
        if (type.ResultTypes.Length > 1) Fail(WasmErrorCode.Unsupported, "function of several results");
        Pop(type.ParameterTypes);
        Push(type.ResultTypes);
    }

    private void StepControl(in WasmInstruction instruction)
    {
        switch (instruction.Operator)
        {
            case Op.Block or Op.Loop or Op.If:
                if (instruction.Operator == Op.If) Pop(WasmValueType.I32);
                var type = _module.BlockType(instruction.Index);
                Pop(type.ParameterTypes);
                if (_frames.Count >= WasmLimits.MaxNesting) Fail(WasmErrorCode.LimitExceeded, "nesting");
                _frames.Add(new Frame(
                    instruction.Operator, type.ParameterTypes, type.ResultTypes, _operands.Count));
                Push(type.ParameterTypes);
                break;
            case Op.Else:
                StepElse();
                break;
            case Op.End:
                StepEnd();
                break;
            case Op.Return:
                Pop(_frames[0].Results);
                SetUnreachable();
                break;
            case Op.BranchTable:
                StepBranchTable(instruction.Targets!);
                break;
            default:
                if (instruction.Operator == Op.BranchIf) Pop(WasmValueType.I32);
                if (!TryLabel(instruction.Index, out var label)) return;
                Pop(label);
                if (instruction.Operator == Op.BranchIf) Push(label);
                else SetUnreachable();
                break;
        }
    }

    private void StepElse()
    {
        if (_frames[^1].Operator != Op.If)
        {
            Fail(WasmErrorCode.BadNesting, "else without if");
            return;
        }

        var frame = PopFrame();
        _frames.Add(new Frame(Op.Else, frame.Parameters, frame.Results, frame.Height));
        Push(frame.Parameters);
    }

    private void StepEnd()
    {
        var frame = PopFrame();
        if (frame.Operator == Op.If && !frame.Parameters.AsSpan().SequenceEqual(frame.Results))
            Fail(WasmErrorCode.TypeMismatch, "if without else");
        if (_frames.Count > 0) Push(frame.Results);
    }

    private void StepBranchTable(int[] targets)
    {
        Pop(WasmValueType.I32);
        if (!TryLabel(targets[^1], out var otherwise)) return;
        foreach (var target in targets)
        {
            if (!TryLabel(target, out var label)) return;
            if (label.Length != otherwise.Length)
            {
                Fail(WasmErrorCode.TypeMismatch, "labels of a branch table");
                return;
            }

            // Checked against each label, as unreachable operands may be of several types at once.
            var taken = new WasmValueType[label.Length];
            for (var i = label.Length - 1; i >= 0; i--) taken[i] = Pop(label[i]);
            Push(taken);
            if (_failure != WasmErrorCode.None) return;
        }

        Pop(otherwise);
        SetUnreachable();
    }

    // What a branch to the label carries: a loop's begins it again.
    private bool TryLabel(int depth, out WasmValueType[] types)
    {
        types = [];
        if (depth >= _frames.Count)
        {
            Fail(WasmErrorCode.UnknownLabel);
            return false;
        }

        var frame = _frames[_frames.Count - 1 - depth];
        types = frame.Operator == Op.Loop ? frame.Parameters : frame.Results;
        return true;
    }

    private Frame PopFrame()
    {
        var frame = _frames[^1];
        Pop(frame.Results);
        if (_operands.Count != frame.Height) Fail(WasmErrorCode.ValuesLeft);
        _frames.RemoveAt(_frames.Count - 1);
        return frame;
    }

    private void SetUnreachable()
    {
        var frame = _frames[^1];
        _operands.RemoveRange(frame.Height, Math.Max(0, _operands.Count - frame.Height));
        _frames[^1] = frame with { Unreachable = true };
    }

    private void Push(WasmValueType type)
    {
        if (_operands.Count >= WasmLimits.MaxOperands) Fail(WasmErrorCode.LimitExceeded, "operands");
        else _operands.Add(type);
    }

    private void Push(ReadOnlySpan<WasmValueType> types)
    {
        foreach (var type in types) Push(type);
    }

    private void Pop(ReadOnlySpan<WasmValueType> types)
    {
        for (var i = types.Length - 1; i >= 0; i--) Pop(types[i]);
    }

    private WasmValueType Pop(WasmValueType expected = WasmValueType.None)
    {
        var frame = _frames[^1];
        if (_operands.Count <= frame.Height)
        {
            if (!frame.Unreachable) Fail(WasmErrorCode.StackUnderflow);
            return expected;
        }

        var type = _operands[^1];
        _operands.RemoveAt(_operands.Count - 1);
        if (type != expected && type != WasmValueType.None && expected != WasmValueType.None)
            Fail(WasmErrorCode.TypeMismatch);
        return type;
    }

    private readonly record struct Frame(
        Op Operator, WasmValueType[] Parameters, WasmValueType[] Results, int Height, bool Unreachable = false);
}
