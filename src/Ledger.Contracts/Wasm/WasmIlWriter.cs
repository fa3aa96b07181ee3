using System.Reflection;
using System.Reflection.Emit;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// Writes IL in its short forms and counts what the JIT compiler counts before it decides whether to optimise.
/// </summary>
internal sealed class WasmIlWriter(ILGenerator generator)
{
    private readonly ILGenerator _generator = generator;

    // Where blocks begin: behind each branch, and at each label that something branches to.
    private readonly HashSet<int> _blocks = [0];
    private readonly Dictionary<Label, int> _marked = [];
    private readonly HashSet<Label> _targets = [];

    public int Bytes => _generator.ILOffset;

    public int Instructions { get; private set; }

    public int LocalReferences { get; private set; }

    public int Blocks =>
        _blocks.Concat(_marked.Where(m => _targets.Contains(m.Key)).Select(m => m.Value)).Distinct().Count();

    public LocalBuilder Declare(Type type) => _generator.DeclareLocal(type);

    public Label DefineLabel() => _generator.DefineLabel();

    public void Mark(Label label)
    {
        _generator.MarkLabel(label);
        _marked[label] = _generator.ILOffset;
    }

    public void Emit(OpCode code)
    {
        Instructions++;
        _generator.Emit(code);
        if (code == OpCodes.Ret || code == OpCodes.Throw) _blocks.Add(_generator.ILOffset);
    }

    public void Branch(OpCode code, Label target)
    {
        Instructions++;
        _targets.Add(target);
        _generator.Emit(code, target);
        _blocks.Add(_generator.ILOffset);
    }

    public void Switch(Label[] targets)
    {
        Instructions++;
        _targets.UnionWith(targets);
        _generator.Emit(OpCodes.Switch, targets);
        _blocks.Add(_generator.ILOffset);
    }

    public void Call(MethodInfo method)
    {
        Instructions++;
        _generator.Emit(OpCodes.Call, method);
    }

    public void CallPointer(Type result, Type[] parameters)
    {
        Instructions++;
        _generator.EmitCalli(OpCodes.Calli, CallingConventions.Standard, result, parameters, null);
    }

    public void LoadFunction(MethodInfo method)
    {
        Instructions++;
        _generator.Emit(OpCodes.Ldftn, method);
    }

    public void Field(OpCode code, FieldInfo field)
    {
        Instructions++;
        _generator.Emit(code, field);
    }

    public void Load(LocalBuilder local)
    {
        Count();
        _generator.Emit(OpCodes.Ldloc, local);
    }

    public void Store(LocalBuilder local)
    {
        Count();
        _generator.Emit(OpCodes.Stloc, local);
    }

    public void LoadArgument(int index)
    {
        Count();
        switch (index)
        {
            case 0: _generator.Emit(OpCodes.Ldarg_0); break;
            case 1: _generator.Emit(OpCodes.Ldarg_1); break;
            case 2: _generator.Emit(OpCodes.Ldarg_2); break;
            case 3: _generator.Emit(OpCodes.Ldarg_3); break;
            default: _generator.Emit(OpCodes.Ldarg_S, (byte)index); break;
        }
    }

    public void StoreArgument(int index)
    {
        Count();
        _generator.Emit(OpCodes.Starg_S, (byte)index);
    }

    public void Constant(int value)
    {
        Instructions++;
        switch (value)
        {
            case -1: _generator.Emit(OpCodes.Ldc_I4_M1); break;
            case 0: _generator.Emit(OpCodes.Ldc_I4_0); break;
            case 1: _generator.Emit(OpCodes.Ldc_I4_1); break;
            case 2: _generator.Emit(OpCodes.Ldc_I4_2); break;
            case 3: _generator.Emit(OpCodes.Ldc_I4_3); break;
            case 4: _generator.Emit(OpCodes.Ldc_I4_4); break;
            case 5: _generator.Emit(OpCodes.Ldc_I4_5); break;
            case 6: _generator.Emit(OpCodes.Ldc_I4_6); break;
            case 7: _generator.Emit(OpCodes.Ldc_I4_7); break;
            case 8: _generator.Emit(OpCodes.Ldc_I4_8); break;
            case >= sbyte.MinValue and <= sbyte.MaxValue: _generator.Emit(OpCodes.Ldc_I4_S, (sbyte)value); break;
            default: _generator.Emit(OpCodes.Ldc_I4, value); break;
        }
    }

    public void Constant(long value)
    {
        Instructions++;
        _generator.Emit(OpCodes.Ldc_I8, value);
    }

    public void Constant(float value)
    {
        Instructions++;
        _generator.Emit(OpCodes.Ldc_R4, value);
    }

    public void Constant(double value)
    {
        Instructions++;
        _generator.Emit(OpCodes.Ldc_R8, value);
    }

    private void Count()
    {
        Instructions++;
        LocalReferences++;
    }
}
