using System.Text;
using Ledger.Core.Callers;

namespace Ledger.Cli.Tests;

public sealed class ConsoleCommandTests
{
    private readonly CliFixture _cli = new();

    [Fact]
    public async Task A_link_to_the_console_holds_a_token_for_that_node_in_its_fragment()
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("console", "https://Node.example/"));
        var link = new Uri(_cli.Out.Trim());

        Assert.Equal("https://node.example/", link.GetLeftPart(UriPartial.Query));
        Assert.StartsWith("#token=", link.Fragment, StringComparison.Ordinal);
        Assert.True(SignedCallerToken.TryParse(
            Encoding.ASCII.GetBytes(link.Fragment["#token=".Length..]), out var signed, out var fault), $"{fault}");
        var rules = new CallerRules(_cli.Channel.Genesis.Channel, ["https://node.example:443"]);
        Assert.Equal(CallerFault.None, rules.Check(signed.Token, _cli.Time.Now.ToUnixTimeSeconds()));
        Assert.Equal(3600, signed.Token.ExpiresAt - signed.Token.IssuedAt);
    }

    [Fact]
    public async Task Outside_of_a_consortium_folder_the_node_must_be_named() =>
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("console"));
}
