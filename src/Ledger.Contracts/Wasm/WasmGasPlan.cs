using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// Where a function's code takes gas, and how much: a function of the code alone, so that gas is the same wherever and
/// however it is compiled. docs/internals/wasm.md has the rule in words.
/// </summary>
/// <remarks>
/// Code is cut into runs that control enters only at their first instruction and leaves only at their last. A run
/// takes the sum of its instructions' costs at its head, before it does anything. A short run that can only be reached
/// from one other is taken along with that one, whether or not it will be reached; a run of next to nothing at a join
/// is free. Function entries and loop heads always take something, and only there is it checked whether gas is left:
/// nothing runs for long, or calls anything, between two of them.
/// </remarks>
internal sealed class WasmGasPlan
{
    /// <summary>The version of the rule: two versions may charge differently for the same code.</summary>
    public const int Version = 5;

    /// <summary>What a function's entry counts as, in size.</summary>
    private const int EntrySize = 6;

    /// <summary>What a loop's head counts as, in size.</summary>
    private const int LoopSize = 2;

    /// <summary>Runs reached from one other are taken along while they come to less than this size together.</summary>
    public const int Together = 32;

    /// <summary>
    /// A run at a join that is smaller than this is free. As low as the script engine's interpreter loop allows: with
    /// more places that take gas RyuJIT would not optimise it any more
    /// (<see cref="WasmFunctionStatistics.IsOptimised"/>).
    /// </summary>
    public const int Free = 18;

    private readonly List<Frame> _frames = [];
    private readonly List<Run> _runs = [];
    private int _run;

    private WasmGasPlan(int count) => (Before, Loop) = (new int[count + 1], new int[count]);

    /// <summary>Gas to take at the function's entry.</summary>
    public int Entry { get; private set; }

    /// <summary>Gas to take before each instruction: 0 for most.</summary>
    public int[] Before { get; }

    /// <summary>Gas to take at the head of the loop that an instruction begins, each time round.</summary>
    public int[] Loop { get; }

    public static WasmGasPlan Of(List<WasmInstruction> code)
    {
        var plan = new WasmGasPlan(code.Count);
        plan.Cut(code);
        plan.Place();
        return plan;
    }

    // Where gas is taken goes by size and how much by price, so that prices can change without moving the places.
    private static int SizeOf(Op code) => code switch
    {
        Op.Nop or Op.Block or Op.Loop or Op.Else or Op.End => 0,
        Op.Call => 3,
        Op.CallIndirect => 6,
        >= Op.I32DivS and <= Op.I32RemU or >= Op.I64DivS and <= Op.I64RemU => 4,
        Op.F32Div or Op.F64Div or Op.F32Sqrt or Op.F64Sqrt => 4,
        Op.MemoryCopy or Op.MemoryFill or Op.MemoryGrow => 8,
        _ => 1,
    };

    private void Cut(List<WasmInstruction> code)
    {
        _runs.Add(new Run(Kind.Entry, 0, -1) { Size = EntrySize, Cost = WasmPrices.Entry });
        _frames.Add(new Frame { Kind = Op.Block });
        // Nested blocks within code that is never reached.
        var unreached = 0;
        for (var i = 0; i < code.Count; i++)
        {
            var instruction = code[i];
            if (_run < 0)
            {
                if (instruction.Operator is Op.Block or Op.Loop or Op.If) unreached++;
                else if (instruction.Operator == Op.End && unreached > 0) unreached--;
                else if (instruction.Operator == Op.End || (instruction.Operator == Op.Else && unreached == 0))
                    Close(instruction.Operator, i);
                continue;
            }

            _runs[_run].Size += SizeOf(instruction.Operator);
            _runs[_run].Cost += WasmPrices.Of(instruction.Operator);
            Step(instruction, i);
        }
    }

    private void Step(in WasmInstruction instruction, int at)
    {
        switch (instruction.Operator)
        {
            case Op.Block:
                _frames.Add(new Frame { Kind = Op.Block });
                break;
            case Op.Loop:
                _frames.Add(new Frame { Kind = Op.Loop });
                Begin(Kind.Loop, at, -1);
                break;
            case Op.If:
                _frames.Add(new Frame { Kind = Op.If, Condition = _run });
                Begin(Kind.Only, at + 1, _run);
                break;
            case Op.Else or Op.End:
                Close(instruction.Operator, at);
                break;
            case Op.BranchIf:
                Target(instruction.Index);
                Begin(Kind.Only, at + 1, _run);
                break;
            case Op.Branch or Op.Return or Op.Unreachable:
                if (instruction.Operator == Op.Branch) Target(instruction.Index);
                _run = -1;
                break;
            case Op.BranchTable:
                foreach (var target in instruction.Targets!) Target(target);
                _run = -1;
                break;
        }
    }

    private void Target(int depth) => _frames[_frames.Count - 1 - depth].Targeted = true;

    private void Begin(Kind kind, int at, int from)
    {
        _run = _runs.Count;
        var loop = kind == Kind.Loop;
        _runs.Add(new Run(kind, at, from) { Size = loop ? LoopSize : 0, Cost = loop ? WasmPrices.Round : 0 });
    }

    private void Close(Op code, int at)
    {
        var frame = _frames[^1];
        if (code == Op.Else)
        {
            // Control reaches what follows the else from the then part's end as well.
            frame.Targeted |= _run >= 0;
            frame.Kind = Op.Else;
            Begin(Kind.Only, at + 1, frame.Condition);
            return;
        }

        _frames.RemoveAt(_frames.Count - 1);
        if (frame.Kind == Op.If || (frame.Kind != Op.Loop && frame.Targeted)) Begin(Kind.Join, at + 1, -1);
    }

    private void Place()
    {
        foreach (var run in _runs)
        {
            var from = run.From < 0 ? null : _runs[run.From].Owner;
            if (run.Kind == Kind.Only && from!.SizeAlong + run.Size < Together)
            {
                from.SizeAlong += run.Size;
                from.Along += run.Cost;
                run.Owner = from;
            }
        }

        foreach (var run in _runs)
        {
            if (run.Owner != run || (run.Kind == Kind.Join && run.Size + run.SizeAlong < Free)) continue;
            var cost = WasmPrices.Units(run.Cost + run.Along);
            if (run.Kind == Kind.Entry) Entry = cost;
            else if (run.Kind == Kind.Loop) Loop[run.At] = cost;
            else Before[run.At] = cost;
        }
    }

    private enum Kind
    {
        Entry,
        Loop,

        /// <summary>Reached from one other run only.</summary>
        Only,
        Join,
    }

    private sealed class Frame
    {
        public Op Kind { get; set; }

        /// <summary>The run that an if ends.</summary>
        public int Condition { get; init; }

        public bool Targeted { get; set; }
    }

    private sealed class Run
    {
        public Run(Kind kind, int at, int from) => (Kind, At, From, Owner) = (kind, at, from, this);

        public Kind Kind { get; }

        public int At { get; }

        /// <summary>The run that it is reached from, where that is only one.</summary>
        public int From { get; }

        /// <summary>Instructions, about: what decides where gas is taken.</summary>
        public int Size { get; set; }

        /// <summary>In quarters.</summary>
        public int Cost { get; set; }

        /// <summary>The size of the runs that are taken along with this one.</summary>
        public int SizeAlong { get; set; }

        /// <summary>The cost of the runs that are taken along with this one.</summary>
        public int Along { get; set; }

        /// <summary>The run that it is taken along with, or itself.</summary>
        public Run Owner { get; set; }
    }
}
