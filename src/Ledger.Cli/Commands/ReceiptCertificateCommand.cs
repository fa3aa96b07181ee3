using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Portable;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger receipt certificate</c>: a document to print of what a receipt proves.</summary>
internal static class ReceiptCertificateCommand
{
    public static Command Create(CliHost host)
    {
        var id = ReceiptCommand.Id("Id of the evidence, or its place in the log as @N. Left out with --receipt.");
        id.Arity = ArgumentArity.ZeroOrOne;
        var file = new Option<string?>("--receipt")
        {
            Description = "Take the receipt from this file, in any form, instead of asking a node.",
            HelpName = "file",
        };
        var output = new Option<string>("--out", "-o")
        {
            Description = "HTML file to write; print it, or keep it beside the receipt.",
            HelpName = "file",
            Required = true,
        };
        var language = new Option<string>("--lang")
        {
            Description = "zh, en or both (the default).", DefaultValueFactory = _ => "both",
        };
        language.AcceptOnlyFromAmong("zh", "en", "both");
        var command = new Command(
            "certificate", "Writes a certificate of evidence, to be printed, in Chinese and English.")
        {
            id, file, output, language,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var session = new Session(host, parsed);
            var receipt = await ReadAsync(host, session, parsed.GetValue(id), parsed.GetValue(file), cancellation);
            var verdict = receipt.Verify(session.Genesis);
            if (!verdict.IsValid)
            {
                throw new CliException(
                    VerifyCommand.ExitCodeOf(verdict.Fault), $"the receipt does not hold: {verdict.Detail}");
            }

            var languages = parsed.GetRequiredValue(language) switch
            {
                "zh" => CertificateLanguages.Chinese,
                "en" => CertificateLanguages.English,
                _ => CertificateLanguages.Chinese | CertificateLanguages.English,
            };
            var target = parsed.GetRequiredValue(output);
            OutputFile.Write(
                host.Resolve(target), CertificateDocument.Write(receipt, verdict.Content, session.Genesis, languages));
            new Result(host, parsed).Say(
                lines =>
                {
                    lines.WriteLine($"certificate of {verdict.Content.Leaf.Id} in {target}");
                    lines.WriteLine("  It shows what was verified here; the receipt itself is the proof: hand both on.");
                },
                json =>
                {
                    json.WriteString("id", verdict.Content.Leaf.Id.ToString());
                    json.WriteString("file", target);
                });
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<AnyReceipt> ReadAsync(
        CliHost host, Session session, string? id, string? file, CancellationToken cancellation)
    {
        if (file is null == (id is null))
            throw new CliException(ExitCodes.Usage, "give the id of evidence, or --receipt FILE");
        byte[] bytes;
        if (file is not null)
        {
            bytes = InputFiles.Read(host.Resolve(file), ReceiptJson.MaxBytes, "receipt");
        }
        else
        {
            using var client = session.Connect();
            bytes = (await ReceiptCommand.FetchAsync(client, id!, cancellation)).Receipt.Encode();
        }

        return AnyReceipt.TryRead(bytes, out var receipt, out var error)
            ? receipt
            : throw new CliException(
                ExitCodes.ReceiptMalformed, $"{file ?? "the node's answer"} is not a receipt: {error}");
    }
}
