using System.Text.Json;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>
/// Programs over the whole language with the values that the standard gives them. Each file's first line says what another
/// engine (V8) made of it.
/// </summary>
public sealed class ProgramTests
{
    private const string Expects = "// expects ";

    public static TheoryData<string> Programs =>
        [.. EngineFiles.Scripts("Programs").Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_gives_what_the_standard_says(string name)
    {
        var program = File.ReadAllText(EngineFiles.PathOf($"Programs/{name}.js"));
        var expected = JsonSerializer.Deserialize<string>(program[Expects.Length..program.IndexOf('\n', StringComparison.Ordinal)]);

        Assert.Equal(expected, EngineThread.Value(program));
    }
}
