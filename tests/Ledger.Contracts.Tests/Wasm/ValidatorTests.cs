using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>
/// Bodies that break one rule each (WebAssembly specification, section 3.3 and its appendix on validation).
/// </summary>
public sealed class ValidatorTests
{
    /// <summary>
    /// The body of a function (i32) -> i32 with an f64 as local 1, and the reason for which it is refused.
    /// </summary>
    public static TheoryData<string, string, WasmErrorCode> Refused => new()
    {
        { "nothing where a value is due", "0B", WasmErrorCode.StackUnderflow },
        { "a value too many", "410041000B", WasmErrorCode.ValuesLeft },
        { "a result of another type", "42000B", WasmErrorCode.TypeMismatch },
        { "operands of another type", "420041006A0B", WasmErrorCode.TypeMismatch },
        { "an operand too few", "41006A0B", WasmErrorCode.StackUnderflow },
        { "operands beneath the block", "4100410002406A0B0B", WasmErrorCode.StackUnderflow },
        { "a condition of another type", "42000440" + "0B41000B", WasmErrorCode.TypeMismatch },
        { "values left in a block", "024041000B41000B", WasmErrorCode.ValuesLeft },
        { "no value from a block", "027F0B0B", WasmErrorCode.StackUnderflow },
        { "a block's value of another type", "027F42000B0B", WasmErrorCode.TypeMismatch },
        { "an if with a value and no else", "4100047F41000B0B", WasmErrorCode.TypeMismatch },
        { "an else of another type", "4100047F41000542000B0B", WasmErrorCode.TypeMismatch },
        { "an else outside an if", "0240" + "050B41000B", WasmErrorCode.BadNesting },
        { "a second else", "410004400505" + "0B41000B", WasmErrorCode.BadNesting },
        { "no end", "4100", WasmErrorCode.BadNesting },
        { "code behind the end", "41000B01", WasmErrorCode.BadNesting },
        { "a label that is not there", "0C010B", WasmErrorCode.UnknownLabel },
        { "a huge label", "0CFFFFFFFF0F0B", WasmErrorCode.UnknownLabel },
        { "a branch without its value", "0C000B", WasmErrorCode.StackUnderflow },
        { "a branch with another value", "42000C000B", WasmErrorCode.TypeMismatch },
        { "a conditional branch without its value", "41000D000B", WasmErrorCode.StackUnderflow },
        { "a table whose labels differ in number", "0240410041000E0100010B41000B", WasmErrorCode.TypeMismatch },
        { "a table with a label that is not there", "410041000E0100050B", WasmErrorCode.UnknownLabel },
        { "a table index of another type", "410042000E0000" + "0B", WasmErrorCode.TypeMismatch },
        { "a return of another type", "42000F0B", WasmErrorCode.TypeMismatch },
        { "a local that is not there", "20020B", WasmErrorCode.UnknownLocal },
        { "a local set to another type", "4100210141000B", WasmErrorCode.TypeMismatch },
        { "a local read as another type", "20010B", WasmErrorCode.TypeMismatch },
        { "a global that is not there", "23020B", WasmErrorCode.UnknownGlobal },
        { "a constant global set", "4100240041000B", WasmErrorCode.ImmutableGlobal },
        { "a global set to another type", "4100240141000B", WasmErrorCode.TypeMismatch },
        { "a function that is not there", "41001009" + "0B", WasmErrorCode.UnknownFunction },
        { "an argument of another type", "420010000B", WasmErrorCode.TypeMismatch },
        { "an argument too few", "10000B", WasmErrorCode.StackUnderflow },
        { "an indirect call of no type", "410041001109000B", WasmErrorCode.UnknownType },
        { "an indirect call through another table", "410041001100010B", WasmErrorCode.UnknownTable },
        { "an indirect call with an index of another type", "41004200" + "1100000B", WasmErrorCode.TypeMismatch },
        { "an address of another type", "42002802000B", WasmErrorCode.TypeMismatch },
        { "a stored value of another type", "41004200360200" + "41000B", WasmErrorCode.TypeMismatch },
        { "an alignment above the natural one", "41002803000B", WasmErrorCode.BadAlignment },
        { "another memory's flag", "410028400000" + "0B", WasmErrorCode.Unsupported },
        { "another memory's size", "3F010B", WasmErrorCode.UnknownMemory },
        { "a copy to another memory", "410041004100FC0A0100" + "41000B", WasmErrorCode.UnknownMemory },
        { "a select of two types", "410042004100" + "1B1A41000B", WasmErrorCode.TypeMismatch },
        { "a drop of nothing", "1A41000B", WasmErrorCode.StackUnderflow },
        { "a tee of another type", "42002200" + "0B", WasmErrorCode.TypeMismatch },
        { "a block type that is no type", "02500B41000B", WasmErrorCode.BadType },
        { "a block type that is not there", "02090B41000B", WasmErrorCode.UnknownType },
        { "a block's parameter of another type", "420002000B" + "0B", WasmErrorCode.TypeMismatch },
        { "unreachable code of another type", "00420041006A0B", WasmErrorCode.TypeMismatch },
        { "unreachable code that leaves values", "00410041000B", WasmErrorCode.ValuesLeft },
        { "an operator that is not there", "FF0B", WasmErrorCode.UnknownOperator },
        { "a typed select", "410041004100" + "1C017F0B", WasmErrorCode.Unsupported },
        { "a tail call", "410012000B", WasmErrorCode.Unsupported },
        { "a vector operator", "FD0C0B", WasmErrorCode.Unsupported },
        { "an atomic operator", "FE00" + "0B", WasmErrorCode.Unsupported },
        { "an exception block", "06400B0B", WasmErrorCode.Unsupported },
        { "passive data", "410041004100FC0800" + "000B", WasmErrorCode.Unsupported },
        { "a reference", "D0700B", WasmErrorCode.Unsupported },
        { "an immediate that is cut off", "4180", WasmErrorCode.Truncated },
        { "an immediate of 33 bits", "41FFFFFFFF0F0B", WasmErrorCode.IntegerTooLong },
    };

    /// <summary>Bodies of the same function that look as if they broke a rule.</summary>
    public static TheoryData<string, string> Accepted => new()
    {
        { "anything behind a branch", "41000C006A1A41000B" },
        { "polymorphic select", "00411B1B0B" },
        { "a branch table of unreachable operands", "027F000E0100010B0B" },
        { "a block of a type with parameters", "410002000B0B" },
        { "a loop that keeps its parameter", "41000300" + "0B0B" },
        { "an if without else that keeps its parameter", "4100410104000B0B" },
        { "a branch out of the function", "410041000D00" + "0B" },
        { "the most negative constant of 32 bits", "4180808080780B" },
        { "an alignment below the natural one", "41002800000B" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_body_that_breaks_a_rule_is_refused_for_it(string rule, string code, WasmErrorCode reason)
    {
        Assert.False(WasmModule.TryDecode(Module(code), out _, out var error), rule);

        Assert.True(reason == error.Code, $"{rule}: {error}");
        Assert.Equal(0, error.Function);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_body_that_keeps_the_rules_is_accepted_and_compiles(string rule, string code)
    {
        Assert.True(WasmModule.TryDecode(Module(code), out _, out var error), $"{rule}: {error}");

        using var guest = new Guest(Module(code));
        guest.TrapOf(g => g.Call(0));
    }

    [Fact]
    public void Without_a_memory_or_table_nothing_can_use_one()
    {
        byte[] Bare(string code) => new ModuleBuilder()
            .Function("run", [WasmValueType.I32], [WasmValueType.I32], [], Convert.FromHexString(code)).Build();

        Assert.False(WasmModule.TryDecode(Bare("41002802000B"), out _, out var load));
        Assert.False(WasmModule.TryDecode(Bare("3F000B"), out _, out var size));
        Assert.False(WasmModule.TryDecode(Bare("410041001100000B"), out _, out var call));
        Assert.Equal(
            (WasmErrorCode.UnknownMemory, WasmErrorCode.UnknownMemory, WasmErrorCode.UnknownTable),
            (load.Code, size.Code, call.Code));
    }

    [Fact]
    public void Nesting_and_operands_have_bounds()
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat("0240", depth))
            + string.Concat(Enumerable.Repeat("0B", depth)) + "41000B";
        string Stacked(int count) => string.Concat(Enumerable.Repeat("4100", count))
            + string.Concat(Enumerable.Repeat("1A", count)) + "41000B";

        Assert.True(WasmModule.TryDecode(Module(Nested(WasmLimits.MaxNesting - 1)), out _, out _));
        Assert.True(WasmModule.TryDecode(Module(Stacked(WasmLimits.MaxOperands)), out _, out _));
        Assert.False(WasmModule.TryDecode(Module(Nested(WasmLimits.MaxNesting)), out _, out var nesting));
        Assert.False(WasmModule.TryDecode(Module(Stacked(WasmLimits.MaxOperands + 1)), out _, out var operands));
        Assert.Equal((WasmErrorCode.LimitExceeded, "nesting"), (nesting.Code, nesting.Detail));
        Assert.Equal((WasmErrorCode.LimitExceeded, "operands"), (operands.Code, operands.Detail));
    }

    private static byte[] Module(string code) => new ModuleBuilder().Memory(1)
        .Table(0).Global(WasmValueType.I32, false, c => c.I32(0)).Global(WasmValueType.I64, true, c => c.I64(0))
        .Function("run", [WasmValueType.I32], [WasmValueType.I32], [WasmValueType.F64], Convert.FromHexString(code))
        .Build();
}
