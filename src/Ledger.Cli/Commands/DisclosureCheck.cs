using Ledger.Cli.Output;
using Ledger.Core.Fingerprints;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary>What is asked of disclosed records beside their proof.</summary>
/// <param name="Rows">The records that must be shown; null when any will do.</param>
/// <param name="Extract">Where to write the records when everything holds.</param>
internal sealed record DisclosureWish(RowRange? Rows, string? Extract);

/// <summary>Records from one index to another, both included.</summary>
internal readonly record struct RowRange(ulong First, ulong Last)
{
    public static RowRange Parse(string text)
    {
        var parts = text.Split('-');
        return parts.Length == 2 && ulong.TryParse(parts[0], out var first) && ulong.TryParse(parts[1], out var last)
            && first <= last
            ? new RowRange(first, last)
            : throw new CliException(ExitCodes.Usage, $"--rows '{text}' is not a range such as 100-129");
    }

    public override string ToString() => First == Last ? $"record {First}" : $"records {First} to {Last}";
}

/// <summary>Checks disclosed records against the fingerprint that a proven record anchored.</summary>
internal static class DisclosureCheck
{
    private const int FindingsInReport = 20;

    /// <summary>Reads a file as a bundle or as a disclosure alone; what is not one of them fails the report.</summary>
    public static (Disclosure? Disclosure, Receipt? Receipt) Read(VerifyReport report, string path)
    {
        ReadOnlyMemory<byte> file = InputFiles.Read(path, DisclosureBundle.MaxBytes, "disclosure");
        string? fault;
        if (DisclosureBundle.IsOne(file))
        {
            if (DisclosureBundle.TryRead(file, out var bundle, out fault)) return (bundle.Disclosure, bundle.Receipt);
        }
        else if (FingerprintJson.TryRead(file, out Disclosure? disclosure, out fault))
        {
            return (disclosure, null);
        }

        report.Fail(ExitCodes.DisclosureInvalid, "disclosure", $"{path} is not a disclosure: {fault}");
        return default;
    }

    public static void Run(
        VerifyReport report, Disclosure disclosure, ReceiptVerdict receipt, Genesis genesis, DisclosureWish wish)
    {
        var verdict = DisclosureBundle.Verify(receipt, disclosure, genesis);
        if (!verdict.IsValid)
        {
            report.Fail(ExitCodes.DisclosureInvalid, "disclosure", verdict.Findings.Count > 0
                ? $"{verdict.Findings.Count} of the records shown are not as they were fingerprinted"
                : verdict.Detail);
            foreach (var finding in verdict.Findings.Take(FindingsInReport))
                report.Fail(ExitCodes.DisclosureInvalid, finding.Kind.ToString(), finding.ToString());
            if (verdict.Findings.Count > FindingsInReport)
            {
                report.Fail(
                    ExitCodes.DisclosureInvalid, "more", $"{verdict.Findings.Count - FindingsInReport} others are wrong");
            }

            return;
        }

        var shown = new RowRange(
            disclosure.FirstIndex, disclosure.FirstIndex + (ulong)disclosure.Records.Count - 1);
        report.Pass(
            "disclosure",
            $"{shown} of {disclosure.Fingerprint.RecordCount} are as they were when the fingerprint was anchored, "
                + "complete and in order");
        if (wish.Rows is { } rows) CheckRows(report, rows, shown);
        if (wish.Extract is { } target && report.ExitCode == ExitCodes.Ok)
        {
            OutputFile.Write(target, Bytes(disclosure));
            report.Pass("extract", $"the proven records are in {target}");
        }
    }

    private static void CheckRows(VerifyReport report, RowRange wanted, RowRange shown)
    {
        if (shown == wanted)
        {
            report.Pass("rows", $"{wanted}: exactly those that were asked for");
            return;
        }

        if (shown.First > wanted.First)
            Missing(new RowRange(wanted.First, Math.Min(wanted.Last, shown.First - 1)));
        if (shown.Last < wanted.Last) Missing(new RowRange(Math.Max(wanted.First, shown.Last + 1), wanted.Last));
        if (shown.First <= wanted.First && shown.Last >= wanted.Last)
            report.Pass("rows", $"{wanted} are among those shown");

        void Missing(RowRange range) =>
            report.Fail(ExitCodes.DisclosureInvalid, "rows", $"{range} were asked for and are not shown");
    }

    // As they stood in the file, but for line ends, which are no part of records.
    private static byte[] Bytes(Disclosure disclosure)
    {
        using var bytes = new MemoryStream();
        var isText = disclosure.Fingerprint.Parameters.Rule != FingerprintRule.Chunks;
        if (disclosure.Header is { } header) Write(header);
        foreach (var record in disclosure.Records) Write(record);
        return bytes.ToArray();

        void Write(SaltedRecord record)
        {
            bytes.Write(record.Data.Span);
            if (isText) bytes.WriteByte((byte)'\n');
        }
    }
}
