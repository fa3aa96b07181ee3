using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger anchor</c>: records the digests of files as one piece of evidence.</summary>
internal static class AnchorCommand
{
    public static Command Create(CliHost host)
    {
        var files = RecordOptions.FilesArgument();
        var record = new RecordOptions();
        var receipt = new Option<string?>("--receipt", "-o")
        {
            Description = "Also fetch the receipt and write it to this file.",
            HelpName = "file",
        };
        var command = new Command(
            "anchor", "Anchors evidence about files, and waits until a quorum of validators has certified it.")
        {
            files, receipt,
        };
        record.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new Session(host, parsed).Connect();
            var genesis = client.Options.Genesis;
            var member = AnchorFlowOutput.MemberOf(client);
            var digests = RecordOptions.DigestsOf(host, parsed.GetValue(files), genesis);
            var evidence = record.Build(parsed, member, client.Options.Identity!, digests);
            var outcome = await client.AnchorAsync(evidence, cancellation);
            AnchorFlowOutput.ThrowUnlessRecorded(outcome);
            var target = parsed.GetValue(receipt);
            if (target is not null)
            {
                var proof = await client.GetReceiptAsync(outcome.IdOf(0), outcome.Height, cancellation);
                OutputFile.Write(host.Resolve(target), ReceiptJson.Write(proof.Receipt));
            }

            AnchorFlowOutput.Say(new Result(host, parsed), outcome, evidence, target);
            return ExitCodes.Ok;
        });
        return command;
    }
}
