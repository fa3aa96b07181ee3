using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Core.Membership;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger verify</c>: verifies receipts, files and disclosures offline; asks no node.</summary>
internal static class VerifyCommand
{
    public static Command Create(CliHost host)
    {
        var receipt = new Option<string?>("--receipt")
        {
            Description = "The receipt, in any form: json, binary, COSE receipts, transparent statement, tlog-proof.",
            HelpName = "file",
        };
        var files = new Option<string[]>("--file")
        {
            Description = "File to compare with what the receipt's record anchored; give it once for each.",
            HelpName = "file",
        };
        var disclosure = new Option<string?>("--disclosure")
        {
            Description = "Disclosed records to check against the fingerprint that the receipt's record anchored.",
            HelpName = "file",
        };
        var command = new Command(
            "verify", "Verifies a receipt, and files or disclosed records against it. Works without any node.")
        {
            receipt, files, disclosure,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(receipt) is not { } path)
            {
                throw new CliException(
                    ExitCodes.Usage, "give --receipt FILE: a file or a disclosure is verified against what a receipt "
                        + "proves");
            }

            var genesis = new Session(host, parsed).Genesis;
            var report = new VerifyReport();
            if (ResultReceiptCommand.Reads(host.Resolve(path)) is { } ofResult)
            {
                if (parsed.GetValue(files) is { Length: > 0 } || parsed.GetValue(disclosure) is not null)
                {
                    throw new CliException(
                        ExitCodes.Usage, "a result receipt anchors no file: leave out --file and --disclosure");
                }


                ResultReceiptCommand.Check(report, ofResult, genesis);
                report.Say(new Result(host, parsed), null);
                return report.ExitCode;
            }

            CheckReceipt(report, host.Resolve(path), genesis, out var content);
            if (content is not null)
            {
                foreach (var file in parsed.GetValue(files) ?? [])
                    FileCheck.Run(report, host.Resolve(file), content.Record, genesis.Suite.Hash);
                if (parsed.GetValue(disclosure) is { } shown)
                    DisclosureCheck.Run(report, host.Resolve(shown), content.Record, genesis.Suite.Hash);
            }

            report.Say(new Result(host, parsed), content);
            return report.ExitCode;
        });
        return command;
    }

    private static void CheckReceipt(VerifyReport report, string path, Genesis genesis, out ReceiptContent? content)
    {
        content = null;
        report.Pass("genesis", $"channel '{genesis.ChannelName}' of {genesis.Consortium}, {genesis.Channel}");
        var bytes = InputFiles.Read(path, ReceiptJson.MaxBytes, "receipt");
        if (!AnyReceipt.TryRead(bytes, out var receipt, out var error))
        {
            report.Fail(ExitCodes.ReceiptMalformed, "format", error);
            return;
        }

        report.Pass("format", $"{NameOf(receipt.Form)} is canonical and says nothing beside its bytes");
        var verdict = receipt.Verify(genesis);
        if (!verdict.IsValid)
        {
            report.Fail(ExitCodeOf(verdict.Fault), verdict.Fault.ToString(), verdict.Detail);
            return;
        }

        content = verdict.Content;
        var header = content.Header;
        report.Pass("leaf", $"{content.Record.Type} {content.Record.Action} on '{content.Record.Subject}'");
        report.Pass(
            "inclusion", $"leaf {content.Index} is in the log of {header.LogSize} leaves with root {header.LogRoot}");
        var changes = (receipt.Certified?.EpochChanges ?? receipt.Attested!.EpochChanges).Count;
        report.Pass("validators", changes == 0
            ? "those of the genesis"
            : $"those of the genesis, changed {changes} times, each time certified by the ones before");
        report.Pass("certificate", $"a quorum of the validators of epoch {header.Epoch} signed block {header.Height}, "
            + $"{content.HeaderHash}");
        if (receipt.Statement is { } statement)
        {
            report.Pass("statement", $"'{statement.Issuer}' signed it, and its digest is what was anchored: "
                + $"{statement.ContentType}{(statement.IsHashEnvelope ? ", by its hash" : "")}");
        }
    }

    private static string NameOf(ReceiptForm form) => form switch
    {
        ReceiptForm.Cose => "the receipt, in COSE (RFC 9942),",
        ReceiptForm.Statement => "the transparent statement (RFC 9943)",
        ReceiptForm.TlogProof => "the receipt, a C2SP tlog-proof,",
        _ => "the receipt",
    };

    /// <summary>The class that a fault belongs to.</summary>
    internal static int ExitCodeOf(ReceiptFault fault) => fault switch
    {
        ReceiptFault.Malformed or ReceiptFault.LeafMalformed or ReceiptFault.HeaderMalformed =>
            ExitCodes.ReceiptMalformed,
        ReceiptFault.WrongChannel => ExitCodes.ReceiptWrongChannel,
        ReceiptFault.InclusionInvalid => ExitCodes.ReceiptNotIncluded,
        ReceiptFault.EpochChangeMissing or ReceiptFault.EpochChangeSurplus or ReceiptFault.EpochOutOfOrder
            or ReceiptFault.HeightNotIncreasing or ReceiptFault.EpochNotEnded or ReceiptFault.ValidatorsMalformed
            or ReceiptFault.ValidatorsMismatch or ReceiptFault.ValidatorsWrongEpoch => ExitCodes.ReceiptEpochs,
        _ => ExitCodes.ReceiptCertificate,
    };
}
