using Ledger.Client.Identity;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Testing.Builders;

namespace Ledger.Cli.Tests;

/// <summary>
/// Proposing, approving and refusing changes of the validators; the chain of the fixture stays in epoch 0. What
/// submitting does is shown by the tests over real nodes.
/// </summary>
public sealed class ValidatorCommandTests
{
    private readonly CliFixture _cli = new();
    private readonly Genesis _genesis = A.GovernedGenesis();

    public ValidatorCommandTests()
    {
        File.WriteAllBytes(_cli.PathOf("governed.json"), GenesisJson.Write(_genesis));
        foreach (var member in A.Members(8)) WriteKey($"{member}.admin.key", "admin/" + member);
        WriteKey("org-a.key", "client/org-a");
    }

    [Fact]
    public async Task A_newcomer_gets_a_key_a_configuration_and_a_claim_that_its_key_signed()
    {
        Assert.Equal(ExitCodes.Ok, await NewAsync("new-node"));

        var key = IdentityFile.Load(_cli.PathOf("new-node/validator.key"));
        Assert.True(ValidatorChangeJson.TryParseClaim(
            File.ReadAllBytes(_cli.PathOf("new-node/claim.json")),
            A.Suite,
            out var channel,
            out var validator,
            out var claim,
            out _));
        Assert.Equal((_genesis.Channel, "org-e", "10.0.0.5:7400"), (channel, validator.Member, validator.Address));
        Assert.Equal(key.PublicKey, validator.Key);
        Assert.True(ValidatorClaim.IsSigned(channel, validator, claim, A.Suite));
        var config = await File.ReadAllTextAsync(_cli.PathOf("new-node/node.json"));
        Assert.Contains("\"role\": \"candidate\"", config, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllBytes(_cli.PathOf("governed.json")), File.ReadAllBytes(_cli.PathOf("new-node/genesis.json")));
    }

    [Theory]
    [InlineData("--member", "org-z")]
    [InlineData("--address", "nowhere")]
    public async Task A_newcomer_of_no_member_or_without_an_address_is_refused(string option, string value)
    {
        string[] arguments = option == "--member"
            ? ["--member", value, "--address", "10.0.0.5:7400"]
            : ["--member", "org-e", "--address", value];

        Assert.Equal(ExitCodes.Usage, await RunAsync(["validator", "new", "--out", "n", .. arguments]));

        Assert.False(Directory.Exists(_cli.PathOf("n")));
    }

    [Fact]
    public async Task The_folder_of_one_node_is_taken_where_a_consortiums_is()
    {
        await NewAsync("new-node");

        Assert.Equal(ExitCodes.Ok, await RunAsync("down", "new-node"));

        Assert.Equal("node new-node  was not running\n", _cli.Out);
    }

    [Fact]
    public async Task Members_propose_approve_and_see_what_they_sign()
    {
        await NewAsync("new-node");

        Assert.Equal(ExitCodes.Ok, await RunAsync("validator", "add", "new-node/claim.json", "-o", "change.json"));
        Assert.Contains("add      org-e at 10.0.0.5:7400", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("approved by 0 of 8 members, 5 are needed", _cli.Out, StringComparison.Ordinal);
        foreach (var member in A.Members(5))
        {
            Assert.Equal(ExitCodes.Ok, await RunAsync(
                "validator", "approve", "change.json", "--identity", $"{member}.admin.key"));
            // The submission is proposed when it would be accepted, and not before.
            Assert.Contains(
                member == A.Members(5)[^1] ? "Next: ledger validator submit" : "Next, each member that agrees",
                _cli.Out,
                StringComparison.Ordinal);
        }

        Assert.Equal(ExitCodes.Ok, await RunAsync("validator", "show", "change.json", "--json"));
        Assert.Equal(
            A.Members(5), _cli.Json.GetProperty("approved_by").EnumerateArray().Select(m => m.GetString()));
        Assert.True(ValidatorChangeJson.TryParse(
            File.ReadAllBytes(_cli.PathOf("change.json")), A.Suite, out var body, out _));
        Assert.True(new ValidatorChangeRules(_genesis).Check(body, _genesis.Validators, out var next).IsAccepted);
        Assert.Equal("org-e", next!.Validators[^1].Member);
    }

    [Fact]
    public async Task A_validator_is_named_by_its_member_or_its_key()
    {
        var key = Convert.ToHexStringLower(A.ValidatorSigner("org-c").PublicKey.Encoded);
        await RunAsync("validator", "remove", "org-c", "-o", "one.json");
        await RunAsync("validator", "remove", key, "-o", "two.json");

        Assert.Equal(File.ReadAllBytes(_cli.PathOf("one.json")), File.ReadAllBytes(_cli.PathOf("two.json")));
        Assert.Equal(ExitCodes.Usage, await RunAsync("validator", "remove", "org-h"));
    }

    [Fact]
    public async Task A_key_is_rotated_by_replacing_it()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync(
            "validator", "new", "--out", "fresh", "--member", "org-b", "--address", "10.0.0.2:7400"));

        Assert.Equal(
            ExitCodes.Ok, await RunAsync("validator", "replace", "org-b", "fresh/claim.json", "-o", "change.json"));

        Assert.Contains("replace  key", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clients_identity_approves_nothing_and_the_file_stays_as_it_was()
    {
        await RunAsync("validator", "remove", "org-c", "-o", "change.json");
        var before = File.ReadAllBytes(_cli.PathOf("change.json"));

        Assert.Equal(
            ExitCodes.Refused, await RunAsync("validator", "approve", "change.json", "--identity", "org-a.key"));

        Assert.Contains("admin", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_cli.PathOf("change.json")));
    }

    [Fact]
    public async Task A_change_that_lacks_approvals_is_not_submitted()
    {
        await RunAsync("validator", "remove", "org-c", "-o", "change.json");

        Assert.Equal(
            ExitCodes.Refused, await RunAsync("validator", "submit", "change.json", "--identity", "org-a.key"));

        Assert.Contains("0 of 8 members approve, and 5 must", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proposal_that_could_never_be_accepted_is_refused_before_anybody_signs()
    {
        await NewAsync("new-node");
        var claim = File.ReadAllText(_cli.PathOf("new-node/claim.json"));
        File.WriteAllText(_cli.PathOf("forged.json"), claim.Replace("10.0.0.5", "10.0.0.6", StringComparison.Ordinal));

        Assert.Equal(ExitCodes.Input, await RunAsync("validator", "add", "forged.json", "-o", "change.json"));
        Assert.Equal(ExitCodes.Input, await RunAsync("validator", "show", "forged.json"));
        Assert.False(File.Exists(_cli.PathOf("change.json")));
    }

    private Task<int> NewAsync(string folder) => RunAsync(
        "validator", "new", "--out", folder, "--member", "org-e", "--address", "10.0.0.5:7400");

    private Task<int> RunAsync(params string[] arguments) =>
        _cli.RunAsync([.. arguments, "--genesis", "governed.json"]);

    private void WriteKey(string file, string name)
    {
        var secret = Sha256.Instance.Hash(System.Text.Encoding.UTF8.GetBytes(name));
        File.WriteAllBytes(_cli.PathOf(file), KeyFileCodec.Encode(A.Suite, secret.AsSpan()));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_cli.PathOf(file), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
