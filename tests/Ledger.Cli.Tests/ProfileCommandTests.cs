namespace Ledger.Cli.Tests;

public sealed class ProfileCommandTests
{
    private readonly CliFixture _cli = new();

    public ProfileCommandTests()
    {
        _cli.Variables["XDG_CONFIG_HOME"] = _cli.PathOf("config");
        // So that none is in the current folder.
        var away = Directory.CreateDirectory(_cli.PathOf("away")).FullName;
        foreach (var name in new[] { "ledger.profile.json", "client.key", "genesis.json" })
            File.Move(_cli.PathOf(name), Path.Combine(away, name));
    }

    [Fact]
    public async Task A_profile_is_chosen_by_its_name_and_the_first_is_the_default()
    {
        Assert.Equal(ExitCodes.Usage, await QueryAsync());
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("profile", "add", "test", "away"));

        Assert.Equal(ExitCodes.Ok, await QueryAsync("--profile", "test"));
        Assert.Equal(ExitCodes.Ok, await QueryAsync());
        await _cli.RunAsync("profile", "show");
        Assert.Contains("away/ledger.profile.json  (default)", _cli.Out, StringComparison.Ordinal);
        _cli.Variables["LEDGER_PROFILE"] = "test";
        await _cli.RunAsync("profile", "show", "--json");
        Assert.Equal("LEDGER_PROFILE", _cli.Json.GetProperty("because").GetString());
    }

    [Fact]
    public async Task Names_are_listed_chosen_and_forgotten()
    {
        await _cli.RunAsync("profile", "add", "b", "away");
        await _cli.RunAsync("profile", "add", "a", "away/ledger.profile.json");
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("profile", "use", "a"));

        await _cli.RunAsync("profile", "list");
        Assert.Equal(
            ["* a  " + _cli.PathOf("away/ledger.profile.json"), "  b  " + _cli.PathOf("away/ledger.profile.json")],
            _cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("profile", "remove", "a"));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("profile", "use", "a"));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("profile", "show"));
        await _cli.RunAsync("profile", "list", "--json");
        Assert.Single(_cli.Json.GetProperty("profiles").EnumerateObject());
    }

    [Fact]
    public async Task A_folder_here_goes_before_a_name()
    {
        await _cli.RunAsync("profile", "add", "away", "away");
        File.Delete(_cli.PathOf("away/ledger.profile.json"));

        Assert.Equal(ExitCodes.Usage, await QueryAsync("--profile", "away"));
    }

    [Theory]
    [InlineData("a b", "away")]
    [InlineData("", "away")]
    [InlineData("x", "nowhere")]
    public async Task What_is_no_name_or_no_profile_is_refused(string name, string path)
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("profile", "add", name, path));

        Assert.False(File.Exists(_cli.PathOf("config/ledger/profiles.json")));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("{\"ledger_profiles\":2}")]
    [InlineData("{\"ledger_profiles\":1,\"extra\":1}")]
    public async Task A_list_with_an_error_is_refused(string text)
    {
        Directory.CreateDirectory(_cli.PathOf("config/ledger"));
        await File.WriteAllTextAsync(_cli.PathOf("config/ledger/profiles.json"), text);

        Assert.Equal(ExitCodes.Input, await _cli.RunAsync("profile", "list"));
    }

    private Task<int> QueryAsync(params string[] more) => _cli.RunAsync(["query", "--subject", "x", .. more]);
}
