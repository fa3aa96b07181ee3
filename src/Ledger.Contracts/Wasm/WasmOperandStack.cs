using System.Reflection.Emit;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// The guest's operand stack while a function is compiled. The topmost operands lie on the stack of IL, those below in
/// locals: IL wants its stack empty wherever control joins.
/// </summary>
internal sealed class WasmOperandStack(WasmIlWriter il)
{
    private readonly List<Operand> _operands = [];

    // Locals that no operand lies in any more, by their type.
    private readonly Dictionary<WasmValueType, Stack<LocalBuilder>> _free = [];

    public int Count => _operands.Count;

    public WasmValueType TopType => _operands[^1].Type;

    public static Type TypeOf(WasmValueType type) => type switch
    {
        WasmValueType.I32 => typeof(int),
        WasmValueType.I64 => typeof(long),
        WasmValueType.F32 => typeof(float),
        WasmValueType.F64 => typeof(double),
        _ => typeof(nint),
    };

    public WasmValueType TypeAt(int fromTop) => _operands[^fromTop].Type;

    public LocalBuilder Borrow(WasmValueType type) =>
        _free.TryGetValue(type, out var free) && free.Count > 0 ? free.Pop() : il.Declare(TypeOf(type));

    public void Return(WasmValueType type, LocalBuilder local)
    {
        if (!_free.TryGetValue(type, out var free)) _free[type] = free = [];
        free.Push(local);
    }

    /// <summary>An operand that was just computed onto the stack of IL.</summary>
    public void Push(WasmValueType type) => _operands.Add(new Operand(type, null, false));

    /// <summary>Operands that lie in locals. Kept ones belong to a block and are not handed out again.</summary>
    public void Push(WasmValueType[] types, LocalBuilder[] locals, bool kept)
    {
        for (var i = 0; i < types.Length; i++) _operands.Add(new Operand(types[i], locals[i], kept));
    }

    /// <summary>Forgets the topmost operands, which IL has consumed.</summary>
    public void Consumed(int count) => _operands.RemoveRange(_operands.Count - count, count);

    /// <summary>The topmost operand on the stack of IL has been replaced by one of another type.</summary>
    public void Retype(WasmValueType type) => _operands[^1] = new Operand(type, null, false);

    public bool IsOnIl(int fromTop) => _operands.Count >= fromTop && _operands[^fromTop].Local is null;

    /// <summary>Moves every operand into a local.</summary>
    public void Spill()
    {
        for (var i = _operands.Count - 1; i >= 0 && _operands[i].Local is null; i--) SpillAt(i);
    }

    /// <summary>Moves everything below the topmost operand, which lies on the stack of IL, into locals.</summary>
    public void SpillBelowTop()
    {
        if (!IsOnIl(2)) return;
        var top = _operands[^1];
        var local = Borrow(top.Type);
        il.Store(local);
        _operands.RemoveAt(_operands.Count - 1);
        Spill();
        il.Load(local);
        Return(top.Type, local);
        _operands.Add(top);
    }

    /// <summary>Sees to it that the topmost operands lie on the stack of IL.</summary>
    public void Need(int count)
    {
        var deepest = _operands.FindIndex(_operands.Count - count, count, o => o.Local is not null);
        if (deepest < 0) return;
        // Those on the stack of IL lie above the last one in a local, and have to make way for it.
        for (var i = _operands.Count - 1; i >= 0 && _operands[i].Local is null; i--) SpillAt(i);
        for (var i = _operands.Count - count; i < _operands.Count; i++)
        {
            var operand = _operands[i];
            il.Load(operand.Local!);
            if (!operand.Kept) Return(operand.Type, operand.Local!);
            _operands[i] = new Operand(operand.Type, null, false);
        }
    }

    /// <summary>Copies the topmost operands, which lie in locals, into others; they stay.</summary>
    public void CopyTop(LocalBuilder[] into)
    {
        foreach (var operand in _operands.TakeLast(into.Length)) il.Load(operand.Local!);
        for (var i = into.Length - 1; i >= 0; i--) il.Store(into[i]);
    }

    /// <summary>Moves the topmost operands into locals.</summary>
    public void MoveTop(LocalBuilder[] into)
    {
        Need(into.Length);
        for (var i = into.Length - 1; i >= 0; i--) il.Store(into[i]);
        Consumed(into.Length);
    }

    /// <summary>
    /// Emits what takes the operands of a frame off the stack of IL before a branch that is always taken.
    /// </summary>
    public void PopAll()
    {
        for (var i = _operands.Count - 1; i >= 0 && _operands[i].Local is null; i--) il.Emit(OpCodes.Pop);
    }

    /// <summary>Forgets operands down to a height, without emitting anything.</summary>
    public void DropTo(int height)
    {
        while (_operands.Count > height)
        {
            var operand = _operands[^1];
            if (operand is { Local: not null, Kept: false }) Return(operand.Type, operand.Local);
            _operands.RemoveAt(_operands.Count - 1);
        }
    }

    /// <summary>Takes the topmost operand away, wherever it lies.</summary>
    public void Drop()
    {
        if (_operands[^1].Local is null)
        {
            il.Emit(OpCodes.Pop);
            Consumed(1);
        }
        else
        {
            DropTo(_operands.Count - 1);
        }
    }

    private void SpillAt(int index)
    {
        var type = _operands[index].Type;
        var local = Borrow(type);
        il.Store(local);
        _operands[index] = new Operand(type, local, false);
    }

    private readonly record struct Operand(WasmValueType Type, LocalBuilder? Local, bool Kept);
}
