using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Accountability;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands.Audit;

/// <summary><c>ledger audit forensics</c>: names who signed both of two certified blocks that conflict.</summary>
internal static class ForensicsCommand
{
    public static Command Create(CliHost host)
    {
        var first = new Argument<string>("a") { Description = "A receipt, or a certified header." };
        var second = new Argument<string>("b") { Description = "Another one." };
        var output = new Option<string?>("--out")
        {
            Description = "Folder to write the proof against each culprit to.",
            HelpName = "dir",
        };
        var command = new Command(
            "forensics",
            "Compares two certified blocks; when both cannot be on one chain, names the validators that signed both.")
        {
            first, second, output,
        };
        command.SetAction(parsed =>
        {
            var genesis = new Session(host, parsed).Genesis;
            var report = Forensics.Compare(
                Read(host, parsed.GetRequiredValue(first)), Read(host, parsed.GetRequiredValue(second)), genesis);
            if (parsed.GetValue(output) is { } folder)
            {
                foreach (var culprit in report.Culprits)
                {
                    var name = $"culprit-{culprit.Index.Value.ToString(CultureInfo.InvariantCulture)}.json";
                    OutputFile.Write(Path.Combine(host.Resolve(folder), name), FaultProofJson.Write(culprit.Proof));
                }
            }

            Say(new Result(host, parsed), report);
            return report.Outcome == ForensicOutcome.NotCertified ? ExitCodes.ReceiptCertificate : ExitCodes.Ok;
        });
        return command;
    }

    private static void Say(Result result, ForensicReport report) => result.Say(
        lines =>
        {
            lines.WriteLine(report.Outcome switch
            {
                ForensicOutcome.Conflict => "CONFLICT: " + report.Detail,
                ForensicOutcome.SameBlock => "NO CONFLICT: " + report.Detail,
                ForensicOutcome.NoConflict => "NO CONFLICT: " + report.Detail,
                _ => "NOT CERTIFIED: " + report.Detail,
            });
            foreach (var culprit in report.Culprits)
            {
                lines.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  validator {culprit.Index.Value}, run by '{culprit.Member}', signed both"));
            }
        },
        json =>
        {
            json.WriteString("outcome", report.Outcome.ToString());
            json.WriteString("conflict", report.Conflict.ToString());
            json.WriteNumber("one_honest", report.OneHonest);
            json.WriteString("detail", report.Detail);
            json.WriteStartArray("culprits");
            foreach (var culprit in report.Culprits)
            {
                json.WriteStartObject();
                json.WriteNumber("validator_index", culprit.Index.Value);
                json.WriteString("member", culprit.Member);
                json.WritePropertyName("proof");
                FaultProofJson.WriteTo(json, culprit.Proof);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static HeaderProof Read(CliHost host, string path)
    {
        var bytes = InputFiles.Read(host.Resolve(path), ReceiptJson.MaxBytes, "receipt or certified header");
        return HeaderProof.TryRead(bytes, out var proof, out var error)
            ? proof
            : throw new CliException(ExitCodes.Input, $"{path} is neither a receipt nor a certified header: {error}");
    }
}
