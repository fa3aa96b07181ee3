using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger anchor</c>: records the digests of files as one piece of evidence.</summary>
internal static class AnchorCommand
{
    public static Command Create(CliHost host)
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Files to anchor. Only their digests are sent; the files stay here.",
            Arity = new ArgumentArity(0, EvidenceLimits.Digests),
        };
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
            var digests = (parsed.GetValue(files) ?? []).Select(f => DigestOf(host.Resolve(f), genesis)).ToArray();
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

    private static EvidenceDigest DigestOf(string path, Genesis genesis)
    {
        try
        {
            var digest = FileDigest.Compute(path, genesis.Suite.Hash);
            return new EvidenceDigest(genesis.Suite.Hash.Name, digest.ToArray(), MediaTypes.OfFile(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Input, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
