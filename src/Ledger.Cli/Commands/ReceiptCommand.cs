using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client;
using Ledger.Client.Verify;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Portable;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger receipt</c>: fetches receipts, and turns them from one form into another.</summary>
internal static class ReceiptCommand
{
    public static Command Create(CliHost host) => new(
        "receipt", "Receipts: files that prove to anyone, offline, what was recorded and when.")
    {
        CreateGet(host), ReceiptConvertCommand.Create(host), ReceiptCertificateCommand.Create(host),
    };

    /// <summary>Fetches the receipt of what an argument names: an id, or a place of the log as @N.</summary>
    public static Task<VerifiedReceipt> FetchAsync(LedgerClient client, string which, CancellationToken cancellation) =>
        which.StartsWith('@') && ulong.TryParse(which[1..], out var index)
            ? client.GetReceiptAsync(new LogIndex(index), cancellation)
            : client.GetReceiptAsync(ParseId(which), cancellation: cancellation);

    /// <summary>The argument that names evidence.</summary>
    public static Argument<string> Id(string description) => new("id") { Description = description };

    private static Command CreateGet(CliHost host)
    {
        var id = Id("Id of the evidence, or its place in the log as @N; with --result, a transaction's id.");
        var ofResult = new Option<bool>("--result")
        {
            Description = "The receipt of what a transaction or scheduled call came to, such as a contract's outcome.",
        };
        var newest = new Option<bool>("--newest")
        {
            Description = "Under the newest block instead of the record's own: the present validators vouch for it.",
        };
        var output = new Option<string?>("--out", "-o")
        {
            Description = "File to write. Left out: the receipt goes to the standard output.",
            HelpName = "file",
        };
        var binary = new Option<bool>("--binary") { Description = "The same as --format binary." };
        var format = ReceiptFormats.Option();
        var get = new Command("get", "Fetches the receipt of a piece of evidence and verifies it.")
        {
            id,
            output,
            format,
            binary,
            ofResult,
            newest,
        };
        get.SetAction(async (parsed, cancellation) =>
        {
            var which = parsed.GetRequiredValue(id);
            var form = ReceiptFormats.Of(parsed.GetValue(format), parsed.GetValue(binary));
            if (parsed.GetValue(ofResult))
            {
                if (parsed.GetValue(newest))
                    throw new CliException(ExitCodes.Usage, "a result is proven by its own block only; leave --newest out");
                if (form is not (ReceiptForm.Json or ReceiptForm.Binary))
                    throw new CliException(ExitCodes.Usage, "receipts of results are written as json or binary");
                return await ResultReceiptCommand.RunAsync(
                    host, parsed, which, parsed.GetValue(output), form == ReceiptForm.Binary, cancellation);
            }

            using var client = new Session(host, parsed).Connect();
            var receipt = await FetchAsync(client, which, cancellation);
            if (parsed.GetValue(newest))
                receipt = await client.GetNewestReceiptAsync(receipt.Content.Leaf.Id, cancellation);
            var bytes = await ReceiptFormats.WriteAsync(client, receipt.Receipt, form, cancellation);
            if (parsed.GetValue(output) is not { } target)
            {
                if (!ReceiptFormats.IsText(form))
                {
                    throw new CliException(
                        ExitCodes.Usage, $"a {parsed.GetValue(format) ?? "binary"} receipt needs a file: give -o FILE");
                }

                host.Out.Write(System.Text.Encoding.UTF8.GetString(bytes));
                return ExitCodes.Ok;
            }

            OutputFile.Write(host.Resolve(target), bytes);
            new Result(host, parsed).Say(
                lines =>
                {
                    lines.WriteLine($"receipt of {receipt.Content.Leaf.Id} in {target}");
                    lines.WriteLine($"  leaf {receipt.Content.Index}, certified at {receipt.Content.Leaf.Time} in "
                        + $"block {receipt.Content.Header.Height}");
                    lines.WriteLine($"Next: ledger verify --receipt {target} --genesis GENESIS [--file FILE]");
                },
                json =>
                {
                    json.WriteString("id", receipt.Content.Leaf.Id.ToString());
                    json.WriteNumber("log_index", receipt.Content.Index.Value);
                    json.WriteNumber("height", receipt.Content.Header.Height.Value);
                    json.WriteString("time", receipt.Content.Leaf.Time.ToString());
                    json.WriteString("file", target);
                });
            return ExitCodes.Ok;
        });
        return get;
    }

    private static EvidenceId ParseId(string text) => EvidenceId.TryParse(text, out var id)
        ? id
        : throw new CliException(
            ExitCodes.Usage, $"'{text}' is not the id of evidence; it is 64 hexadecimal digits, then .N, or @N for "
                + "the Nth leaf");
}
