using Ledger.Client.Tests.Fakes;
using Ledger.Core.Grpc;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;

namespace Ledger.Cli.Tests;

public sealed class AnchorAndVerifyTests
{
    private readonly CliFixture _cli = new();

    [Fact]
    public async Task A_file_is_anchored_and_verified_offline()
    {
        Assert.Equal(ExitCodes.Ok, await AnchorAsync());
        _cli.Node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.Unavailable);

        Assert.Equal(ExitCodes.Ok, await VerifyAsync("--file", "plan.pdf"));

        Assert.Contains("VALID", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("scene/7", _cli.Out, StringComparison.Ordinal);
        Assert.Contains(
            "budget = 12.5", _cli.Out.Replace("x-", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_file_is_told_from_the_one_that_was_anchored()
    {
        await AnchorAsync();
        await File.WriteAllTextAsync(_cli.PathOf("plan.pdf"), "the plan, changed");

        Assert.Equal(ExitCodes.FileMismatch, await VerifyAsync("--file", "plan.pdf"));

        Assert.Contains("WRONG", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("INVALID", _cli.Out, StringComparison.Ordinal);
    }

    public static TheoryData<string, int> Forgeries => new()
    {
        { "cut", ExitCodes.ReceiptMalformed },
        { "decoded", ExitCodes.ReceiptMalformed },
        { "leaf", ExitCodes.ReceiptNotIncluded },
        { "index", ExitCodes.ReceiptNotIncluded },
        { "certificate", ExitCodes.ReceiptCertificate },
        { "epoch", ExitCodes.ReceiptEpochs },
        { "channel", ExitCodes.ReceiptWrongChannel },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Every_class_of_forgery_has_its_exit_code(string forgery, int expected)
    {
        await AnchorAsync();
        await AnchorAsync("second.json");
        var path = _cli.PathOf("receipt.json");
        Assert.True(ReceiptFile.TryRead(await File.ReadAllBytesAsync(path), out var receipt, out _));
        Assert.True(
            ReceiptFile.TryRead(await File.ReadAllBytesAsync(_cli.PathOf("second.json")), out var other, out _));
        var bytes = forgery switch
        {
            "cut" => (await File.ReadAllBytesAsync(path))[..^20],
            "decoded" => System.Text.Encoding.UTF8.GetBytes(
                (await File.ReadAllTextAsync(path)).Replace("scene/7", "scene/8", StringComparison.Ordinal)),
            "leaf" => ReceiptJson.Write(receipt with { LeafBytes = other.LeafBytes }),
            "index" => ReceiptJson.Write(other with { Index = new(0) }),
            "certificate" => ReceiptJson.Write(receipt with { CertificateBytes = other.CertificateBytes }),
            "epoch" => ReceiptJson.Write(receipt with
            {
                EpochChanges = [new EpochChange(
                    receipt.HeaderBytes, receipt.CertificateBytes, _cli.Channel.Genesis.Validators.Encoded)],
            }),
            _ => ReceiptJson.Write(receipt),
        };
        await File.WriteAllBytesAsync(path, bytes);
        if (forgery == "channel")
            await File.WriteAllBytesAsync(
                _cli.PathOf("genesis.json"), GenesisJson.Write(new TestChannel("another").Genesis));

        Assert.Equal(expected, await VerifyAsync());

        Assert.Contains("INVALID", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thirty_seconds_of_a_drive_are_disclosed_and_verified()
    {
        File.Copy(CliFixture.Sample("obd-trip.sample.csv"), _cli.PathOf("trip.csv"));
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "fingerprint", "trip.csv", "--rule", "csv", "--anchor", "--subject", "vehicle/1", "--json"));
        var id = _cli.Json.GetProperty("id").GetString()!;
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("receipt", "get", id, "-o", "receipt.json"));

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "disclose", "trip.csv", "--first", "100", "--count", "30", "-o", "shown.json"));

        Assert.Equal(ExitCodes.Ok, await VerifyAsync("--disclosure", "shown.json"));
        Assert.Contains("records 100 to 129 of 200", _cli.Out, StringComparison.Ordinal);
        var shown = await File.ReadAllTextAsync(_cli.PathOf("shown.json"));
        await File.WriteAllTextAsync(
            _cli.PathOf("shown.json"), shown.Replace("\"first\": 100", "\"first\": 101", StringComparison.Ordinal));
        Assert.Equal(ExitCodes.DisclosureInvalid, await VerifyAsync("--disclosure", "shown.json"));
    }

    [Fact]
    public async Task A_fingerprints_secret_is_never_overwritten()
    {
        File.Copy(CliFixture.Sample("obd-trip.sample.csv"), _cli.PathOf("trip.csv"));
        await _cli.RunAsync("fingerprint", "trip.csv", "--rule", "lines");

        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("fingerprint", "trip.csv", "--rule", "lines"));
    }

    [Fact]
    public async Task A_record_that_breaks_its_types_rules_is_refused_before_anything_is_sent()
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync(
            "anchor", "--type", "trade.payment", "--subject", "o", "--action", "pay"));

        Assert.Contains("amount", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(0, _cli.Node.Calls);
    }

    [Fact]
    public async Task A_misspelt_type_is_answered_with_near_ones()
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("anchor", "--type", "payment", "--subject", "o"));

        Assert.Contains("trade.payment", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GrpcStatusCode.Unavailable, null, ExitCodes.Undecided)]
    [InlineData(GrpcStatusCode.PermissionDenied, "NOT_AUTHORISED", ExitCodes.Refused)]
    public async Task Failures_of_nodes_have_their_exit_codes(GrpcStatusCode code, string? reason, int expected)
    {
        _cli.Node.Before = (_, _) => throw FakeNode.Fault(code, reason);

        Assert.Equal(expected, await AnchorAsync());
    }

    [Fact]
    public async Task A_transaction_that_fails_on_the_chain_is_a_refusal()
    {
        _cli.Chain.Judge = _ => Refusal.NotAuthorised;

        Assert.Equal(ExitCodes.Refused, await AnchorAsync());

        Assert.Contains("NOT_AUTHORISED", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_of_nothing_is_refused_and_a_lying_node_found_out()
    {
        Assert.Equal(ExitCodes.Refused, await _cli.RunAsync("receipt", "get", new string('0', 64)));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("receipt", "get", "0x12"));
        await AnchorAsync();
        _cli.Node.TamperReceipt = receipt => receipt with { Index = new(1) };

        Assert.Equal(ExitCodes.Integrity, await _cli.RunAsync("receipt", "get", "@0"));
    }

    [Fact]
    public async Task Evidence_is_found_by_file_and_its_subject_traced()
    {
        await AnchorAsync();

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("query", "--file", "plan.pdf", "--json"));
        Assert.Equal(
            "scene/7", _cli.Json.GetProperty("evidence")[0].GetProperty("record").GetProperty("subject").GetString());
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("trace", "scene/7"));
        Assert.Contains("1 entries; the chain of their hashes is whole", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("query"));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("query", "--subject", "a", "--actor", "b"));
    }

    private async Task<int> AnchorAsync(string receipt = "receipt.json")
    {
        await File.WriteAllTextAsync(_cli.PathOf("plan.pdf"), "the plan");
        return await _cli.RunAsync(
            "anchor", "plan.pdf", "--type", "authorisation.scene-review", "--subject", "scene/7",
            "--attr", "scene=claims",
            "--attr", "x-budget=12.5", "-o", receipt, "--occurred-at", $"2026-01-01T0{_cli.Chain.Blocks.Count}:00:00Z");
    }

    private Task<int> VerifyAsync(params string[] more) =>
        _cli.RunAsync(["verify", "--receipt", "receipt.json", "--genesis", "genesis.json", .. more]);
}
