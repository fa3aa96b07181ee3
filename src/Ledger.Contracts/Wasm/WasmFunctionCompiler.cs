using System.Reflection.Emit;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// Compiles one function to IL. The result is a static method of the same parameters with the context's address behind
/// them.
/// </summary>
internal sealed partial class WasmFunctionCompiler
{
    private readonly WasmCompiler _compiler;
    private readonly WasmModule _module;
    private readonly int _function;
    private readonly WasmIlWriter _il;
    private readonly WasmFunctionType _type;
    private readonly List<WasmInstruction> _code;
    private readonly WasmGasPlan _gas;
    private readonly WasmWalk[] _walks;
    private readonly WasmOperandStack _stack;
    private readonly List<Frame> _frames = [];

    // Parameters and locals; parameters have no builder.
    private readonly WasmValueType[] _localTypes;
    private readonly LocalBuilder?[] _locals;
    private readonly bool _calls;
    private readonly int _weight;
    private LocalBuilder? _memory;
    private Label _outOfGas;
    private bool _checksGas;
    private int _charges;

    public WasmFunctionCompiler(WasmCompiler compiler, int function, ILGenerator generator)
    {
        _compiler = compiler;
        _module = compiler.Module;
        _function = function;
        _il = new WasmIlWriter(generator);
        _stack = new WasmOperandStack(_il);
        _type = _module.TypeOf(function);
        var body = _module.Bodies[function - _module.ImportArray.Length];
        _code = WasmInstructionReader.Read(_module, body);
        _gas = WasmGasPlan.Of(_code);
        _walks = WasmWalks.Of(_code);
        _localTypes = [.. _type.ParameterTypes, .. body.Locals];
        _locals = new LocalBuilder?[_localTypes.Length];
        _calls = _code.Exists(i => i.Operator is Op.Call or Op.CallIndirect);
        _weight = WasmDepth.Weight(_localTypes.Length, body.End - body.Start);
        _addressOf = FindStoreAddresses();
    }

    public WasmFunctionStatistics Compile()
    {
        EmitEntry();
        var results = Array.ConvertAll(_type.ResultTypes, t => _il.Declare(WasmOperandStack.TypeOf(t)));
        _frames.Add(new Frame(Op.Block, _type, _il.DefineLabel(), 0) { Results = results });
        // Nested blocks within code that is never reached, which is left out.
        var unreached = 0;
        for (var at = 0; at < _code.Count; at++)
        {
            var code = _code[at].Operator;
            if (_frames[^1].Dead)
            {
                if (code is Op.Block or Op.Loop or Op.If) unreached++;
                else if (code == Op.End && unreached > 0) unreached--;
                else if (code == Op.End || (code == Op.Else && unreached == 0)) CompileControl(_code[at], at);
                continue;
            }

            Charge(_gas.Before[at]);
            at = CompileOne(_code[at], at);
            PrepareAddress(at);
        }

        EmitTail();
        return new WasmFunctionStatistics(
            _function, _il.Bytes, _il.Instructions, _il.Blocks, _localTypes.Length, _il.LocalReferences,
            _charges, _weight);
    }

    // Gives the index of the last instruction that it compiled: a comparison takes along the branch that it decides.
    private int CompileOne(in WasmInstruction instruction, int at)
    {
        switch (instruction.Operator)
        {
            case <= Op.Return:
                CompileControl(instruction, at);
                break;
            case Op.Call or Op.CallIndirect:
                CompileCall(instruction);
                break;
            case Op.Drop:
                _stack.Drop();
                break;
            case Op.Select:
                CompileSelect();
                break;
            case >= Op.LocalGet and <= Op.GlobalSet:
                CompileVariable(instruction);
                break;
            case >= Op.I32Load and <= Op.MemoryGrow or Op.MemoryCopy or Op.MemoryFill:
                CompileMemory(instruction);
                break;
            case >= Op.I32Const and <= Op.F64Const:
                CompileConstant(instruction);
                break;
            default:
                return CompileNumeric(instruction, at);
        }

        return at;
    }

    private void EmitEntry()
    {
        for (var i = _type.ParameterTypes.Length; i < _localTypes.Length; i++)
        {
            var local = _locals[i] = _il.Declare(WasmOperandStack.TypeOf(_localTypes[i]));
            // The method does not have its locals zeroed, as most of them are the compiler's own.
            switch (_localTypes[i])
            {
                case WasmValueType.I32: _il.Constant(0); break;
                case WasmValueType.I64: _il.Constant(0L); break;
                case WasmValueType.F32: _il.Constant(0f); break;
                default: _il.Constant(0d); break;
            }

            _il.Store(local);
        }

        if (_compiler.Options.Access == WasmAccess.Wrapping
            && _code.Exists(i => i.Operator is >= Op.I32Load and <= Op.I64Store32))
        {
            _memory = _il.Declare(typeof(nint));
            LoadContextField(nameof(WasmContext.Memory));
            _il.Store(_memory);
        }

        if (_calls) EmitDepthCheck();
        Charge(_gas.Entry);
        if (_calls) CheckGas();
    }

    private void EmitDepthCheck()
    {
        var deepEnough = _il.DefineLabel();
        AddToDepth(-_weight);
        LoadContextField(nameof(WasmContext.Depth));
        _il.Constant(0L);
        _il.Branch(OpCodes.Bge, deepEnough);
        _il.Call(Helper(nameof(WasmRuntime.TooDeep)));
        _il.Mark(deepEnough);
    }

    private void AddToDepth(int weight) => AddToContextField(nameof(WasmContext.Depth), weight);

    private void Charge(int gas)
    {
        if (gas == 0 || !_compiler.Options.Metered) return;
        _charges++;
        AddToContextField(nameof(WasmContext.Gas), -gas);
    }

    private void CheckGas()
    {
        if (!_compiler.Options.Metered) return;
        if (!_checksGas) _outOfGas = _il.DefineLabel();
        _checksGas = true;
        LoadContextField(nameof(WasmContext.Gas));
        _il.Constant(0L);
        _il.Branch(OpCodes.Blt, _outOfGas);
    }

    private void EmitTail()
    {
        if (!_checksGas) return;
        _il.Mark(_outOfGas);
        _il.Call(Helper(nameof(WasmRuntime.OutOfGas)));
        EmitNeverReached();
    }

    // The compiler of IL does not know that the helper before it never returns.
    private void EmitNeverReached()
    {
        _il.Emit(OpCodes.Ldnull);
        _il.Emit(OpCodes.Throw);
    }

    private void LoadLocal(int index)
    {
        if (_locals[index] is { } local) _il.Load(local);
        else _il.LoadArgument(index);
    }

    private void LoadContext() => _il.LoadArgument(_type.ParameterTypes.Length);

    private void LoadContextField(string name)
    {
        LoadContext();
        _il.Field(OpCodes.Ldfld, WasmCompiler.ContextField(name));
    }

    private void AddToContextField(string name, int value)
    {
        LoadContext();
        _il.Emit(OpCodes.Dup);
        _il.Field(OpCodes.Ldfld, WasmCompiler.ContextField(name));
        _il.Constant((long)value);
        _il.Emit(OpCodes.Add);
        _il.Field(OpCodes.Stfld, WasmCompiler.ContextField(name));
    }

    private static System.Reflection.MethodInfo Helper(string name, params Type[] parameters) =>
        WasmCompiler.Helper(name, parameters);

    private void CompileVariable(in WasmInstruction instruction)
    {
        var index = instruction.Index;
        switch (instruction.Operator)
        {
            case Op.LocalGet:
                LoadLocal(index);
                _stack.Push(_localTypes[index]);
                break;
            case Op.LocalSet or Op.LocalTee:
                _stack.Need(1);
                if (instruction.Operator == Op.LocalTee) _il.Emit(OpCodes.Dup);
                else _stack.Consumed(1);
                if (_locals[index] is { } target) _il.Store(target);
                else _il.StoreArgument(index);
                break;
            case Op.GlobalGet:
                LoadGlobalAddress(index);
                _il.Emit(LoadIndirect(_module.GlobalArray[index].Type));
                _stack.Push(_module.GlobalArray[index].Type);
                break;
            default:
                var type = _module.GlobalArray[index].Type;
                _stack.Need(1);
                var value = _stack.Borrow(type);
                _il.Store(value);
                LoadGlobalAddress(index);
                _il.Load(value);
                _il.Emit(StoreIndirect(type));
                _stack.Return(type, value);
                _stack.Consumed(1);
                break;
        }
    }

    private void LoadGlobalAddress(int index)
    {
        LoadContext();
        _il.Constant(WasmCompiler.OffsetOfGlobals + (8 * index));
        _il.Emit(OpCodes.Add);
    }

    private static OpCode LoadIndirect(WasmValueType type) => type switch
    {
        WasmValueType.I32 => OpCodes.Ldind_I4,
        WasmValueType.I64 => OpCodes.Ldind_I8,
        WasmValueType.F32 => OpCodes.Ldind_R4,
        _ => OpCodes.Ldind_R8,
    };

    private static OpCode StoreIndirect(WasmValueType type) => type switch
    {
        WasmValueType.I32 => OpCodes.Stind_I4,
        WasmValueType.I64 => OpCodes.Stind_I8,
        WasmValueType.F32 => OpCodes.Stind_R4,
        _ => OpCodes.Stind_R8,
    };

    private void CompileConstant(in WasmInstruction instruction)
    {
        switch (instruction.Operator)
        {
            case Op.I32Const:
                _il.Constant((int)instruction.Value);
                _stack.Push(WasmValueType.I32);
                break;
            case Op.I64Const:
                _il.Constant(instruction.Value);
                _stack.Push(WasmValueType.I64);
                break;
            case Op.F32Const:
                var single = BitConverter.Int32BitsToSingle(unchecked((int)instruction.Value));
                // The bits of a NaN do not survive every way of writing it down.
                if (float.IsNaN(single))
                {
                    _il.Constant(unchecked((int)instruction.Value));
                    _il.Call(Helper(nameof(WasmRuntime.Bits), typeof(int)));
                }
                else
                {
                    _il.Constant(single);
                }

                _stack.Push(WasmValueType.F32);
                break;
            default:
                var number = BitConverter.Int64BitsToDouble(instruction.Value);
                if (double.IsNaN(number))
                {
                    _il.Constant(instruction.Value);
                    _il.Call(Helper(nameof(WasmRuntime.Bits), typeof(long)));
                }
                else
                {
                    _il.Constant(number);
                }

                _stack.Push(WasmValueType.F64);
                break;
        }
    }

    /// <summary>A block that is being compiled.</summary>
    private sealed class Frame(Op kind, WasmFunctionType type, Label end, int height)
    {
        public Op Kind { get; set; } = kind;

        public WasmFunctionType Type { get; } = type;

        public Label End { get; } = end;

        /// <summary>Where a loop begins again, or the else part begins.</summary>
        public Label Start { get; init; }

        /// <summary>Operands below the block's own.</summary>
        public int Height { get; } = height;

        /// <summary>Where a loop's or if's parameters lie.</summary>
        public LocalBuilder[] Parameters { get; init; } = [];

        public LocalBuilder[] Results { get; init; } = [];

        /// <summary>Control does not reach what follows within the block.</summary>
        public bool Dead { get; set; }

        /// <summary>Something branches to the end.</summary>
        public bool EndTargeted { get; set; }
    }
}
