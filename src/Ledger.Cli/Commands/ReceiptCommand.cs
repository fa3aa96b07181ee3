using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger receipt get</c>: fetches receipts.</summary>
internal static class ReceiptCommand
{
    public static Command Create(CliHost host)
    {
        var id = new Argument<string>("id")
        {
            Description = "Id of the evidence, or its place in the log as @N; with --result, a transaction's id.",
        };
        var ofResult = new Option<bool>("--result")
        {
            Description = "The receipt of what a transaction or scheduled call came to, such as a contract's outcome.",
        };
        var output = new Option<string?>("--out", "-o")
        {
            Description = "File to write. Left out: the receipt goes to the standard output.",
            HelpName = "file",
        };
        var binary = new Option<bool>("--binary") { Description = "Write the compact binary form instead of JSON." };
        var get = new Command("get", "Fetches the receipt of a piece of evidence and verifies it.")
        {
            id,
            output,
            binary,
            ofResult,
        };
        get.SetAction(async (parsed, cancellation) =>
        {
            var which = parsed.GetRequiredValue(id);
            if (parsed.GetValue(ofResult))
            {
                return await ResultReceiptCommand.RunAsync(
                    host, parsed, which, parsed.GetValue(output), parsed.GetValue(binary), cancellation);
            }

            using var client = new Session(host, parsed).Connect();
            var receipt = which.StartsWith('@') && ulong.TryParse(which[1..], out var index)
                ? await client.GetReceiptAsync(new LogIndex(index), cancellation)
                : await client.GetReceiptAsync(ParseId(which), cancellation: cancellation);
            var bytes = parsed.GetValue(binary) ? receipt.Receipt.Encode() : ReceiptJson.Write(receipt.Receipt);
            if (parsed.GetValue(output) is not { } target)
            {
                if (parsed.GetValue(binary))
                    throw new CliException(ExitCodes.Usage, "a binary receipt needs a file: give -o FILE");
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
        return new Command("receipt", "Receipts: files that prove to anyone, offline, what was recorded and when.")
        {
            get,
        };
    }

    private static EvidenceId ParseId(string text) => EvidenceId.TryParse(text, out var id)
        ? id
        : throw new CliException(
            ExitCodes.Usage, $"'{text}' is not the id of evidence; it is 64 hexadecimal digits, then .N, or @N for "
                + "the Nth leaf");
}
