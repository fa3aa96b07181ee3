using System.CommandLine;
using System.Text;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Blocks;

namespace Ledger.Cli.Commands.Audit;

/// <summary>
/// <c>ledger audit consistency</c>: proof that the log of one block is a prefix of that of a later one, verified before it
/// is written; <c>ledger verify --consistency</c> verifies it again, offline.
/// </summary>
internal static class ConsistencyCommand
{
    public static Command Create(CliHost host)
    {
        var from = new Option<ulong>("--from")
        {
            Description = "Height of the earlier block.", HelpName = "height", Required = true,
        };
        var to = new Option<ulong>("--to")
        {
            Description = "Height of the later block. Left out: the newest certified one.", HelpName = "height",
        };
        var output = new Option<string?>("--out", "-o")
        {
            Description = "File to write. Left out: the proof goes to the standard output.", HelpName = "file",
        };
        var command = new Command(
            "consistency", "Fetches and verifies proof that the log only grew between two blocks.")
        {
            from, to, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var session = new Session(host, parsed);
            using var client = session.Connect();
            var proof = await client.GetConsistencyProofAsync(
                new BlockHeight(parsed.GetRequiredValue(from)), new BlockHeight(parsed.GetValue(to)), cancellation);
            var file = proof.WriteJson();
            if (parsed.GetValue(output) is not { } target)
            {
                host.Out.Write(Encoding.UTF8.GetString(file));
                return ExitCodes.Ok;
            }

            OutputFile.Write(host.Resolve(target), file);
            var detail = proof.Verify(session.Genesis).Detail;
            new Result(host, parsed).Say(
                lines =>
                {
                    lines.WriteLine($"{detail}; proof in {target}");
                    lines.WriteLine($"Next: ledger verify --consistency {target} --genesis GENESIS");
                },
                json =>
                {
                    json.WriteString("proven", detail);
                    json.WriteString("file", target);
                });
            return ExitCodes.Ok;
        });
        return command;
    }
}
