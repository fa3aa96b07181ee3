using System.CommandLine;
using System.Text;
using Ledger.Cli.Commands.Contract;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary>What <c>ledger receipt get --result</c> and <c>ledger verify</c> do with receipts of results.</summary>
internal static class ResultReceiptCommand
{
    public static async Task<int> RunAsync(
        CliHost host, ParseResult parsed, string which, string? output, bool binary, CancellationToken cancellation)
    {
        if (!Hash256.TryParse(which, out var id))
            throw new CliException(ExitCodes.Usage, $"'{which}' is not the id of a transaction: 64 hexadecimal digits");
        using var client = new Session(host, parsed).Connect();
        var verified = await client.GetResultReceiptAsync(id, cancellation: cancellation);
        var bytes = binary ? verified.Receipt.Encode() : ResultReceiptJson.Write(verified.Receipt);
        if (output is null)
        {
            if (binary) throw new CliException(ExitCodes.Usage, "a binary receipt needs a file: give -o FILE");
            host.Out.Write(Encoding.UTF8.GetString(bytes));
            return ExitCodes.Ok;
        }

        OutputFile.Write(host.Resolve(output), bytes);
        var content = verified.Content;
        new Result(host, parsed).Say(
            lines =>
            {
                lines.WriteLine($"receipt of the result of {id} in {output}");
                lines.WriteLine($"  certified at {content.Header.Time} in block {content.Header.Height}");
                lines.WriteLine($"Next: ledger verify --receipt {output} --genesis GENESIS");
            },
            json =>
            {
                json.WriteString("id", id.ToString());
                json.WriteNumber("height", content.Header.Height.Value);
                json.WriteString("time", content.Header.Time.ToString());
                json.WriteString("file", output);
            });
        return ExitCodes.Ok;
    }

    /// <summary>The file's bytes when it is a result receipt in either form; null otherwise.</summary>
    public static byte[]? Reads(string path)
    {
        var bytes = InputFiles.Read(path, ReceiptJson.MaxBytes, "receipt");
        var isOne = ResultReceiptJson.IsOne(bytes)
            || (ResultReceipt.TryDecode(bytes, out _, out _) && !Receipt.TryDecode(bytes, out _, out _));
        return isOne ? bytes : null;
    }

    /// <summary>Verifies a result receipt and says what it proves.</summary>
    public static void Check(VerifyReport report, byte[] file, Genesis genesis)
    {
        report.Pass("genesis", $"channel '{genesis.ChannelName}' of {genesis.Consortium}, {genesis.Channel}");
        if (!ResultReceiptJson.TryReadFile(file, out var receipt, out var error))
        {
            report.Fail(ExitCodes.ReceiptMalformed, "format", error);
            return;
        }

        report.Pass("format", "the receipt is canonical and says nothing beside its bytes");
        var verdict = ResultReceiptVerifier.Verify(receipt, genesis);
        if (!verdict.IsValid)
        {
            report.Fail(VerifyCommand.ExitCodeOf(verdict.Fault), verdict.Fault.ToString(), verdict.Detail);
            return;
        }

        var (result, outcome, header, hash) = verdict.Content;
        report.Pass(
            "certificate",
            $"a quorum of the validators of epoch {header.Epoch} signed block {header.Height}, {hash}");
        report.Pass(
            "inclusion", $"result {receipt.Position} is under the block's result root {header.ResultRoot}");
        report.Pass("result", verdict.Detail);
        if (outcome is null) return;
        if (outcome.Value.Length > 0) report.Pass("returned", Encoding.UTF8.GetString(outcome.Value.Span));
        foreach (var item in outcome.Events)
            report.Pass("event", ContractOptions.LineOf(item));
        if (result.LeafCount > 0) report.Pass("evidence", $"{result.LeafCount} records, from leaf {result.FirstLeaf}");
    }
}
