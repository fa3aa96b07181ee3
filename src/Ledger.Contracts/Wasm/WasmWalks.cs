using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// Finds the loops of a function that follow pointers: where a local is replaced, each time round, by what lies where
/// it points to. Such a walk comes by as many places as it has rounds, none twice, and cannot look ahead: where the
/// memory is larger than caches, it waits for each place, and pays for that (<see cref="WasmPrices.OfWalk"/>).
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

    /// <summary>For each instruction whether it begins such a loop.</summary>
    public static bool[] Of(List<WasmInstruction> code)
    {
        var walks = new bool[code.Count];
        var open = new Stack<(Op Kind, int At)>();
        for (var i = 0; i < code.Count; i++)
        {
            var kind = code[i].Operator;
            if (kind is Op.Block or Op.Loop or Op.If) open.Push((kind, i));
            // The function's own end closes nothing here.
            if (kind != Op.End || !open.TryPop(out var begun)) continue;
            if (begun.Kind == Op.Loop && i - begun.At <= MostInstructions)
                walks[begun.At] = new Loop(code, begun.At, i).Walks();
        }

        return walks;
    }

    // Where a value comes from, as sets of locals: copied from one, or loaded from where one points, once or more
    // often.
    private readonly record struct Source(ulong Copied, ulong Loaded);

    private sealed class Loop(List<WasmInstruction> code, int start, int end)
    {
        // What each local is given within the loop. At most 64.
        private readonly Source[] _given = new Source[64];

        // Of operands, as far as they are known: nothing beneath a branch or a call.
        private readonly Stack<Source> _operands = new();

        public bool Walks()
        {
            for (var i = start + 1; i < end; i++) Follow(code[i]);
            for (var local = 0; local < _given.Length; local++)
            {
                if (ComesFromItself(local)) return true;
            }

            return false;
        }

        private void Follow(in WasmInstruction instruction)
        {
            switch (instruction.Operator)
            {
                case Op.LocalGet:
                    _operands.Push(new Source(Bit(instruction.Index), 0));
                    break;
                case Op.LocalSet or Op.LocalTee:
                    var source = Pop();
                    Give(instruction.Index, source);
                    if (instruction.Operator == Op.LocalTee) _operands.Push(source);
                    break;
                case Op.I32Load or Op.I64Load or Op.I64Load32U:
                    var address = Pop();
                    _operands.Push(new Source(0, address.Copied | address.Loaded));
                    break;
                // A pointer within a tagged value.
                case Op.I32WrapI64 or Op.I64ExtendI32U:
                    break;
                case Op.Select:
                    Pop();
                    var (second, first) = (Pop(), Pop());
                    _operands.Push(new Source(first.Copied | second.Copied, first.Loaded | second.Loaded));
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
            var before = _given[local];
            _given[local] = new Source(before.Copied | source.Copied, before.Loaded | source.Loaded);
        }

        // Whether some way from a local back to itself goes through memory.
        private bool ComesFromItself(int local)
        {
            var (copied, loaded) = (_given[local].Copied, _given[local].Loaded);
            for (var round = 0; round < _given.Length; round++)
            {
                var (moreCopied, moreLoaded) = (copied, loaded);
                for (var other = 0; other < _given.Length; other++)
                {
                    if ((loaded & Bit(other)) != 0) moreLoaded |= _given[other].Copied | _given[other].Loaded;
                    if ((copied & Bit(other)) == 0) continue;
                    moreCopied |= _given[other].Copied;
                    moreLoaded |= _given[other].Loaded;
                }

                if (moreCopied == copied && moreLoaded == loaded) break;
                (copied, loaded) = (moreCopied, moreLoaded);
            }

            return (loaded & Bit(local)) != 0;
        }

        private static ulong Bit(int local) => local < 64 ? 1UL << local : 0;
    }
}
