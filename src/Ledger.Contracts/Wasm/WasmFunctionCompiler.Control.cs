using System.Reflection.Emit;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <content>Blocks, branches, calls. At every label the stack of IL is empty.</content>
internal sealed partial class WasmFunctionCompiler
{
    private void CompileControl(in WasmInstruction instruction, int at)
    {
        switch (instruction.Operator)
        {
            case Op.Nop:
                break;
            case Op.Unreachable:
                _il.Call(Helper(nameof(WasmRuntime.Unreachable)));
                EmitNeverReached();
                EndFlow();
                break;
            case Op.Block:
                _stack.Spill();
                BeginFrame(instruction);
                break;
            case Op.Loop:
                BeginLoop(instruction, at);
                break;
            case Op.If:
                _stack.Need(1);
                _stack.SpillBelowTop();
                _stack.Consumed(1);
                BeginIf(instruction, OpCodes.Brfalse);
                break;
            case Op.Else:
                CompileElse();
                break;
            case Op.End:
                if (_frames.Count == 1) CompileFunctionEnd();
                else CompileEnd();
                break;
            case Op.BranchIf:
                _stack.Need(1);
                _stack.SpillBelowTop();
                _stack.Consumed(1);
                EmitBranchIf(LabelAt(instruction.Index), OpCodes.Brtrue, OpCodes.Brfalse);
                break;
            case Op.BranchTable:
                CompileBranchTable(instruction.Targets!);
                break;
            default:
                var frame = instruction.Operator == Op.Return ? _frames[0] : LabelAt(instruction.Index);
                _stack.MoveTop(LocalsOf(frame));
                _stack.PopAll();
                _il.Branch(OpCodes.Br, TargetOf(frame));
                EndFlow();
                break;
        }
    }

    private Frame LabelAt(int depth) => _frames[_frames.Count - 1 - depth];

    private static LocalBuilder[] LocalsOf(Frame frame) => frame.Kind == Op.Loop ? frame.Parameters : frame.Results;

    private static Label TargetOf(Frame frame)
    {
        if (frame.Kind == Op.Loop) return frame.Start;
        frame.EndTargeted = true;
        return frame.End;
    }

    private void EndFlow()
    {
        var frame = _frames[^1];
        frame.Dead = true;
        _stack.DropTo(frame.Height);
    }

    private LocalBuilder[] BorrowAll(WasmValueType[] types) => Array.ConvertAll(types, _stack.Borrow);

    private Frame BeginFrame(in WasmInstruction instruction, bool keepsParameters = false, Label start = default)
    {
        var type = _module.BlockType(instruction.Index);
        // Declared afresh: code within the block must not have them for other operands.
        var parameters = keepsParameters
            ? Array.ConvertAll(type.ParameterTypes, t => _il.Declare(WasmOperandStack.TypeOf(t))) : [];
        if (keepsParameters) _stack.MoveTop(parameters);
        var height = _stack.Count - (keepsParameters ? 0 : type.ParameterTypes.Length);
        var frame = new Frame(instruction.Operator, type, _il.DefineLabel(), height)
        {
            Start = start,
            Parameters = parameters,
            Results = BorrowAll(type.ResultTypes),
        };
        _frames.Add(frame);
        if (keepsParameters) _stack.Push(type.ParameterTypes, parameters, kept: true);
        return frame;
    }

    private void BeginLoop(in WasmInstruction instruction, int at)
    {
        _stack.Spill();
        var start = _il.DefineLabel();
        BeginFrame(instruction, keepsParameters: true, start);
        _il.Mark(start);
        if (_walks[at].Kind != WasmWalkKind.None && _compiler.Options.Metered) ChargePlace(_walks[at]);
        Charge(_gas.Loop[at]);
        CheckGas();
    }

    // In a large memory a walk takes what the place costs that it has come to.
    private void ChargePlace(WasmWalk walk)
    {
        var near = _il.DefineLabel();
        LoadContextField(nameof(WasmContext.Places));
        _il.Branch(OpCodes.Brfalse, near);
        LoadLocal(walk.Local);
        // A pointer within a tagged value is its lower half.
        if (_localTypes[walk.Local] == WasmValueType.I64) _il.Emit(OpCodes.Conv_I4);
        _il.Constant(WasmPrices.OfPlace(walk.Kind));
        LoadContext();
        _il.Call(Helper(nameof(WasmRuntime.ComeBy)));
        _il.Mark(near);
    }

    // The condition has been taken off the stack by the guest's reckoning; the branch consumes what it left on that of
    // IL.
    private void BeginIf(in WasmInstruction instruction, OpCode branchToElse)
    {
        var otherwise = _il.DefineLabel();
        var type = _module.BlockType(instruction.Index);
        if (type.ParameterTypes.Length == 0)
        {
            _il.Branch(branchToElse, otherwise);
            BeginFrame(instruction with { Operator = Op.If }, keepsParameters: false, otherwise);
            return;
        }

        // Both parts begin with the parameters, which are put in place before the condition is used up.
        var condition = _stack.Borrow(WasmValueType.I32);
        _il.Store(condition);
        BeginFrame(instruction with { Operator = Op.If }, keepsParameters: true, otherwise);
        _il.Load(condition);
        _stack.Return(WasmValueType.I32, condition);
        _il.Branch(branchToElse, otherwise);
    }

    private void CompileElse()
    {
        var frame = _frames[^1];
        if (!frame.Dead)
        {
            _stack.MoveTop(frame.Results);
            _stack.PopAll();
            _il.Branch(OpCodes.Br, frame.End);
            frame.EndTargeted = true;
        }

        _stack.DropTo(frame.Height);
        _il.Mark(frame.Start);
        frame.Dead = false;
        frame.Kind = Op.Else;
        _stack.Push(frame.Type.ParameterTypes, frame.Parameters, kept: true);
    }

    private void CompileEnd()
    {
        var frame = _frames[^1];
        var live = !frame.Dead;
        if (live) _stack.MoveTop(frame.Results);
        if (frame.Kind == Op.If)
        {
            if (frame.Parameters.Length > 0)
            {
                // Without an else part the parameters are the results.
                if (live) _il.Branch(OpCodes.Br, frame.End);
                frame.EndTargeted |= live;
                _il.Mark(frame.Start);
                foreach (var parameter in frame.Parameters) _il.Load(parameter);
                for (var i = frame.Results.Length - 1; i >= 0; i--) _il.Store(frame.Results[i]);
            }
            else
            {
                _il.Mark(frame.Start);
            }

            live = true;
        }

        _il.Mark(frame.End);
        live |= frame.EndTargeted;
        _stack.DropTo(frame.Height);
        _frames.RemoveAt(_frames.Count - 1);
        _stack.Push(frame.Type.ResultTypes, frame.Results, kept: false);
        if (!live) EndFlow();
    }

    private void CompileFunctionEnd()
    {
        var frame = _frames[0];
        if (!frame.Dead)
        {
            _stack.Need(frame.Results.Length);
            if (frame.EndTargeted) _stack.MoveTop(frame.Results);
        }

        if (frame.EndTargeted)
        {
            _il.Mark(frame.End);
            foreach (var result in frame.Results) _il.Load(result);
        }

        if (!frame.Dead || frame.EndTargeted)
        {
            if (_calls) AddToDepth(_weight);
            _il.Emit(OpCodes.Ret);
        }

        frame.Dead = true;
    }

    private void EmitBranchIf(Frame frame, OpCode whenTaken, OpCode whenNot)
    {
        var locals = LocalsOf(frame);
        if (locals.Length == 0)
        {
            _il.Branch(whenTaken, TargetOf(frame));
            return;
        }

        // The operands move only if the branch is taken: the label's locals may be in use beneath them.
        var past = _il.DefineLabel();
        _il.Branch(whenNot, past);
        _stack.CopyTop(locals);
        _il.Branch(OpCodes.Br, TargetOf(frame));
        _il.Mark(past);
    }

    private void CompileBranchTable(int[] targets)
    {
        _stack.Need(1);
        _stack.SpillBelowTop();
        _stack.Consumed(1);
        var frames = Array.ConvertAll(targets, LabelAt);
        if (LocalsOf(frames[^1]).Length == 0)
        {
            _il.Switch(Array.ConvertAll(frames[..^1], TargetOf));
            _il.Branch(OpCodes.Br, TargetOf(frames[^1]));
            EndFlow();
            return;
        }

        // Each label has its own locals for the operands, so each gets a stub that moves them.
        var stubs = frames.Distinct().ToDictionary(f => f, _ => _il.DefineLabel());
        _il.Switch(Array.ConvertAll(frames[..^1], f => stubs[f]));
        _il.Branch(OpCodes.Br, stubs[frames[^1]]);
        foreach (var frame in frames.Distinct())
        {
            _il.Mark(stubs[frame]);
            _stack.CopyTop(LocalsOf(frame));
            _il.Branch(OpCodes.Br, TargetOf(frame));
        }

        EndFlow();
    }

    private void CompileCall(in WasmInstruction instruction)
    {
        var direct = instruction.Operator == Op.Call;
        var type = direct ? _module.TypeOf(instruction.Index) : _module.TypeArray[instruction.Index];
        var operands = type.ParameterTypes.Length + (direct ? 0 : 1);
        _stack.Need(operands);
        _stack.Consumed(operands);
        if (direct)
        {
            LoadContext();
            _il.Call(_compiler.MethodOf(instruction.Index));
        }
        else
        {
            _il.Constant(_module.CanonicalType(instruction.Index));
            LoadContext();
            _il.Call(Helper(nameof(WasmRuntime.Callee)));
            var callee = _stack.Borrow(WasmValueType.HostAddress);
            _il.Store(callee);
            LoadContext();
            _il.Load(callee);
            _stack.Return(WasmValueType.HostAddress, callee);
            _il.CallPointer(WasmCompiler.ResultOf(type), WasmCompiler.ParametersOf(type));
        }

        foreach (var result in type.ResultTypes) _stack.Push(result);
    }

    // The operands move into locals, as a branch with something on the stack of IL costs the same moves unseen.
    private void CompileSelect()
    {
        _stack.Need(3);
        var type = _stack.TypeAt(2);
        _stack.Consumed(3);
        var (result, second, condition) =
            (_stack.Borrow(type), _stack.Borrow(type), _stack.Borrow(WasmValueType.I32));
        _il.Store(condition);
        _il.Store(second);
        _il.Store(result);
        _stack.Spill();
        var chosen = _il.DefineLabel();
        _il.Load(condition);
        _il.Branch(OpCodes.Brtrue, chosen);
        _il.Load(second);
        _il.Store(result);
        _il.Mark(chosen);
        _il.Load(result);
        _stack.Return(WasmValueType.I32, condition);
        _stack.Return(type, second);
        _stack.Return(type, result);
        _stack.Push(type);
    }
}
