using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// Finds the loops of a function that follow pointers: where a local is replaced, each time round, by what lies where
/// it points to. Such a walk comes by as many places as it has rounds and cannot look ahead: where a place is in no
/// cache, it waits, and pays for that (<see cref="WasmPlaces"/>, <see cref="WasmPrices.OfPlace"/>).
/// </summary>
/// <remarks>
/// A function of the code alone. A loop counts when its body, with what lies within, has at most
/// <see cref="MostInstructions"/> instructions: in a longer one the waiting is a small part. A pointer that is moved by
/// arithmetic goes through memory in order, which processors foresee, and does not count. Only the first 64 locals are
/// looked at.
/// </remarks>
internal static class WasmWalks
{
    /// <summary>The instructions of the longest body that is looked at.</summary>
    public const int MostInstructions = 256;

    /// <summary>
    /// For each instruction what walk it begins: none, one that loads once a round, or one that loads more often, each
    /// time from where the load before said.
    /// </summary>
    public static WasmWalk[] Of(List<WasmInstruction> code)
    {
        var walks = new WasmWalk[code.Count];
        var open = new Stack<(Op Kind, int At)>();
        for (var i = 0; i < code.Count; i++)
        {
            var kind = code[i].Operator;
            if (kind is Op.Block or Op.Loop or Op.If) open.Push((kind, i));
            // The function's own end closes nothing here.
            if (kind != Op.End || !open.TryPop(out var begun)) continue;
            if (begun.Kind == Op.Loop && i - begun.At <= MostInstructions)
                walks[begun.At] = new Loop(code, begun.At, i).Walk();
        }

        return walks;
    }

    // Where a value comes from, as sets of locals: copied from one, loaded from where one points, or loaded from where
    // such a load points, once or more often.
    private readonly record struct Source(ulong Copied, ulong Loaded, ulong Twice)
    {
        public static Source operator |(Source a, Source b) =>
            new(a.Copied | b.Copied, a.Loaded | b.Loaded, a.Twice | b.Twice);

        // Of what lies where a value of this source points to.
        public Source Behind() => new(0, Copied, Loaded | Twice);
    }

    private sealed class Loop(List<WasmInstruction> code, int start, int end)
    {
        // What each local is given within the loop. At most 64.
        private readonly Source[] _given = new Source[64];

        // Of operands, as far as they are known: nothing beneath a branch or a call.
        private readonly Stack<Source> _operands = new();

        public WasmWalk Walk()
        {
            for (var i = start + 1; i < end; i++) Follow(code[i]);
            var walk = default(WasmWalk);
            for (var local = 0; local < _given.Length; local++)
            {
                var source = WhereFrom(local);
                // Twice round a single one is no double one.
                var kind = (source.Loaded & Bit(local)) != 0 ? WasmWalkKind.Single
                    : (source.Twice & Bit(local)) != 0 ? WasmWalkKind.Double
                    : WasmWalkKind.None;
                if (kind > walk.Kind) walk = new WasmWalk(kind, local);
            }

            return walk;
        }

        private void Follow(in WasmInstruction instruction)
        {
            switch (instruction.Operator)
            {
                case Op.LocalGet:
                    _operands.Push(new Source(Bit(instruction.Index), 0, 0));
                    break;
                case Op.LocalSet or Op.LocalTee:
                    var source = Pop();
                    Give(instruction.Index, source);
                    if (instruction.Operator == Op.LocalTee) _operands.Push(source);
                    break;
                case Op.I32Load or Op.I64Load or Op.I64Load32U:
                    _operands.Push(Pop().Behind());
                    break;
                // A pointer within a tagged value.
                case Op.I32WrapI64 or Op.I64ExtendI32U:
                    break;
                case Op.Select:
                    Pop();
                    _operands.Push(Pop() | Pop());
                    break;
                default:
                    Other(instruction.Operator);
                    break;
            }
        }

        // What arithmetic gives is no pointer that was found.
        private void Other(Op operation)
        {
            var (taken, given) = operation switch
            {
                Op.Nop => (0, 0),
                Op.Drop or Op.GlobalSet => (1, 0),
                Op.GlobalGet or Op.MemorySize => (0, 1),
                Op.MemoryGrow => (1, 1),
                Op.MemoryCopy or Op.MemoryFill => (3, 0),
                _ when WasmSignature.IsConstant(operation) => (0, 1),
                _ when WasmSignature.IsStore(operation) => (2, 0),
                _ when WasmSignature.TryOfAccess(operation, out _, out _) => (1, 1),
                _ when WasmSignature.TryOfNumeric(operation, out var signature) => (signature.Operands, 1),
                // Branches and calls.
                _ => (-1, 0),
            };
            if (taken < 0) _operands.Clear();
            for (; taken > 0; taken--) Pop();
            if (given > 0) _operands.Push(default);
        }

        private Source Pop() => _operands.TryPop(out var source) ? source : default;

        private void Give(int local, Source source)
        {
            if (local >= _given.Length) return;
            _given[local] |= source;
        }

        // All the ways to a local, from itself or another, until there are no more.
        private Source WhereFrom(int local)
        {
            var found = _given[local];
            for (;;)
            {
                var more = found;
                for (var other = 0; other < _given.Length; other++)
                {
                    var (bit, given) = (Bit(other), _given[other]);
                    if ((found.Copied & bit) != 0) more |= given;
                    if ((found.Loaded & bit) != 0) more |= given.Behind();
                    if ((found.Twice & bit) != 0) more |= given.Behind().Behind();
                }

                if (more == found) return found;
                found = more;
            }
        }

        private static ulong Bit(int local) => local < 64 ? 1UL << local : 0;
    }
}
