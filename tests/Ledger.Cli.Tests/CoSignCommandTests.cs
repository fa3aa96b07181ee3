using System.Security.Cryptography;

namespace Ledger.Cli.Tests;

/// <summary>A contract of two members: one drafts it, each signs. The client's tests submit.</summary>
public sealed class CoSignCommandTests
{
    private readonly CliFixture _cli = new();

    public CoSignCommandTests() => File.WriteAllText(_cli.PathOf("contract.txt"), "the contract");

    [Fact]
    public async Task A_draft_carries_the_digests_of_its_files_and_says_who_has_yet_to_sign()
    {
        await DraftAsync("contract.txt");

        await _cli.OkAsync("cosign", "show", "draft.json", "--profile", "demo", "--json");
        Assert.Equal(["data-operator", "insurer"], Missing());
        var digest = Assert.Single(
            _cli.Json.GetProperty("records")[0].GetProperty("record").GetProperty("digests").EnumerateArray());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData("the contract"u8)), digest.GetProperty("value").GetString());

        await _cli.OkAsync(
            "cosign", "sign", "draft.json", "--profile", "demo", "--identity", "demo/identities/insurer.key");
        Assert.Contains("Next: data-operator: ledger cosign submit draft.json", _cli.Out, StringComparison.Ordinal);
        await _cli.OkAsync("cosign", "show", "draft.json", "--profile", "demo", "--json");
        Assert.Equal(["data-operator"], Missing());
    }

    [Fact]
    public async Task Whoever_alone_holds_the_records_role_is_told_to_be_the_last_before_it_signs()
    {
        await DraftAsync("contract.txt");

        Assert.Contains(
            "Next: insurer: ledger cosign sign draft.json; the last is data-operator, for the record's role: ledger cosign "
            + "submit draft.json", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(
            ExitCodes.Refused, await _cli.RunAsync("cosign", "sign", "draft.json", "--profile", "demo"));

        Assert.Contains("'data-operator' must be the last", _cli.Error, StringComparison.Ordinal);
        await _cli.OkAsync("cosign", "show", "draft.json", "--profile", "demo", "--json");
        Assert.Equal(["data-operator", "insurer"], Missing());
        Assert.Equal(["data-operator"], Strings("senders"));
    }

    [Fact]
    public async Task A_record_in_a_role_that_no_party_holds_is_not_drafted()
    {
        Assert.Equal(ExitCodes.Usage, await TryDraftAsync(["insurer", "regulator"], "contract.txt"));

        Assert.Contains("none of the parties holds the role 'provider'", _cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.PathOf("draft.json")));
    }

    [Fact]
    public async Task Who_is_no_party_does_not_sign_and_the_draft_stays_as_it_was()
    {
        await DraftAsync("contract.txt");
        var before = File.ReadAllBytes(_cli.PathOf("draft.json"));

        Assert.Equal(
            ExitCodes.Refused,
            await _cli.RunAsync(
                "cosign", "sign", "draft.json", "--profile", "demo", "--identity", "demo/identities/regulator.key"));

        Assert.Equal(before, File.ReadAllBytes(_cli.PathOf("draft.json")));
    }

    [Fact]
    public async Task A_record_whose_type_wants_a_file_is_not_drafted_without_one()
    {
        Assert.Equal(ExitCodes.Usage, await TryDraftAsync());
        Assert.Equal(ExitCodes.Input, await TryDraftAsync("missing.txt"));

        Assert.False(File.Exists(_cli.PathOf("draft.json")));
    }

    private async Task DraftAsync(params string[] files) => Assert.Equal(ExitCodes.Ok, await TryDraftAsync(files));

    private Task<int> TryDraftAsync(params string[] files) => TryDraftAsync(["data-operator", "insurer"], files);

    private async Task<int> TryDraftAsync(string[] parties, params string[] files)
    {
        if (!Directory.Exists(_cli.PathOf("demo"))) await _cli.OkAsync("init", "--out", "demo");
        return await _cli.RunAsync(
        [
            "cosign", "new", "draft.json", .. files, "--type", "trade.contract-signing", "--action", "sign",
            "--subject", "order/17", "--attr", "contract_number=17", .. parties.SelectMany(p => new[] { "--party", p }),
            "--profile", "demo",
        ]);
    }

    private IEnumerable<string?> Missing() => Strings("missing");

    private IEnumerable<string?> Strings(string name) =>
        _cli.Json.GetProperty(name).EnumerateArray().Select(m => m.GetString());
}
