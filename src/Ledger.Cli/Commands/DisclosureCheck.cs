using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Fingerprints;

namespace Ledger.Cli.Commands;

/// <summary>Checks disclosed records against the fingerprint that a proven record anchored.</summary>
internal static class DisclosureCheck
{
    private const int MaxFileBytes = 256 << 20;

    public static void Run(VerifyReport report, string path, EvidenceRecord record, HashFunction hash)
    {
        if (!FingerprintJson.TryRead(
            InputFiles.Read(path, MaxFileBytes, "disclosure"), out Disclosure? disclosure, out var fault))
        {
            report.Fail(ExitCodes.DisclosureInvalid, "disclosure", $"{path} is not a disclosure: {fault}");
            return;
        }

        var anchored = record.Digests
            .Where(d => d.Algorithm == FingerprintDigest.Algorithm && d.Value.Length == Hash256.Size)
            .Select(d => new Hash256(d.Value.Span))
            .ToArray();
        if (anchored.Length == 0)
        {
            report.Fail(ExitCodes.DisclosureInvalid, "fingerprint", "the record anchored no fingerprint");
            return;
        }

        var verdict = anchored
            .Select(digest => DisclosureVerifier.Verify(hash, disclosure, digest))
            .OrderByDescending(v => v.IsValid)
            .First();
        if (!verdict.IsValid)
        {
            var place = verdict.RecordIndex is { } index ? $" at record {index}" : "";
            report.Fail(ExitCodes.DisclosureInvalid, "disclosure", $"{verdict.Code}{place}");
            return;
        }

        var first = disclosure.FirstIndex;
        report.Pass(
            "disclosure",
            $"records {first} to {first + (ulong)disclosure.Records.Count - 1} of "
                + $"{disclosure.Fingerprint.RecordCount} are as they were "
            + "when the fingerprint was anchored, complete and in order");
    }
}
