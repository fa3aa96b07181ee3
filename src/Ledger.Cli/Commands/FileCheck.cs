using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary>Compares files with the digests of a proven record.</summary>
internal static class FileCheck
{
    public static void Run(VerifyReport report, string path, EvidenceRecord record, HashFunction hash)
    {
        Hash256 digest;
        try
        {
            digest = FileDigest.Compute(path, hash);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Input, $"{path} cannot be read: {e.Message}", e);
        }

        if (ReceiptVerifier.MatchesDigest(record, hash.Name, digest.AsSpan()))
        {
            report.Pass("file", $"{path} is what was anchored ({hash.Name}:{digest})");
            return;
        }

        var anchored = record.Digests
            .Where(d => d.Algorithm == hash.Name).Select(d => Convert.ToHexStringLower(d.Value.Span)).ToArray();
        report.Fail(
            ExitCodes.FileMismatch,
            "file",
            anchored.Length == 0
                ? $"the record anchored no {hash.Name} digest of a file"
                : $"{path} has {hash.Name}:{digest}; anchored was {string.Join(" and ", anchored)}");
    }
}
