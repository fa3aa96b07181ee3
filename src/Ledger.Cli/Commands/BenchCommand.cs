using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger bench</c>: what a running channel takes, as a client sees it.</summary>
internal static class BenchCommand
{
    public static Command Create(CliHost host)
    {
        var seconds = new Option<int>("--seconds")
        {
            Description = "How long.",
            DefaultValueFactory = _ => 10,
            HelpName = "n",
        };
        var rate = new Option<int>("--rate")
        {
            Description = "Transactions a second, sent at even distances whatever the answers. Left out: as many as are "
                + "answered.",
            HelpName = "n",
        };
        var inFlight = new Option<int>("--in-flight")
        {
            Description = "Transactions under way at once; with --rate, the most there may be.",
            HelpName = "n",
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Records in each transaction.",
            DefaultValueFactory = _ => 1,
            HelpName = "n",
        };
        var command = new Command(
            "bench", "Anchors made-up records for some seconds, and says how many are certified and how fast. They stay on "
                + "the chain: not for a channel in use.")
        {
            seconds, rate, inFlight, batch,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new Session(host, parsed).Connect();
            var member = AnchorFlowOutput.MemberOf(client);
            var paced = InRange(parsed.GetValue(rate), 0, 100_000, "--rate");
            var most = parsed.GetValue(inFlight);
            var run = new BenchRun(host, client, member)
            {
                Duration = TimeSpan.FromSeconds(InRange(parsed.GetValue(seconds), 1, 3600, "--seconds")),
                Rate = paced,
                InFlight = InRange(most == 0 ? paced > 0 ? 4096 : 64 : most, 1, 4096, "--in-flight"),
                Batch = InRange(parsed.GetValue(batch), 1, 1000, "--batch"),
            };
            var report = await run.RunAsync(cancellation);
            Say(new Result(host, parsed), report);
            return report.Failures.Count == 0 ? ExitCodes.Ok : ExitCodes.Failure;
        });
        return command;
    }

    private static void Say(Result result, BenchReport report) => result.Say(
        lines =>
        {
            lines.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Records:N0} records in {report.Transactions:N0} transactions certified in {report.Seconds:0.0} s"));
            lines.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  throughput  {report.Records / report.Seconds:N0} records/s"));
            lines.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  latency     p50 {report.Quantile(0.5):0.0} ms, p90 {report.Quantile(0.9):0.0} ms, p99 "
                + $"{report.Quantile(0.99):0.0} ms, longest {report.Quantile(1):0.0} ms"));
            foreach (var (reason, count) in report.Failures) lines.WriteLine($"  failed      {count}: {reason}");
        },
        json =>
        {
            json.WriteNumber("records", report.Records);
            json.WriteNumber("transactions", report.Transactions);
            json.WriteNumber("seconds", Math.Round(report.Seconds, 3));
            json.WriteNumber("records_per_second", Math.Round(report.Records / report.Seconds, 1));
            json.WriteNumber("p50_ms", Math.Round(report.Quantile(0.5), 2));
            json.WriteNumber("p90_ms", Math.Round(report.Quantile(0.9), 2));
            json.WriteNumber("p99_ms", Math.Round(report.Quantile(0.99), 2));
            json.WriteNumber("max_ms", Math.Round(report.Quantile(1), 2));
            json.WriteStartObject("failures");
            foreach (var (reason, count) in report.Failures) json.WriteNumber(reason, count);
            json.WriteEndObject();
        });

    private static int InRange(int value, int least, int most, string option) => value >= least && value <= most
        ? value
        : throw new CliException(ExitCodes.Usage, $"{option} must be {least} to {most}, not {value}");
}
