namespace Ledger.Contracts.Tests.Engine;

/// <summary>
/// Programs of ECMAScript 5 mean the same here as to an interpreter written by others for .NET. They do without shifts to the
/// right of negative numbers, which Jint 2.10.4 gets wrong: <c>-16 &gt;&gt; 2</c> gives 0 there.
/// </summary>
public sealed class Es5AgreementTests
{
    public static TheoryData<string> Programs =>
        [.. EngineFiles.Scripts("Es5").Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_gives_the_same_in_Jint(string name)
    {
        var program = File.ReadAllText(EngineFiles.PathOf($"Es5/{name}.js"));

        Assert.Equal(InJint(program), EngineThread.Value(program));
    }

    private static string InJint(string program)
    {
        var engine = new Jint.Engine(options => options.LimitRecursion(500));
        return Jint.Runtime.TypeConverter.ToString(engine.Execute(program).GetCompletionValue());
    }
}
