namespace Ledger.Cli.Tests;

public sealed class SandboxCommandTests
{
    private readonly CliFixture _cli = new();

    [Theory]
    [InlineData("[1, 2].map((x) => x * 2)", "returned", null, "2,4")]
    [InlineData("throw new RangeError('too much')", "thrown", "RangeError: too much", null)]
    [InlineData("for (;;);", "out_of_gas", "the gas is used up", null)]
    [InlineData("const all = []; for (;;) all.push(new Uint8Array(1e6));", "out_of_memory", "out of memory", null)]
    [InlineData("(function f() { f(); })()", "too_deep", "stack overflow", null)]
    [InlineData("not a script", "thrown", "SyntaxError: expecting ';'", null)]
    [InlineData("", "returned", null, "undefined")]
    public async Task Whatever_a_script_does_is_told_in_the_same_form(
        string script, string outcome, string? message, string? value)
    {
        await File.WriteAllTextAsync(_cli.PathOf("script.js"), script);

        var exit = await _cli.RunAsync("contract", "sandbox", "script.js", "--gas", "400000000", "--json");

        Assert.Equal(ExitCodes.Ok, exit);
        Assert.Equal(
            ["outcome", "message", "gasUsed", "memoryBytes", "value"],
            _cli.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(outcome, _cli.Json.GetProperty("outcome").GetString());
        Assert.Equal(message, _cli.Json.GetProperty("message").GetString());
        Assert.Equal(value, _cli.Json.GetProperty("value").GetString());
        Assert.InRange(_cli.Json.GetProperty("gasUsed").GetInt64(), 1, 400_000_000);
        Assert.InRange(_cli.Json.GetProperty("memoryBytes").GetInt64(), 1, 64 << 20);
    }

    [Fact]
    public async Task Options_are_the_runs_limits()
    {
        await File.WriteAllTextAsync(_cli.PathOf("script.js"), "Date.now() + new Uint8Array(1e6).length");

        await _cli.RunAsync("contract", "sandbox", "script.js", "--time", "1700000000000", "--json");
        Assert.Equal("1700001000000", _cli.Json.GetProperty("value").GetString());
        await _cli.RunAsync("contract", "sandbox", "script.js", "--pages", "95", "--json");
        Assert.Equal("out_of_memory", _cli.Json.GetProperty("outcome").GetString());
        await _cli.RunAsync("contract", "sandbox", "script.js", "--gas", "1000", "--json");
        Assert.Equal(1000, _cli.Json.GetProperty("gasUsed").GetInt64());
    }

    [Fact]
    public async Task A_run_is_repeatable_to_the_unit()
    {
        await File.WriteAllTextAsync(_cli.PathOf("script.js"), "JSON.stringify([...'text'].map((c) => [c, {}]))");

        await _cli.RunAsync("contract", "sandbox", "script.js", "--json");
        var first = _cli.Out;
        await _cli.RunAsync("contract", "sandbox", "script.js", "--json");

        Assert.Equal(first, _cli.Out);
    }

    [Fact]
    public async Task For_people_it_says_the_line()
    {
        await File.WriteAllTextAsync(_cli.PathOf("script.js"), "\n\nthrow new Error('here');");

        await _cli.RunAsync("contract", "sandbox", "script.js");

        Assert.Contains("thrown: Error: here", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("script.js:3:", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCodes.Input, "missing.js")]
    [InlineData(ExitCodes.Usage, "script.js", "--gas", "0")]
    [InlineData(ExitCodes.Usage, "script.js", "--pages", "-1")]
    [InlineData(ExitCodes.Usage, "script.js", "--gas", "many")]
    public async Task What_cannot_be_run_says_why(int exitCode, params string[] arguments)
    {
        await File.WriteAllTextAsync(_cli.PathOf("script.js"), "1");

        Assert.Equal(exitCode, await _cli.RunAsync(["contract", "sandbox", .. arguments]));
        Assert.NotEmpty(_cli.Error);
    }
}
