namespace Ledger.Cli.Tests;

public sealed class PortableReceiptTests
{
    private readonly CliFixture _cli = new();

    public PortableReceiptTests()
    {
        _cli.Node.Validator = _cli.Channel.ValidatorKeys[0];
        _cli.Validators = [.. _cli.Channel.ValidatorKeys.Skip(1).Select(_cli.NewNode)];
    }

    [Theory]
    [InlineData("json", "the receipt is canonical")]
    [InlineData("binary", "the receipt is canonical")]
    [InlineData("cose", "in COSE (RFC 9942), is canonical")]
    [InlineData("tlog", "a C2SP tlog-proof, is canonical")]
    public async Task A_receipt_in_any_form_is_fetched_and_verified_offline(string format, string name)
    {
        await AnchorAsync();

        await _cli.OkAsync("receipt", "get", "@0", "--format", format, "-o", "r");
        _cli.Unplug();
        await _cli.OkAsync("verify", "--receipt", "r", "--file", "plan.pdf");

        Assert.Contains(name, _cli.Out, StringComparison.Ordinal);
        Assert.Contains("VALID", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_is_converted_and_json_and_binary_need_no_node()
    {
        await AnchorAsync();
        await _cli.OkAsync("receipt", "get", "@0", "-o", "r.json");

        await _cli.OkAsync("receipt", "convert", "r.json", "--format", "cose", "-o", "r.cose");
        await _cli.OkAsync("receipt", "convert", "r.cose", "--format", "tlog", "-o", "r.tlog");
        _cli.Unplug();
        await _cli.OkAsync("receipt", "convert", "r.json", "--format", "binary", "-o", "r.bin");
        await _cli.OkAsync("receipt", "convert", "r.bin", "--format", "json", "-o", "again.json");
        await _cli.OkAsync("verify", "--receipt", "r.tlog");

        Assert.Equal(Bytes("r.json"), Bytes("again.json"));
    }

    [Fact]
    public async Task A_certificate_is_written_from_a_node_and_from_a_file()
    {
        await AnchorAsync();
        await _cli.OkAsync("receipt", "get", "@0", "--format", "cose", "-o", "r.cose");

        await _cli.OkAsync("receipt", "certificate", "@0", "-o", "a.html", "--lang", "en");
        _cli.Unplug();
        await _cli.OkAsync("receipt", "certificate", "--receipt", "r.cose", "-o", "b.html");

        Assert.Contains(
            "Certificate of evidence", await File.ReadAllTextAsync(_cli.PathOf("a.html")), StringComparison.Ordinal);
        Assert.Contains(
            "\u7535\u5b50\u5b58\u8bc1\u8bc1\u4e66", await File.ReadAllTextAsync(_cli.PathOf("b.html")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_changed_has_the_exit_code_of_its_fault()
    {
        await AnchorAsync();
        await _cli.OkAsync("receipt", "get", "@0", "--format", "cose", "-o", "r.cose");
        var bytes = Bytes("r.cose");
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(_cli.PathOf("bad.cose"), bytes);

        Assert.Equal(ExitCodes.ReceiptCertificate, await _cli.RunAsync("verify", "--receipt", "bad.cose"));
        Assert.Equal(
            ExitCodes.ReceiptCertificate,
            await _cli.RunAsync("receipt", "certificate", "--receipt", "bad.cose", "-o", "x.html"));
        Assert.Equal(
            ExitCodes.ReceiptCertificate, await _cli.RunAsync("receipt", "convert", "bad.cose", "-o", "x.json"));
        Assert.False(File.Exists(_cli.PathOf("x.html")));
    }

    [Fact]
    public async Task Contradictory_or_missing_options_are_refused()
    {
        await AnchorAsync();

        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("receipt", "get", "@0", "--format", "cose"));
        Assert.Equal(
            ExitCodes.Usage, await _cli.RunAsync("receipt", "get", "@0", "--format", "cose", "--binary", "-o", "x"));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("receipt", "get", "@0", "--format", "pdf", "-o", "x"));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("receipt", "certificate", "-o", "x"));
        Assert.Equal(
            ExitCodes.Usage,
            await _cli.RunAsync("receipt", "get", new string('0', 64), "--result", "--format", "tlog", "-o", "x"));
    }

    [Theory]
    [InlineData("--carry")]
    [InlineData(null)]
    public async Task A_statement_is_signed_anchored_and_verified_offline(string? carry)
    {
        await File.WriteAllTextAsync(_cli.PathOf("plan.pdf"), "the plan");
        string[] arguments =
        [
            "statement", "plan.pdf", "--type", "authorisation.scene-review", "--subject", "scene/7", "--attr",
            "scene=claims", "-o", "plan.scitt",
        ];

        await _cli.OkAsync(carry is null ? arguments : [.. arguments, carry]);
        _cli.Unplug();
        await _cli.OkAsync("verify", "--receipt", "plan.scitt", "--file", "plan.pdf");

        Assert.Contains("the transparent statement (RFC 9943) is canonical", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("'org' signed it", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(carry is null, _cli.Out.Contains("by its hash", StringComparison.Ordinal));
        await File.WriteAllTextAsync(_cli.PathOf("plan.pdf"), "another");
        Assert.Equal(
            ExitCodes.FileMismatch, await _cli.RunAsync("verify", "--receipt", "plan.scitt", "--file", "plan.pdf"));
    }

    private byte[] Bytes(string name) => File.ReadAllBytes(_cli.PathOf(name));

    private async Task AnchorAsync()
    {
        await File.WriteAllTextAsync(_cli.PathOf("plan.pdf"), "the plan");
        await _cli.OkAsync(
            "anchor", "plan.pdf", "--type", "authorisation.scene-review", "--subject", "scene/7", "--attr",
            "scene=claims");
    }
}
