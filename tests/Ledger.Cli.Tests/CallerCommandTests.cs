using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ledger.Core.Callers;

namespace Ledger.Cli.Tests;

public sealed class CallerCommandTests
{
    private readonly CliFixture _cli = new();

    [Fact]
    public async Task A_token_is_one_that_the_node_it_is_for_believes()
    {
        var code = await _cli.RunAsync("token", "--audience", "https://Node.example", "--lifetime", "60");
        Assert.Equal(ExitCodes.Ok, code);
        var read = SignedCallerToken.TryParse(Encoding.ASCII.GetBytes(_cli.Out.Trim()), out var signed, out var fault);
        Assert.True(read, $"{fault}");

        var genesis = _cli.Channel.Genesis;
        var rules = new CallerRules(genesis.Channel, ["https://node.example:443"]);
        Assert.Equal(CallerFault.None, rules.Check(signed!.Token, _cli.Time.Now.ToUnixTimeSeconds()));
        Assert.True(signed.IsSignedBy(_cli.Channel.Client.PublicKey));
        Assert.Equal(60, signed.Token.ExpiresAt - signed.Token.IssuedAt);
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("token", "--json"));
        Assert.Equal("http://127.0.0.1:1", _cli.Json.GetProperty("audience").GetString());
    }

    [Theory]
    [InlineData("--lifetime", "59")]
    [InlineData("--lifetime", "3601")]
    [InlineData("--audience", "node.example")]
    public async Task A_token_that_no_node_would_believe_is_not_made(string option, string value) =>
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("token", option, value));

    [Fact]
    public async Task A_command_that_asks_a_node_says_that_it_needs_an_identity()
    {
        File.WriteAllText(
            _cli.PathOf("ledger.profile.json"),
            """{"ledger_profile":1,"endpoints":["http://127.0.0.1:1"],"genesis":"genesis.json"}""");

        foreach (var command in new[] { "status", "query --type trade.payment", "trace x", "token", "contract list" })
        {
            Assert.Equal(ExitCodes.Usage, await _cli.RunAsync(command.Split(' ')));
            Assert.Contains("nodes answer members only", _cli.Error, StringComparison.Ordinal);
            Assert.Contains("--identity", _cli.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_client_certificate_carries_the_members_key_and_is_kept_from_others()
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("identity", "certificate", "--out", "me.pem", "--days", "30"));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("identity", "certificate", "--out", "me.pem"));

        var path = _cli.PathOf("me.pem");
        using var certificate = X509Certificate2.CreateFromPemFile(path);
        var (genesis, suite) = (_cli.Channel.Genesis, _cli.Channel.Suite);
        Assert.True(certificate.HasPrivateKey);
        Assert.True(KeyCertificate.TryRead(certificate, suite, out var read));
        Assert.Equal(_cli.Channel.Client.PublicKey, read.Key);
        Assert.True(read.IsVouchedFor(suite, genesis.Channel, CertificatePurpose.Client));
        Assert.False(read.IsVouchedFor(suite, genesis.Channel, CertificatePurpose.Node));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_profile_can_trust_genesis_and_nothing_else()
    {
        File.WriteAllText(
            _cli.PathOf("ledger.profile.json"),
            """
            {"ledger_profile":1,"endpoints":["https://127.0.0.1:1"],"identity":"client.key","genesis":"genesis.json",
            "trust":"x"}
            """);

        Assert.Equal(ExitCodes.Input, await _cli.RunAsync("status"));
        Assert.Contains("'genesis'", _cli.Error, StringComparison.Ordinal);
    }
}
