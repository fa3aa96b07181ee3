using System.Text.RegularExpressions;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Grpc;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Api;
using Ledger.Node.Mempool;
using Ledger.Node.Tests.Admission;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Api;

/// <summary>Ties the code to docs/spec/reasons.md and docs/spec/transaction.md.</summary>
public sealed partial class StatusesTests
{
    [Fact]
    public void The_table_of_reasons_is_what_the_code_does()
    {
        var text = File.ReadAllText(Path.Combine(Golden.Root, "docs/spec/reasons.md"));

        var documented = Row().Matches(text).Select(m => $"{m.Groups[1]} {m.Groups[2]} {m.Groups[3]}");

        var known = Enum.GetValues<Refusal>().Where(r => r != Refusal.None)
            .Select(r => $"{(int)r} {r.WireName()} {Upper(Statuses.CodeOf(r))}");
        Assert.Equal(known, documented);
    }

    [Fact]
    public void Only_a_full_pool_says_when_to_try_again()
    {
        foreach (var refusal in Enum.GetValues<Refusal>().Where(r => r != Refusal.None))
        {
            var status = Statuses.Refused(new Verdict(refusal, "sentence"));

            Assert.Equal(refusal.WireName(), status.Reason);
            Assert.Equal(refusal == Refusal.PoolFull, status.RetryDelay is not null);
        }
    }

    [Fact]
    public void The_order_of_checks_is_that_of_the_specification()
    {
        var text = File.ReadAllText(Path.Combine(Golden.Root, "docs/spec/transaction.md"));
        var start = text.IndexOf("**Checks.**", StringComparison.Ordinal);
        var section = text[start..text.IndexOf("**Result.**", StringComparison.Ordinal)];
        var documented = Step().Matches(section).Select(m => m.Groups[1].Value).ToList();

        Assert.Equal(
            [
                "TOO_LARGE", "MALFORMED", "WRONG_CHANNEL", "UNKNOWN_KIND", "MALFORMED", "TOO_LARGE",
                "MALFORMED", "MALFORMED", "EXPIRED", "LIFETIME_TOO_LONG", "UNKNOWN_KEY", "NOT_AUTHORISED",
                "SIGNATURE_INVALID",
                "POOL_FULL",
            ],
            documented);
        // Each transaction breaks its own rule and every later one that it can break at the same time.
        var genesis = AdmissionServiceTests.Genesis(A.Suite);
        using var ledger = new TestLedger(genesis, new PoolOptions { MaxTransactions = 0 });
        var stranger = A.Signer("stranger");
        var late = Make.After(-1);
        var far = Make.After(100_000_000);
        var other = A.Genesis(channel: "other").Channel;
        var magic = EvidenceBody.Encode([A.Record() with { Type = "trade.magic" }]);
        var valid = A.Transaction(genesis, "org-b").Content;
        var worst = valid with { Channel = other, Kind = (TransactionKind)9, Body = magic, ValidUntil = late };
        (Refusal First, ReadOnlyMemory<byte> Encoded)[] broken =
        [
            (Refusal.TooLarge, new byte[(1 << 20) + 1]),
            (Refusal.Malformed, new byte[] { 1 }),
            (Refusal.WrongChannel, Sign(worst)),
            (Refusal.UnknownKind, Sign(worst with { Channel = genesis.Channel })),
            (Refusal.UnknownType, Sign(valid with { Body = magic, ValidUntil = late })),
            (Refusal.Malformed, Sign(valid with { Kind = TransactionKind.TimeMark, ValidUntil = late })),
            (Refusal.Expired, Sign(valid with { Sender = stranger.PublicKey.Id, ValidUntil = late }, stranger)),
            (Refusal.LifetimeTooLong, Sign(valid with { Sender = stranger.PublicKey.Id, ValidUntil = far }, stranger)),
            (Refusal.UnknownKey, Sign(valid with { Sender = stranger.PublicKey.Id }, stranger)),
            (Refusal.NotAuthorised, Sign(valid)),
            (Refusal.SignatureInvalid, Broken(A.Transaction(genesis, "org-a"))),
            (Refusal.PoolFull, A.Transaction(genesis, "org-a").Encoded),
        ];

        foreach (var (first, encoded) in broken)
            Assert.Equal(first, ledger.Admission.Admit(encoded, AdmissionSource.Client, out _).Refusal);
    }

    private static ReadOnlyMemory<byte> Sign(Transaction content, ISigner? signer = null) =>
        Broken(SignedTransaction.Create(content, signer ?? A.ClientSigner("org-b"), A.Suite));

    private static ReadOnlyMemory<byte> Broken(SignedTransaction transaction) =>
        (byte[])[.. transaction.Encoded.Span[..^1], (byte)(transaction.Encoded.Span[^1] ^ 1)];

    private static string Upper(GrpcStatusCode code) => Hump().Replace(code.ToString(), "_").ToUpperInvariant();

    [GeneratedRegex(@"(?m)^\| (\d+) \| `([A-Z_]+)` \| ([A-Z_]+) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"else\s+`([A-Z_]+)`")]
    private static partial Regex Step();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Hump();
}
