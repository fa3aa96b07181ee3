using System.Text.Json.Nodes;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Grpc;

namespace Ledger.Cli.Tests;

/// <summary>What an insurer and a vehicle's maker do with the command.</summary>
public sealed class DisclosureCommandTests
{
    private readonly CliFixture _cli = new();

    [Fact]
    public async Task Thirty_rows_of_a_trip_are_one_file_and_one_command()
    {
        await DiscloseAsync();
        _cli.Node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.Unavailable);

        Assert.Equal(ExitCodes.Ok, await VerifyAsync("--rows", "100-129", "--extract", "rows.csv"));

        Assert.Contains("records 100 to 129 of 200", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("exactly those that were asked for", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("  anchored by '", _cli.Out, StringComparison.Ordinal);
        var trip = await File.ReadAllLinesAsync(_cli.PathOf("trip.csv"));
        var rows = await File.ReadAllLinesAsync(_cli.PathOf("rows.csv"));
        Assert.Equal([trip[0], .. trip.Skip(101).Take(30)], rows);
    }

    public static TheoryData<string, string> Forgeries => new()
    {
        { "change", "record 107 was changed" },
        { "salt", "record 107 was changed" },
        { "remove", "record 107 is missing" },
        { "exchange", "records 107 and 111 are exchanged" },
        { "move", "record 107 was moved to 111" },
        { "add", "what is shown at 107 was added" },
        { "repeat", "record 111 is shown a second time, at 107" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Every_forgery_of_a_row_is_named(string forgery, string expected)
    {
        await DiscloseAsync();
        await RewriteAsync(records =>
        {
            var (row, other) = (records[7]!.DeepClone(), records[11]!.DeepClone());
            var forged = row.DeepClone();
            if (forgery == "salt") forged["salt"] = new string('0', 32);
            else forged["data"] = Convert.ToBase64String("0, forged"u8.ToArray());
            if (forgery is "change" or "salt") records[7] = forged;
            if (forgery is "remove" or "move") records.RemoveAt(7);
            if (forgery == "exchange") (records[7], records[11]) = (other, row);
            if (forgery == "move") records.Insert(11, row);
            if (forgery == "add") records.Insert(7, forged);
            if (forgery == "repeat") records.Insert(7, other);
        });

        Assert.Equal(ExitCodes.DisclosureInvalid, await VerifyAsync("--extract", "rows.csv"));

        Assert.Contains(expected, _cli.Out, StringComparison.Ordinal);
        Assert.Equal(2, _cli.Out.Split("WRONG").Length - 1);
        Assert.False(File.Exists(_cli.PathOf("rows.csv")));
    }

    [Theory]
    [InlineData("90-129", "records 90 to 99 were asked for and are not shown")]
    [InlineData("129-131", "records 130 to 131 were asked for and are not shown")]
    [InlineData("7-7", "record 7 were asked for and are not shown")]
    public async Task Rows_that_were_asked_for_and_are_not_shown_are_named(string rows, string expected)
    {
        await DiscloseAsync();

        Assert.Equal(ExitCodes.DisclosureInvalid, await VerifyAsync("--rows", rows));

        Assert.Contains(expected, _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_among_those_shown_are_enough()
    {
        await DiscloseAsync();

        Assert.Equal(ExitCodes.Ok, await VerifyAsync("--rows", "110-112"));
        Assert.Equal(ExitCodes.Usage, await VerifyAsync("--rows", "112-110"));
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("verify", "--receipt", "x", "--rows", "1-2"));
    }

    [Fact]
    public async Task A_disclosure_alone_needs_its_receipt_and_another_receipt_is_not_taken()
    {
        await DiscloseAsync();
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "disclose", "trip.csv", "--first", "1", "--count", "2", "-o", "alone.json"));
        await File.WriteAllTextAsync(_cli.PathOf("plan.pdf"), "the plan");
        await _cli.RunAsync(
            "anchor", "plan.pdf", "--type", "authorisation.scene-review", "--subject", "scene/7", "--attr", "scene=claims",
            "-o", "plan.receipt.json");

        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("verify", "--disclosure", "alone.json"));
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "verify", "--disclosure", "alone.json", "--receipt", "trip.csv.receipt.json"));
        Assert.Equal(ExitCodes.DisclosureInvalid, await _cli.RunAsync(
            "verify", "--disclosure", "alone.json", "--receipt", "plan.receipt.json"));
        Assert.Contains("anchored no fingerprint", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Input, await _cli.RunAsync(
            "disclose", "trip.csv", "--first", "1", "--count", "2", "--receipt", "plan.receipt.json", "-o", "x.json"));
        Assert.Contains("receipt of something else", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_trips_of_a_day_are_anchored_at_once_and_found_by_the_moment_of_an_accident()
    {
        Trip("morning.csv");
        Trip("noon.csv");
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "fingerprint", "morning.csv", "noon.csv", "--rule", "csv", "--anchor", "--receipt", "--subject", "vehicle/1",
            "--attr", "period_start=2026-05-04T08:00:00Z", "--attr", "period_end=2026-05-04T12:00:00Z", "--json"));
        Assert.Equal(2, _cli.Json.GetProperty("fingerprints").GetArrayLength());
        Assert.Single(_cli.Chain.Blocks);
        Trip("evening.csv");
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "fingerprint", "evening.csv", "--rule", "csv", "--anchor", "--subject", "vehicle/1",
            "--attr", "period_start=2026-05-04T18:00:00Z", "--attr", "period_end=2026-05-04T19:00:00Z", "--json"));
        var evening = _cli.Json.GetProperty("id").GetString();

        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "query", "--subject", "vehicle/1", "--covers", "2026-05-04T18:30:00Z", "--json"));

        var found = Assert.Single(_cli.Json.GetProperty("evidence").EnumerateArray());
        Assert.Equal(evening, found.GetProperty("id").GetString());
        await _cli.RunAsync("query", "--subject", "vehicle/1", "--covers", "2026-05-04T08:00:00Z", "--json");
        Assert.Equal(2, _cli.Json.GetProperty("evidence").GetArrayLength());
        await _cli.RunAsync("query", "--subject", "vehicle/1", "--covers", "2026-05-05T08:00:00Z", "--json");
        Assert.Equal(0, _cli.Json.GetProperty("evidence").GetArrayLength());
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("query", "--actor", "x", "--covers", "2026-05-05T08:00:00Z"));
        foreach (var trip in new[] { "morning.csv", "noon.csv" })
        {
            Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
                "disclose", trip, "--first", "0", "--count", "1", "--receipt", "-o", "shown.json"));
            Assert.Equal(ExitCodes.Ok, await VerifyAsync());
        }
    }

    [Fact]
    public async Task A_fingerprint_whose_anchoring_failed_is_made_again_with_the_same_secret_for_the_same_data_only()
    {
        Trip("trip.csv");
        _cli.Node.Before = (_, _) => throw FakeNode.Fault(GrpcStatusCode.PermissionDenied, "NOT_AUTHORISED");
        string[] command = ["fingerprint", "trip.csv", "--rule", "csv", "--anchor", "--subject", "vehicle/1"];
        Assert.Equal(ExitCodes.Refused, await _cli.RunAsync(command));
        _cli.Node.Before = (_, _) => { };
        var before = await File.ReadAllTextAsync(_cli.PathOf("trip.csv.fingerprint.json"));

        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync(command));
        Assert.Contains("--again", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync([.. command, "--again"]));
        Assert.Equal(before, await File.ReadAllTextAsync(_cli.PathOf("trip.csv.fingerprint.json")));
        await File.AppendAllTextAsync(_cli.PathOf("trip.csv"), "one,more,row\n");
        Assert.Equal(ExitCodes.Input, await _cli.RunAsync([.. command, "--again"]));
        Assert.Contains("one data set only", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--receipt")]
    [InlineData("trip2.csv", "--out", "x")]
    [InlineData("--delimiter", ",,")]
    [InlineData("--chunk-size", "0", "--rule", "chunks")]
    public async Task What_does_not_fit_together_is_refused_before_anything_is_written(params string[] more)
    {
        Trip("trip.csv");
        string[] rule = more.Contains("--rule") ? [] : ["--rule", "csv"];

        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync(["fingerprint", "trip.csv", .. rule, .. more]));

        Assert.False(File.Exists(_cli.PathOf("trip.csv.fingerprint.secret")));
    }

    private void Trip(string name) => File.Copy(CliFixture.Sample("obd-trip.sample.csv"), _cli.PathOf(name));

    private async Task DiscloseAsync()
    {
        Trip("trip.csv");
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "fingerprint", "trip.csv", "--rule", "csv", "--anchor", "--receipt", "--subject", "vehicle/1"));
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(
            "disclose", "trip.csv", "--first", "100", "--count", "30", "--receipt", "-o", "shown.json"));
    }

    private async Task RewriteAsync(Action<JsonArray> rewrite)
    {
        var path = _cli.PathOf("shown.json");
        var bundle = JsonNode.Parse(await File.ReadAllBytesAsync(path))!;
        rewrite(bundle["disclosure"]!["records"]!.AsArray());
        await File.WriteAllTextAsync(path, bundle.ToJsonString());
    }

    private Task<int> VerifyAsync(params string[] more) =>
        _cli.RunAsync(["verify", "--disclosure", "shown.json", "--genesis", "genesis.json", .. more]);
}
