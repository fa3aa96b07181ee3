using System.Diagnostics;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>
/// Programs and random expressions of ECMAScript 5 mean the same here as to an interpreter written by others for .NET,
/// and to V8. Where Jint 2.10.4 alone says otherwise, it is wrong: <see cref="Flaws"/>.
/// </summary>
public sealed class Es5AgreementTests
{
    private const int Expressions = 2000;

    public static TheoryData<string> Programs =>
        [.. EngineFiles.Scripts("Es5").Select(file => Path.GetFileNameWithoutExtension(file))];

    /// <summary>What Jint gets wrong: an expression, what V8 gives, and what Jint gives.</summary>
    public static TheoryData<string, string, string> Flaws => new()
    {
        // A negative number that arithmetic gave is 0 as a number of 32 bits; so is one of more than 32 bits.
        { "-16 >> 2", "-4", "0" },
        { "~(0 - 97)", "96", "-1" },
        { "(0 - 255) | 0", "-255", "0" },
        // With which a text was cut at a wrong place: no flaw of slice or substring.
        { "'hello'.slice(~(0 - 3))", "\"llo\"", "\"o\"" },
        { "'hello'.substring((0 - 1) >>> 31)", "\"ello\"", "\"hello\"" },
        // Arithmetic on undefined.
        { "undefined * 2", "NaN", "undefined" },
        { "1 / undefined", "NaN", "undefined" },
        { "undefined % 2", "NaN", "undefined" },
        // Where an empty text lies in an empty text.
        { "''.indexOf('')", "0", "-1" },
        // A prefix that is none to this radix, and large whole numbers that are rounded once more.
        { "parseInt('0X1F', 10)", "0", "1" },
        { "Math.round(23 + 9007199254740991)", "9007199254741014", "9007199254741016" },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_gives_the_same_in_Jint(string name)
    {
        var program = File.ReadAllText(EngineFiles.PathOf($"Es5/{name}.js"));

        Assert.Equal(InJint(new Jint.Engine(options => options.LimitRecursion(500)), program), EngineThread.Value(program));
    }

    [Fact]
    public void Random_expressions_give_the_same_in_Jint()
    {
        var expressions = RandomExpression.Draw(seed: 5, Expressions, forJint: true);
        var jint = new Jint.Engine(options => options.LimitRecursion(500));
        jint.Execute(RandomExpression.Program([]));

        var theirs = expressions.Select(expression => InJint(jint, RandomExpression.Again(expression)));

        AssertSame(expressions, [.. theirs], Ours(expressions));
    }

    [Fact]
    public void Random_expressions_give_the_same_in_V8()
    {
        var expressions = RandomExpression.Draw(seed: 8, Expressions, forJint: false);

        AssertSame(expressions, InV8(RandomExpression.Program(expressions)), Ours(expressions));
    }

    [Theory]
    [MemberData(nameof(Flaws))]
    public void Where_Jint_is_known_to_be_wrong_V8s_answer_is_given_here(string expression, string right, string wrong)
    {
        var jint = new Jint.Engine();
        jint.Execute(RandomExpression.Program([]));

        Assert.Equal([right], Ours([expression]));
        Assert.Equal([right], InV8(RandomExpression.Program([expression])));
        Assert.Equal(wrong, InJint(jint, RandomExpression.Again(expression)));
    }

    private static void AssertSame(string[] expressions, string[] theirs, string[] ours)
    {
        Assert.Equal(expressions.Length, ours.Length);
        Assert.Equal(expressions.Length, theirs.Length);
        for (var i = 0; i < ours.Length; i++)
            Assert.True(theirs[i] == ours[i], $"{expressions[i]} gives {ours[i]} here and {theirs[i]} there");

        // They are about something.
        Assert.True(ours.Distinct().Count() > Expressions / 5);
    }

    private static string[] Ours(string[] expressions) =>
        EngineThread.Value(RandomExpression.Program(expressions)).Split('\n');

    private static string InJint(Jint.Engine engine, string program) =>
        Jint.Runtime.TypeConverter.ToString(engine.Execute(program).GetCompletionValue());

    private static string[] InV8(string program)
    {
        const string Run = "require('vm').runInThisContext(require('fs').readFileSync(0, 'utf8'))";
        var start = new ProcessStartInfo("node", ["-p", Run])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(program);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.TrimEnd('\n').Split('\n');
    }
}
