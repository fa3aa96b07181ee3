using Ledger.Contracts.Wasm;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>
/// Draws valid modules from a seed: nested blocks with values, loops that end, branches and tables of them, calls, every numeric
/// operator, memory. The same seed can be written for another engine with NaNs made canonical.
/// </summary>
internal sealed class RandomProgram
{
    private static readonly WasmValueType[] Types =
        [WasmValueType.I32, WasmValueType.I64, WasmValueType.F32, WasmValueType.F64];

    private static readonly ILookup<WasmValueType, (Op Code, WasmSignature Signature)> Numerics = Enum.GetValues<Op>()
        .Select(o => (Code: o, Known: WasmSignature.TryOfNumeric(o, out var s), Signature: s))
        .Where(x => x.Known).ToLookup(x => x.Signature.Result, x => (x.Code, x.Signature));

    // Parameters 0 and 1, then three locals of each type, then the scratch ones.
    private static readonly WasmValueType[] Locals =
        [.. Types.SelectMany(t => Enumerable.Repeat(t, 3)), WasmValueType.F32, WasmValueType.F64];

    private readonly Random _random;
    private readonly bool _stray;
    private readonly CodeBuilder _code;
    private readonly int _pairType;
    private int _functions;

    // What each label around takes with it.
    private readonly List<WasmValueType[]> _labels = [];

    private RandomProgram(Random random, bool canonical, bool stray, int pairType)
    {
        _random = random;
        _stray = stray;
        _pairType = pairType;
        _code = new CodeBuilder { CanonicalNaN = canonical ? (14, 15) : null };
    }

    /// <param name="seed">Which.</param>
    /// <param name="canonical">Whether to write out what makes NaNs canonical.</param>
    /// <param name="stray">Whether some accesses lie outside the memory.</param>
    public static byte[] Build(int seed, bool canonical, bool stray)
    {
        var random = new Random(seed);
        var module = new ModuleBuilder().Memory(1, 4).Export("memory", WasmExternalKind.Memory, 0)
            .Global(WasmValueType.I32, true, c => c.I32(40)).Global(WasmValueType.I64, true, c => c.I64(-5))
            .Global(WasmValueType.F64, true, c => c.F64(0x3FF8000000000000)).Table(0, 1, 2, 3);
        var pair = module.Type([WasmValueType.I32, WasmValueType.F64], [WasmValueType.F64, WasmValueType.I32]);
        var call = module.Type([WasmValueType.I32, WasmValueType.I64], [WasmValueType.I32]);
        Assert.Equal((0, 1), (pair, call));
        for (var i = 0; i < 4; i++)
        {
            var program = new RandomProgram(random, canonical, stray, pair) { _functions = i };
            program._labels.Add([WasmValueType.I32]);
            program.Statements(4);
            program.Expression(WasmValueType.I32, 3);
            program.Dump();
            module.Function(
                i == 3 ? "run" : $"f{i}", [WasmValueType.I32, WasmValueType.I64], [WasmValueType.I32], Locals,
                [.. program._code.ToArray(), 0x0B]);
        }

        return module.Build();
    }

    // All locals into memory, so that what they hold counts.
    private void Dump()
    {
        for (var i = 2; i < 14; i++)
            _code.I32((1 << 15) + (_functions * 128) + (8 * i)).Get(i).Access(CodeBuilder.StoreOf(TypeOf(i)));
    }

    private static WasmValueType TypeOf(int local) => local switch
    {
        0 => WasmValueType.I32,
        1 => WasmValueType.I64,
        _ => Locals[local - 2],
    };

    private int LocalOf(WasmValueType type) => 2 + (3 * Array.IndexOf(Types, type)) + _random.Next(3);

    private WasmValueType AnyType() => Types[_random.Next(4)];

    private void Statements(int depth)
    {
        for (var left = 1 + _random.Next(4); left > 0; left--) Statement(depth);
    }

    private void Statement(int depth)
    {
        var type = AnyType();
        switch (depth == 0 ? _random.Next(4) : _random.Next(14))
        {
            case 0 or 1:
                Expression(type, depth);
                _code.Set(LocalOf(type));
                break;
            case 2:
                Store(depth);
                break;
            case 3:
                _code.GetGlobal(0).I32(1).Op(Op.I32Sub).SetGlobal(0);
                break;
            case 4 or 5:
                Expression(WasmValueType.I32, depth - 1);
                _labels.Add([]);
                _code.If(
                    CodeBuilder.None, _ => Statements(depth - 1), _random.Next(2) == 0 ? null : _ => Statements(depth - 1));
                _labels.RemoveAt(_labels.Count - 1);
                break;
            case 6 or 7:
                Loop(depth);
                break;
            case 8:
                Block([], CodeBuilder.None, () =>
                {
                    Statements(depth - 1);
                    BranchOut(depth);
                    Statements(depth - 1);
                });
                break;
            case 9:
                Table(depth);
                break;
            case 10:
                Expression(type, depth - 1);
                _code.Raw((byte)Op.Drop);
                break;
            case 11:
                Bulk(depth);
                break;
            case 12:
                Pair(depth);
                break;
            default:
                Expression(WasmValueType.I64, depth - 1);
                _code.SetGlobal(1);
                break;
        }
    }

    private void Block(WasmValueType[] label, int type, Action write, Op kind = Op.Block)
    {
        _labels.Add(label);
        _code.Block(kind, type, _ => write());
        _labels.RemoveAt(_labels.Count - 1);
    }

    // Goes round while the fuel in a global lasts.
    private void Loop(int depth) => Block(
        [], CodeBuilder.None, () =>
        {
            Statements(depth - 1);
            _code.GetGlobal(0).I32(1).Op(Op.I32Sub).SetGlobal(0).GetGlobal(0).I32(0).Op(Op.I32GtS);
            Expression(WasmValueType.I32, depth - 1);
            _code.Op(Op.I32And).BranchIf(0);
        },
        Op.Loop);

    private void BranchOut(int depth)
    {
        var target = Enumerable.Range(0, _labels.Count).Where(d => _labels[^(d + 1)].Length <= 1).ToArray();
        var chosen = target[_random.Next(target.Length)];
        // A loop's label begins it again, which the fuel does not limit.
        if (_labels[^(chosen + 1)].Length == 0 && chosen > 0) chosen = 0;
        foreach (var type in _labels[^(chosen + 1)]) Expression(type, depth - 1);
        Expression(WasmValueType.I32, depth - 1);
        _code.BranchIf(chosen);
        foreach (var _ in _labels[^(chosen + 1)]) _code.Raw((byte)Op.Drop);
    }

    private void Table(int depth) => Block([], CodeBuilder.None, () => Block([], CodeBuilder.None, () =>
    {
        Block([], CodeBuilder.None, () =>
        {
            Expression(WasmValueType.I32, depth - 1);
            _code.BranchTable(0, 1, 2, 1, 0);
        });
        Statements(depth - 1);
        _code.Branch(1);
    }));

    private void Bulk(int depth)
    {
        Address(depth - 1);
        if (_random.Next(2) == 0) Address(depth - 1);
        else _code.I32(_random.Next(256));
        _code.I32(_random.Next(300));
        if (_random.Next(2) == 0) _code.Copy();
        else _code.Fill();
    }

    // A block that takes two values and gives two, with a branch that carries them.
    private void Pair(int depth)
    {
        Expression(WasmValueType.I32, depth - 1);
        Expression(WasmValueType.F64, depth - 1);
        Block([WasmValueType.F64, WasmValueType.I32], _pairType, () =>
        {
            var (number, integer) = (LocalOf(WasmValueType.F64), LocalOf(WasmValueType.I32));
            _code.Set(number).Set(integer);
            Expression(WasmValueType.F64, depth - 1);
            Expression(WasmValueType.I32, depth - 1);
            Expression(WasmValueType.I32, depth - 1);
            _code.BranchIf(0).Set(integer).Get(integer);
        });
        _code.Set(LocalOf(WasmValueType.I32)).Set(LocalOf(WasmValueType.F64));
    }

    private void Address(int depth)
    {
        Expression(WasmValueType.I32, depth);
        if (!_stray || _random.Next(40) > 0) _code.I32(0x7FFF).Op(Op.I32And);
    }

    private long Offset() => _random.Next(6) switch
    {
        0 => 0,
        1 => 17_000 + _random.Next(4000),
        2 when _stray => _random.Next(10) == 0 ? 0xFFFFFFF0L : 4,
        _ => _random.Next(64),
    };

    private void Store(int depth)
    {
        var code = (Op)((int)Op.I32Store + _random.Next(9));
        WasmSignature.TryOfAccess(code, out var type, out _);
        Address(depth - 1);
        Expression(type, depth - 1);
        _code.Access(code, Offset());
    }

    private void Expression(WasmValueType type, int depth)
    {
        if (depth <= 0)
        {
            if (_random.Next(2) == 0) Constant(type);
            else _code.Get(LocalOf(type));
            return;
        }

        switch (_random.Next(12))
        {
            case 0:
                Constant(type);
                break;
            case 1:
                _code.Get(LocalOf(type));
                break;
            case 2:
                Expression(type, depth - 1);
                _code.Tee(LocalOf(type));
                break;
            case 3:
                Load(type, depth);
                break;
            case 4:
                Expression(type, depth - 1);
                Expression(type, depth - 1);
                Expression(WasmValueType.I32, depth - 1);
                _code.Op(Op.Select);
                break;
            case 5:
                Expression(WasmValueType.I32, depth - 1);
                _labels.Add([type]);
                _code.If((int)type, _ => Expression(type, depth - 1), _ => Expression(type, depth - 1));
                _labels.RemoveAt(_labels.Count - 1);
                break;
            case 6:
                Block([type], (int)type, () =>
                {
                    Statements(Math.Min(1, depth - 1));
                    Expression(type, depth - 1);
                    BranchOut(depth - 1);
                });
                break;
            case 7 when type == WasmValueType.I32 && _functions > 0:
                Expression(WasmValueType.I32, depth - 1);
                Expression(WasmValueType.I64, depth - 1);
                if (_random.Next(2) == 0) _code.Call(_random.Next(_functions));
                else _code.I32(_random.Next(_stray ? 50 : _functions) % _functions).CallIndirect(1);
                break;
            case 8 when type == WasmValueType.I32:
                if (_random.Next(8) == 0) _code.I32(1).Grow();
                else _code.Size();
                break;
            default:
                Numeric(type, depth);
                break;
        }
    }

    private void Constant(WasmValueType type)
    {
        var bits = _random.Next(4) switch
        {
            0 => _random.Next(-3, 40),
            1 => type switch
            {
                WasmValueType.F32 => BitConverter.SingleToInt32Bits((float)((_random.NextDouble() * 2000) - 1000)),
                WasmValueType.F64 => BitConverter.DoubleToInt64Bits((_random.NextDouble() * 2000) - 1000),
                _ => 1L << _random.Next(64),
            },
            _ => _random.NextInt64(long.MinValue, long.MaxValue),
        };
        _code.Constant(type, bits);
    }

    private void Load(WasmValueType type, int depth)
    {
        var codes = Enumerable.Range((int)Op.I32Load, 14).Select(c => (Op)c)
            .Where(c => WasmSignature.TryOfAccess(c, out var t, out _) && t == type).ToArray();
        Address(depth - 1);
        _code.Access(codes[_random.Next(codes.Length)], Offset());
    }

    private void Numeric(WasmValueType type, int depth)
    {
        var choices = Numerics[type].ToArray();
        var (code, signature) = choices[_random.Next(choices.Length)];
        // What traps does so too often for programs to get anywhere.
        var traps = code is >= Op.I32TruncF32S and <= Op.I32TruncF64U or >= Op.I64TruncF32S and <= Op.I64TruncF64U;
        if (traps && _random.Next(10) > 0) (code, signature) = choices.First(c => c.Signature.Operands == 2);
        for (var i = 0; i < signature.Operands; i++) Expression(signature.Operand, depth - 1);
        var divides = code is >= Op.I32DivS and <= Op.I32RemU or >= Op.I64DivS and <= Op.I64RemU;
        if (divides && _random.Next(20) > 0) _code.Constant(type, 1).Op(type == WasmValueType.I32 ? Op.I32Or : Op.I64Or);
        _code.Op(code);
    }
}
