using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>
/// Every numeric operator, on every pair of operands that lie where something changes, against Node.js: bits and traps.
/// </summary>
public sealed class OperatorTests
{
    private static readonly long[] Integers =
    [
        0, 1, 2, 3, 7, 10, 31, 32, 33, 63, 64, 127, 128, 255, 256, 32767, 32768, 65535, 0x12345678, int.MaxValue,
        0x80000000, 0xFFFFFFFF, 0x100000000, 0x7FFFFF4000000001, 0x0020000020000001, unchecked((long)0x8000004000000001), long.MaxValue,
        long.MinValue, long.MinValue + 1, -1, -2, -7, -128, -129, -32769, int.MinValue, -4294967297, 9007199254740993,
        unchecked((long)0xFFFFFE8000000001),
    ];

    private static readonly double[] Floats =
    [
        0, -0.0, 0.5, -0.5, 1, -1, 1.5, 2.5, -2.5, 0.9999999, -0.9999999, 4.75, -4.75, 1e10, -1e10, 16777217, 2147483647,
        2147483648, -2147483648, -2147483649, 4294967295, 4294967295.5, 4294967296, 9223372036854774784d,
        9223372036854775808d, -9223372036854775808d, 18446744073709549568d, 18446744073709551616d, 1e-310, double.Epsilon,
        1e300, -1e300, 3.5e38, 1.4e-45, 7e-46, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity,
    ];

    // Quiet and signalling, of both signs.
    private static readonly long[] DoubleNaNs =
        [0x7FF8000000000000, -0x8000000000000, 0x7FF0000000000001, -0x7FFFFFFFFFFFFL, 0x7FF8000012345678];

    private static readonly int[] SingleNaNs = [0x7FC00000, unchecked((int)0xFFC00000), 0x7F800001, unchecked((int)0xFFA00001)];

    private static readonly WasmOperator[] Numerics =
        [.. Enum.GetValues<WasmOperator>().Where(o => WasmSignature.TryOfNumeric(o, out _))];

    [Fact]
    public void Every_operator_of_the_binary_format_that_is_supported_is_among_them() =>
        Assert.Equal(0xC4 - 0x45 + 1 + 8, Numerics.Length);

    [Fact]
    public void Operators_give_the_same_bits_and_traps_as_another_implementation()
    {
        var cases = Numerics.Select(Case).ToArray();
        var theirs = NodeOracle.Run([.. cases.Select(c => new NodeOracle.Job(c.Theirs, c.Calls, c.End))]);

        for (var i = 0; i < cases.Length; i++)
        {
            foreach (var access in Enum.GetValues<WasmAccess>())
            {
                using var guest = new Guest(cases[i].Ours, access, pages: 2);
                for (var call = 0; call < cases[i].Calls.Length; call++)
                {
                    var at = call * 24;
                    var trap = guest.TrapOf(g => g.Call(at));
                    var ours = Convert.ToHexString(guest.Instance.Memory((uint)at, 24));
                    Assert.True(
                        theirs[i].Traps[call] == NodeOracle.NameOf(trap)
                            && Convert.ToHexString(theirs[i].Begin.AsSpan(at, 24)) == ours,
                        $"{cases[i].Name} {ours}: {trap}; theirs {theirs[i].Traps[call]} "
                            + Convert.ToHexString(theirs[i].Begin.AsSpan(at, 24)));
                }
            }
        }
    }

    // Operands at the argument and eight bytes on, the result sixteen on.
    private static (string Name, byte[] Ours, byte[] Theirs, string[] Calls, int End) Case(WasmOperator code)
    {
        WasmSignature.TryOfNumeric(code, out var signature);
        var values = ValuesOf(signature.Operand);
        var pairs = (from a in values
                     from b in signature.Operands == 2 ? values : [0L]
                     select (byte[])[.. BitConverter.GetBytes(a), .. BitConverter.GetBytes(b), .. new byte[8]]).ToArray();
        var calls = Enumerable.Range(0, pairs.Length).Select(i => $"run {i * 24}").ToArray();
        return (code.ToString(), Build(canonical: false), Build(canonical: true), calls, pairs.Length * 24);

        byte[] Build(bool canonical)
        {
            var writer = new CodeBuilder { CanonicalNaN = canonical ? (1, 2) : null };
            writer.Get(0).Get(0).Access(CodeBuilder.LoadOf(signature.Operand));
            if (signature.Operands == 2) writer.Get(0).Access(CodeBuilder.LoadOf(signature.Operand), 8);
            writer.Op(code).Access(CodeBuilder.StoreOf(signature.Result), 16).I32(0).Raw(0x0B);
            return new ModuleBuilder().Memory(2).Data(0, [.. pairs.SelectMany(p => p)])
                .Export("memory", WasmExternalKind.Memory, 0)
                .Function(
                    "run", [WasmValueType.I32], [WasmValueType.I32], [WasmValueType.F32, WasmValueType.F64],
                    writer.ToArray())
                .Build();
        }
    }

    private static long[] ValuesOf(WasmValueType type) => type switch
    {
        WasmValueType.I32 => [.. Integers.Select(i => unchecked((long)(uint)i)).Distinct()],
        WasmValueType.I64 => Integers,
        WasmValueType.F32 =>
            [.. Floats.Select(f => (long)BitConverter.SingleToInt32Bits((float)f)).Concat(SingleNaNs.Select(n => (long)n))],
        _ => [.. Floats.Select(BitConverter.DoubleToInt64Bits), .. DoubleNaNs],
    };
}
