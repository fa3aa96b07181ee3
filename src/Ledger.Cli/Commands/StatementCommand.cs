using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Portable;

namespace Ledger.Cli.Commands;

/// <summary>
/// <c>ledger statement</c>: signs a statement of SCITT over a file, anchors it, and writes it with its receipts.
/// </summary>
internal static class StatementCommand
{
    private const string AnyContent = "application/octet-stream";

    public static Command Create(CliHost host)
    {
        var file = new Argument<string>("file") { Description = "The file that is stated." };
        var output = new Option<string>("--out", "-o")
        {
            Description = "File to write the transparent statement to.", HelpName = "file", Required = true,
        };
        var carry = new Option<bool>("--carry")
        {
            Description = "Carry the file's content in the statement. Left out: only its hash; the file stays here.",
        };
        var record = new RecordOptions();
        var command = new Command(
            "statement", "Signs a statement over a file (SCITT, RFC 9943), anchors it, and writes it with the receipts of a "
                + "quorum of validators.")
        {
            file, output, carry,
        };
        record.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new Session(host, parsed).Connect();
            var member = AnchorFlowOutput.MemberOf(client);
            var path = host.Resolve(parsed.GetRequiredValue(file));
            var statement = Sign(
                client.Options.Identity!, member, record.Subject(parsed)!, path, parsed.GetValue(carry),
                out var digest);
            var evidence = record.Build(parsed, member, client.Options.Identity!, [statement.Digest, digest]);
            var outcome = await client.AnchorAsync(evidence, cancellation);
            AnchorFlowOutput.ThrowUnlessRecorded(outcome);
            var receipt = await client.GetReceiptAsync(outcome.IdOf(0), outcome.Height, cancellation);
            var transparent = statement.With(
                await client.AttestAsync(receipt.Receipt, AttestationForm.Cose, cancellation));
            var target = parsed.GetRequiredValue(output);
            OutputFile.Write(host.Resolve(target), transparent.Encode());
            AnchorFlowOutput.Say(new Result(host, parsed), outcome, evidence, target);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static ScittStatement Sign(
        ISigner identity, Member member, string subject, string path, bool carry, out EvidenceDigest digest)
    {
        var type = MediaTypes.OfFile(path);
        try
        {
            var hash = FileDigest.Compute(path, Sha256.Instance);
            digest = new EvidenceDigest(Sha256.Instance.Name, hash.ToArray(), type);
            var contentType = type.Length > 0 ? type : AnyContent;
            return carry
                ? ScittStatement.Sign(
                    identity, member.Id, subject, contentType,
                    InputFiles.Read(path, ScittStatement.MaxPayload, "file to carry"))
                : ScittStatement.SignHash(identity, member.Id, subject, contentType, hash);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCodes.Usage, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Input, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
