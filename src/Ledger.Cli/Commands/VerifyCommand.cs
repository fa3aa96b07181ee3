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
            Description = "Disclosed records to check against the fingerprint that the receipt's record anchored. A file "
                + "made with 'disclose --receipt' has the receipt in it, and needs no --receipt here.",
            HelpName = "file",
        };
        var rows = new Option<string?>("--rows")
        {
            Description = "Records that must be among those disclosed, such as 100-129.",
            HelpName = "first-last",
        };
        var extract = new Option<string?>("--extract")
        {
            Description = "When everything holds, write the disclosed records to this file, as a table or as they were.",
            HelpName = "file",
        };
        var consistency = new Option<string?>("--consistency")
        {
            Description = "Proof of 'audit consistency' that the log only grew between two blocks; given alone.",
            HelpName = "file",
        };
        var command = new Command(
            "verify", "Verifies a receipt, and files or disclosed records against it. Works without any node.")
        {
            receipt, files, disclosure, rows, extract, consistency,
        };
        command.SetAction(parsed =>
        {
            var wish = new DisclosureWish(
                parsed.GetValue(rows) is { } range ? RowRange.Parse(range) : null,
                parsed.GetValue(extract) is { } target ? host.Resolve(target) : null);
            if (parsed.GetValue(disclosure) is null && wish != new DisclosureWish(null, null))
                throw new CliException(ExitCodes.Usage, "--rows and --extract are about what --disclosure shows");
            var genesis = new Session(host, parsed).Genesis;
            var report = new VerifyReport(Paint.Of(host));
            if (parsed.GetValue(consistency) is { } growth)
            {
                CheckConsistency(report, host.Resolve(growth), genesis);
                report.Say(new Result(host, parsed), null);
                return report.ExitCode;
            }

            if (parsed.GetValue(receipt) is { } named && ResultReceiptCommand.Reads(host.Resolve(named)) is { } ofResult)
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

            report.Pass("genesis", $"channel '{genesis.ChannelName}' of {genesis.Consortium}, {genesis.Channel}");
            var shown = parsed.GetValue(disclosure) is { } path
                ? DisclosureCheck.Read(report, host.Resolve(path))
                : default;
            ReceiptContent? content = null;
            if (ReadReceipt(host, parsed.GetValue(receipt), shown.Receipt, report) is { } proof
                && CheckReceipt(report, proof, genesis) is { IsValid: true } verdict)
            {
                content = verdict.Content;
                foreach (var file in parsed.GetValue(files) ?? [])
                    FileCheck.Run(report, host.Resolve(file), content.Record, genesis.Suite.Hash);
                if (shown.Disclosure is { } records) DisclosureCheck.Run(report, records, verdict, genesis, wish);
            }

            report.Say(new Result(host, parsed), content);
            return report.ExitCode;
        });
        return command;
    }

    private static void CheckConsistency(VerifyReport report, string path, Genesis genesis)
    {
        report.Pass("genesis", $"channel '{genesis.ChannelName}' of {genesis.Consortium}, {genesis.Channel}");
        var bytes = InputFiles.Read(path, ReceiptJson.MaxBytes, "proof");
        if (!LogConsistency.TryParse(bytes, out var proof, out var error))
        {
            report.Fail(ExitCodes.ReceiptMalformed, "format", error);
            return;
        }

        var verdict = proof.Verify(genesis);
        if (verdict.IsValid) report.Pass("consistency", verdict.Detail);
        else report.Fail(ExitCodeOf(verdict.Fault), verdict.Fault.ToString(), verdict.Detail);
    }

    // The one that is named wins over the one in the bundle; what cannot be read fails the report.
    private static AnyReceipt? ReadReceipt(CliHost host, string? named, Receipt? bundled, VerifyReport report)
    {
        if (named is null && bundled is null && report.ExitCode == ExitCodes.Ok)
        {
            throw new CliException(
                ExitCodes.Usage, "give --receipt FILE: a file or a disclosure is verified against what a receipt proves. "
                    + "Only a disclosure made with --receipt has one in it");
        }

        if (named is null) return bundled is null ? null : AnyReceipt.Of(bundled);
        var bytes = InputFiles.Read(host.Resolve(named), ReceiptJson.MaxBytes, "receipt");
        if (AnyReceipt.TryRead(bytes, out var receipt, out var error)) return receipt;
        report.Fail(ExitCodes.ReceiptMalformed, "format", error);
        return null;
    }

    private static ReceiptVerdict CheckReceipt(VerifyReport report, AnyReceipt receipt, Genesis genesis)
    {
        report.Pass("format", $"{NameOf(receipt.Form)} is canonical and says nothing beside its bytes");
        var verdict = receipt.Verify(genesis);
        if (!verdict.IsValid)
        {
            report.Fail(ExitCodeOf(verdict.Fault), verdict.Fault.ToString(), verdict.Detail);
            return verdict;
        }

        var content = verdict.Content;
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

        return verdict;
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
