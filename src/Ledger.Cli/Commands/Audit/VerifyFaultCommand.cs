using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Consensus.Faults;
using Ledger.Core.Accountability;

namespace Ledger.Cli.Commands.Audit;

/// <summary><c>ledger audit verify-fault</c>: verifies a proof of a fault offline; asks no node.</summary>
internal static class VerifyFaultCommand
{
    public static Command Create(CliHost host)
    {
        var file = new Argument<string>("file") { Description = "The proof, in either form." };
        var command = new Command(
            "verify-fault", "Verifies a proof that a validator contradicted itself. Works without any node.") { file };
        command.SetAction(parsed =>
        {
            var genesis = new Session(host, parsed).Genesis;
            var bytes = InputFiles.Read(
                host.Resolve(parsed.GetRequiredValue(file)), FaultProofJson.MaxBytes, "proof of a fault");
            var verdict = FaultProofJson.TryRead(bytes, out var proof, out var error)
                ? FaultVerifier.Verify(proof, genesis)
                : FaultContext.Refuse(FaultRefusal.Malformed, error);
            new Result(host, parsed).Say(
                lines => lines.WriteLine(verdict.IsProven
                    ? $"PROVEN: {verdict.Detail}"
                    : $"NOT PROVEN ({verdict.Refusal}): {verdict.Detail}"),
                json =>
                {
                    json.WriteBoolean("proven", verdict.IsProven);
                    json.WriteString("refusal", verdict.Refusal.ToString());
                    json.WriteString("detail", verdict.Detail);
                    if (verdict.Content is not { } content) return;
                    json.WriteString("kind", FaultProofJson.NameOf(content.Kind));
                    json.WriteString("member", content.Culprit.Member);
                    json.WriteNumber("validator_index", content.Index.Value);
                    json.WriteString("key", content.Culprit.Key.ToString());
                    json.WriteNumber("epoch", content.Epoch.Value);
                    json.WriteNumber("height", content.Height.Value);
                    json.WriteNumber("view", content.View);
                });
            return verdict.IsProven ? ExitCodes.Ok : ExitCodes.FaultUnproven;
        });
        return command;
    }
}
