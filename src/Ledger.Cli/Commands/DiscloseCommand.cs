using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Fingerprints;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger disclose</c>: shows a range of a fingerprinted data set's records with its proof.</summary>
internal static class DiscloseCommand
{
    public static Command Create(CliHost host)
    {
        var file = new Argument<string>("file") { Description = "The data set that was fingerprinted." };
        var fingerprint = new Option<string?>("--fingerprint")
        {
            Description = "Its fingerprint. Left out: FILE.fingerprint.json.",
            HelpName = "file",
        };
        var secret = new Option<string?>("--secret")
        {
            Description = "The secret it was made with. Left out: FILE.fingerprint.secret.",
            HelpName = "file",
        };
        var first = new Option<ulong>("--first")
        {
            Description = "The first record to show, counted from 0.",
            Required = true,
            HelpName = "n",
        };
        var count = new Option<int>("--count")
        {
            Description = "Number of records to show.",
            Required = true,
            HelpName = "n",
        };
        var receipt = new Option<string?>("--receipt")
        {
            Description = "Put the fingerprint's receipt into the same file, which then proves all by itself. Alone: "
                + "FILE.receipt.json.",
            HelpName = "file",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = new Option<string>("--out", "-o")
        {
            Description = "File to write.",
            Required = true,
            HelpName = "file",
        };
        var command = new Command(
            "disclose", "Shows a range of records of a fingerprinted data set, and proves that they are part of it.")
        {
            file, fingerprint, secret, first, count, receipt, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var files = FingerprintFiles.Of(
                host, parsed.GetRequiredValue(file), parsed.GetValue(fingerprint), parsed.GetValue(secret));
            var whole = files.ReadFingerprint();
            if (whole.Algorithm != Sha256.Instance.Name)
                throw new CliException(ExitCodes.Input, $"the fingerprint was made with {whole.Algorithm}, which this "
                    + "version does not know");
            Require(whole, parsed.GetValue(first), parsed.GetValue(count));
            // Before the data is read: a wrong receipt should not cost a pass over gigabytes.
            var proof = parsed.GetResult(receipt) is null
                ? null
                : ReadReceipt(host.Resolve(parsed.GetValue(receipt) ?? files.ReceiptPath), whole);
            var disclosure = await files.DiscloseAsync(
                host, whole, parsed.GetValue(first), parsed.GetValue(count), cancellation);
            var target = parsed.GetRequiredValue(output);
            OutputFile.Write(
                host.Resolve(target),
                proof is null ? FingerprintJson.Write(disclosure) : new DisclosureBundle(disclosure, proof).ToJson());
            Say(new Result(host, parsed), disclosure, target, isBundle: proof is not null);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Say(Result result, Disclosure disclosure, string target, bool isBundle)
    {
        var of = disclosure.Fingerprint.RecordCount;
        result.Say(
            lines =>
            {
                lines.WriteLine(
                    $"{disclosure.Records.Count} of {of} records, from record {disclosure.FirstIndex}, in {target}");
                lines.WriteLine(isBundle
                    ? $"Next: ledger verify --disclosure {target} --genesis GENESIS"
                    : $"Next: ledger verify --disclosure {target} --receipt RECEIPT --genesis GENESIS");
            },
            json =>
            {
                json.WriteString("file", target);
                json.WriteNumber("first", disclosure.FirstIndex);
                json.WriteNumber("count", disclosure.Records.Count);
                json.WriteNumber("of", of);
                json.WriteBoolean("has_receipt", isBundle);
            });
    }

    private static void Require(Fingerprint whole, ulong first, int count)
    {
        if (count is >= 1 and <= Disclosure.MaxRecords
            && first < whole.RecordCount
            && whole.RecordCount - first >= (ulong)count)
        {
            return;
        }

        throw new CliException(
            ExitCodes.Usage,
            $"the data set has records 0 to {whole.RecordCount - Math.Min(1, whole.RecordCount)}, and at most "
            + $"{Disclosure.MaxRecords} can be shown at once; {count} from {first} cannot");
    }

    private static Receipt ReadReceipt(string path, Fingerprint whole)
    {
        if (!ReceiptFile.TryRead(InputFiles.Read(path, ReceiptJson.MaxBytes, "receipt"), out var receipt, out var error))
            throw new CliException(ExitCodes.Input, $"{path} is not a receipt: {error}");
        var digest = whole.Digest(Sha256.Instance);
        return EvidenceLeaf.TryDecode(receipt.LeafBytes, out _, out var record, out _)
            && ReceiptVerifier.MatchesDigest(record, Fingerprint.DigestAlgorithm, digest.AsSpan())
            ? receipt
            : throw new CliException(
                ExitCodes.Input, $"{path} is the receipt of something else: its record did not anchor this fingerprint");
    }
}
