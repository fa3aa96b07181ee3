using FsCheck;
using FsCheck.Fluent;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>Programs of ECMAScript 5 mean the same here as to an interpreter written by others for .NET.</summary>
public sealed class Es5AgreementTests
{
    private static readonly string[] Operators =
        ["+", "-", "*", "&", "|", "^", "<<", ">>", ">>>", "<", ">", "<=", ">=", "==", "===", "!=", "!==", "&&", "||", ","];

    private static readonly string[] Leaves =
    [
        "0", "1", "2", "7", "-3", "255", "65536", "2147483647", "-2147483648", "4294967295", "true", "false", "null",
        "undefined", "NaN", "''", "'a'", "'12'", "'b c'", "x", "y", "s", "a.length", "a[1]", "o.n", "o.missing",
    ];

    public static TheoryData<string> Programs =>
        [.. EngineFiles.Scripts("Es5").Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_gives_the_same_in_Jint(string name)
    {
        var program = File.ReadAllText(EngineFiles.PathOf($"Es5/{name}.js"));

        Assert.Equal(InJint(program), EngineThread.Value(program));
    }

    [Fact]
    public void Any_expression_gives_the_same_in_Jint()
    {
        var expressions = Expression(4).Sample(300, size: 5, seed: new Rnd(20251121, 7));
        foreach (var chunk in expressions.Chunk(50))
        {
            var program = "var x = 5, y = -2, s = 'text', a = [1, 'two', 3], o = { n: 4 }, out = [];\n"
                + string.Concat(chunk.Select(e => $"out.push(String({e}));\n")) + "out.join('\\n');";

            Assert.Equal(InJint(program).Split('\n'), EngineThread.Value(program).Split('\n'));
        }
    }

    private static Gen<string> Expression(int depth)
    {
        var leaf = Gen.Elements(Leaves);
        if (depth == 0) return leaf;
        var part = Expression(depth - 1);
        return Gen.OneOf(
            leaf,
            from left in part from op in Gen.Elements(Operators) from right in part select $"({left} {op} {right})",
            from test in part from yes in part from no in part select $"({test} ? {yes} : {no})",
            from inner in part from op in Gen.Elements("!", "-", "+", "~", "typeof ", "void ") select $"({op}{inner})",
            from inner in part select $"(function (p) {{ return p; }})({inner})",
            from inner in part select $"[{inner}, x].length");
    }

    private static string InJint(string program)
    {
        var engine = new Jint.Engine(options => options.LimitRecursion(500));
        return Jint.Runtime.TypeConverter.ToString(engine.Execute(program).GetCompletionValue());
    }
}
