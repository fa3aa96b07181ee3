using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Blocks;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary>
/// <c>ledger receipt convert</c>: json and binary hold the same and need no node; between those and the other forms the
/// validators' signatures differ, and nodes are asked.
/// </summary>
internal static class ReceiptConvertCommand
{
    public static Command Create(CliHost host)
    {
        var source = new Argument<string>("file") { Description = "The receipt, in any form." };
        var format = ReceiptFormats.Option();
        var output = new Option<string>("--out", "-o")
        {
            Description = "File to write.", HelpName = "file", Required = true,
        };
        var convert = new Command("convert", "Verifies a receipt and writes it in another form.")
        {
            source, format, output,
        };
        convert.SetAction(async (parsed, cancellation) =>
        {
            var session = new Session(host, parsed);
            var path = parsed.GetRequiredValue(source);
            var bytes = InputFiles.Read(host.Resolve(path), ReceiptJson.MaxBytes, "receipt");
            if (!AnyReceipt.TryRead(bytes, out var receipt, out var error))
                throw new CliException(ExitCodes.ReceiptMalformed, $"{path} is not a receipt: {error}");
            var verdict = receipt.Verify(session.Genesis);
            if (!verdict.IsValid)
            {
                throw new CliException(
                    VerifyCommand.ExitCodeOf(verdict.Fault), $"{path} does not hold: {verdict.Detail}");
            }

            var form = ReceiptFormats.Of(parsed.GetValue(format), binary: false);
            var made = await ConvertAsync(session, receipt, verdict.Content, form, cancellation);
            var target = parsed.GetRequiredValue(output);
            OutputFile.Write(host.Resolve(target), made);
            new Result(host, parsed).Say(
                lines => lines.WriteLine($"receipt of {verdict.Content.Leaf.Id} in {target}"),
                json =>
                {
                    json.WriteString("id", verdict.Content.Leaf.Id.ToString());
                    json.WriteString("file", target);
                });
            return ExitCodes.Ok;
        });
        return convert;
    }

    private static async Task<byte[]> ConvertAsync(
        Session session, AnyReceipt receipt, ReceiptContent content, ReceiptForm form, CancellationToken cancellation)
    {
        var ours = form is ReceiptForm.Json or ReceiptForm.Binary;
        if (ours && receipt.Certified is { } same) return ReceiptFormats.Write(same, form);
        if (receipt.Attested is { } attested)
        {
            if (form == ReceiptForm.Cose && attested.Form == AttestationForm.Cose) return CoseReceipts.Encode(attested);
            if (form == ReceiptForm.TlogProof && attested.Form == AttestationForm.Note)
                return TlogProof.Write(attested);
        }

        using var client = session.Connect();
        var certified = receipt.Certified
            ?? (await client.GetReceiptAsync(content.Leaf.Id, new BlockHeight(1), cancellation)).Receipt;
        return await ReceiptFormats.WriteAsync(client, certified, form, cancellation);
    }
}
