namespace Ledger.Cli.Tests;

/// <summary>Proof that the log only grew: fetched, kept, and verified where no node is.</summary>
public sealed class ConsistencyCommandTests
{
    private readonly CliFixture _cli = new();

    [Fact]
    public async Task A_proof_between_two_blocks_is_kept_and_holds_offline()
    {
        await AnchorAsync(4);
        await _cli.OkAsync("audit", "consistency", "--from", "1", "--to", "3", "-o", "growth.json");
        Assert.Contains("the log of block 1, 1 leaves, is a prefix of that of block 3, 3 leaves", _cli.Out,
            StringComparison.Ordinal);
        _cli.Unplug();

        await _cli.OkAsync("verify", "--consistency", "growth.json", "--genesis", "genesis.json");

        Assert.Contains("ok     consistency: the log of block 1", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("VALID", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_end_it_leads_to_the_newest_block_and_goes_to_the_output()
    {
        await AnchorAsync(3);

        await _cli.OkAsync("audit", "consistency", "--from", "2");

        Assert.Equal("ledger-consistency/1", _cli.Json.GetProperty("format").GetString());
    }

    [Theory]
    [InlineData("\"path\": [\n", "\"path\": [\n    \"0000000000000000000000000000000000000000000000000000000000000000\",\n",
        ExitCodes.ReceiptNotIncluded)]
    [InlineData("\"earlier_certificate\": \"0a20", "\"earlier_certificate\": \"0a21", ExitCodes.ReceiptCertificate)]
    [InlineData("ledger-consistency/1", "ledger-consistency/9", ExitCodes.ReceiptMalformed)]
    public async Task What_was_altered_has_its_exit_code(string from, string to, int expected)
    {
        await AnchorAsync(3);
        await _cli.OkAsync("audit", "consistency", "--from", "1", "-o", "growth.json");
        var text = await File.ReadAllTextAsync(_cli.PathOf("growth.json"));
        Assert.Contains(from, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_cli.PathOf("growth.json"), text.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal(expected, await _cli.RunAsync("verify", "--consistency", "growth.json", "--genesis", "genesis.json"));

        Assert.Contains("INVALID", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P14_a_node_that_lies_about_the_growth_is_refused_and_nothing_is_written()
    {
        await AnchorAsync(3);
        _cli.Node.TamperConsistency = answer => answer.Path.RemoveAt(0);

        var code = await _cli.RunAsync("audit", "consistency", "--from", "1", "-o", "growth.json");

        Assert.Equal(ExitCodes.Integrity, code);
        Assert.False(File.Exists(_cli.PathOf("growth.json")));
    }

    private async Task AnchorAsync(int count)
    {
        await File.WriteAllTextAsync(_cli.PathOf("plan.pdf"), "the plan");
        for (var i = 0; i < count; i++)
        {
            await _cli.OkAsync(
                "anchor", "plan.pdf", "--type", "authorisation.scene-review", "--subject", $"scene/{i}", "--attr",
                "scene=claims");
        }
    }
}
