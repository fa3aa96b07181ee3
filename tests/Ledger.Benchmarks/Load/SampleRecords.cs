using System.Security.Cryptography;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;

namespace Ledger.Benchmarks.Load;

/// <summary>
/// Records of a realistic size: an approval step with a digest of its document and an amount, about 200 bytes encoded, over
/// a population of business subjects.
/// </summary>
internal sealed class SampleRecords(
    string run, int subjects = SampleRecords.DefaultSubjects, string role = "consumer")
{
    public const int DefaultSubjects = 100_000;

    private long _next;

    /// <summary>The next record; safe for concurrent use.</summary>
    public EvidenceRecord Next()
    {
        var number = Interlocked.Increment(ref _next);
        // A multiplicative step visits all subjects in a scattered order, as unrelated cases do.
        var subject = (number * 7_919) % subjects;
        Span<byte> document = stackalloc byte[sizeof(long)];
        BitConverter.TryWriteBytes(document, number);
        return new EvidenceRecord
        {
            Type = "trade.payment",
            Subject = $"order-{run}-{subject:D7}",
            Actor = $"clerk-{number % 50:D3}",
            Action = "request",
            Role = role,
            OccurredAt = new Timestamp(1_700_000_000_000 + (ulong)number),
            Digests = [new EvidenceDigest("sha-256", SHA256.HashData(document), "application/pdf")],
            Attributes =
            [
                EvidenceAttribute.Decimal("amount", $"{(number % 9_000) + 1}.25"),
                EvidenceAttribute.Text("currency", "EUR"),
                EvidenceAttribute.Text("reference", $"invoice-{number}"),
            ],
        };
    }
}
