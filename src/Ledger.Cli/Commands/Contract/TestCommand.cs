using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ledger.Cli.Contracts;
using Ledger.Cli.Output;
using Ledger.Contracts.Authoring;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract test</c>: runs a contract's own tests in the real engine, on ledgers in
/// memory.</summary>
internal static class TestCommand
{
    public static Command Create(CliHost host)
    {
        var folder = FolderArgument.Create();
        var filter = new Option<string?>("--only")
        {
            Description = "Run only the tests whose names hold this text.",
            HelpName = "text",
        };
        var command = new Command(
            "test",
            "Runs a contract's tests in the real engine, each on a ledger of its own, and reports gas and coverage.")
        {
            folder, filter,
        };
        command.SetAction(parsed =>
        {
            var tests = new ProjectTests(ContractProject.Open(host.Resolve(parsed.GetRequiredValue(folder))), host);
            var report = tests.Run(parsed.GetValue(filter));
            new Result(host, parsed).Say(lines => Write(lines, tests, report), json => Write(json, tests, report));
            if (report.Results.Count == 0) throw new CliException(ExitCodes.Input, "there is no such test");
            return report.Failed == 0 ? ExitCodes.Ok : ExitCodes.ContractFindings;
        });
        return command;
    }

    private static void Write(TextWriter lines, ProjectTests tests, TestReport report)
    {
        foreach (var result in report.Results)
        {
            lines.WriteLine($"{(result.Passed ? "  ok  " : "  FAIL")} {result.Name}");
            if (result.Passed) continue;
            lines.WriteLine($"         {result.Failure}");
            foreach (var place in tests.PlacesOf(result)) lines.WriteLine($"         at {place}");
        }

        lines.WriteLine();
        lines.WriteLine($"{report.Results.Count - report.Failed} passed, {report.Failed} failed");
        lines.WriteLine();
        lines.WriteLine(Row("gas", "calls", "least", "mean", "most", "refused"));
        foreach (var (name, calls) in report.Calls)
            lines.WriteLine(Row(name, calls.Returned, calls.LeastGas, calls.MeanGas, calls.MostGas, calls.Refused));
        lines.WriteLine();
        lines.WriteLine(Covered("functions and queries", report.Coverage.Functions));
        lines.WriteLine(Covered("refusals", report.Coverage.Codes));
    }

    private static string Row(params object[] cells) =>
        string.Format(CultureInfo.InvariantCulture, "{0,-36}{1,8}{2,14}{3,14}{4,14}{5,9}", cells);

    private static string Covered(string what, Reached reached)
    {
        var missed = reached.Missed.Count == 0 ? "" : $"; never: {string.Join(", ", reached.Missed)}";
        return $"coverage: {reached.Seen.Count} of {reached.Count} {what}{missed}";
    }

    private static void Write(Utf8JsonWriter json, ProjectTests tests, TestReport report)
    {
        json.WriteNumber("passed", report.Results.Count - report.Failed);
        json.WriteNumber("failed", report.Failed);
        json.WriteStartArray("tests");
        foreach (var result in report.Results)
        {
            json.WriteStartObject();
            json.WriteString("name", result.Name);
            json.WriteBoolean("passed", result.Passed);
            json.WriteNumber("gas", result.GasUsed);
            if (!result.Passed)
            {
                json.WriteString("failure", result.Failure);
                json.WriteStartArray("places");
                foreach (var place in tests.PlacesOf(result)) json.WriteStringValue(place);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("gas");
        foreach (var (name, calls) in report.Calls)
        {
            json.WriteStartObject(name);
            json.WriteNumber("calls", calls.Returned);
            json.WriteNumber("refused", calls.Refused);
            json.WriteNumber("least", calls.LeastGas);
            json.WriteNumber("mean", calls.MeanGas);
            json.WriteNumber("most", calls.MostGas);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("coverage");
        foreach (var (name, reached) in new[] { ("functions", report.Coverage.Functions), ("refusals",
            report.Coverage.Codes) })
        {
            json.WriteStartObject(name);
            json.WriteNumber("seen", reached.Seen.Count);
            json.WriteNumber("of", reached.Count);
            json.WriteStartArray("never");
            foreach (var missed in reached.Missed) json.WriteStringValue(missed);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
