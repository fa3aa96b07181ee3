using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;
using Ledger.Core.Tests.Merkle;
using Ledger.Core.Transactions;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Costs;

/// <summary>
/// What hot paths allocate, which unlike time is the same on every machine. A bound is close above what is needed today: who
/// exceeds it has made every node collect more garbage, and may raise it when that is worth it.
/// </summary>
public sealed class AllocationTests
{
    private const int Rounds = 64;

    private static readonly Secp256k1Suite Suite = Secp256k1Suite.RequireNative();

    [Fact]
    public void Hashing_allocates_nothing()
    {
        var data = new byte[1000];
        var left = Suite.Hash.Hash(data);

        Assert.Equal(0, BytesOf(() => Suite.Hash.Hash(DomainTag.Transaction, data)));
        Assert.Equal(0, BytesOf(() => Suite.Hash.HashLeaf(LogTree.LeafPrefix, data)));
        Assert.Equal(0, BytesOf(() => Suite.Hash.HashNode(LogTree.NodePrefix, left, left)));
    }

    [Fact]
    public void Verifying_a_signature_allocates_nothing()
    {
        var signer = A.Signer("allocation");
        var message = new byte[300];
        var signature = signer.Sign(DomainTag.Checkpoint, message);
        var key = signer.PublicKey;

        Assert.Equal(0, BytesOf(() => Assert.True(Suite.Verify(key, DomainTag.Checkpoint, message, signature))));
    }

    [Fact]
    public void Refusing_a_malformed_signature_allocates_nothing()
    {
        var key = A.Signer("allocation").PublicKey;
        var message = new byte[300];
        var zeros = new byte[CryptoSuite.SignatureSize];

        Assert.Equal(0, BytesOf(() => Assert.False(Suite.Verify(key, DomainTag.Checkpoint, message, zeros))));
        Assert.Equal(0, BytesOf(() => Assert.False(Suite.Verify(key, DomainTag.Checkpoint, message, []))));
    }

    [Fact]
    public void Signing_allocates_the_signature_alone()
    {
        var signer = A.Signer("allocation");
        var message = new byte[300];

        Assert.InRange(BytesOf(() => signer.Sign(DomainTag.Checkpoint, message)), CryptoSuite.SignatureSize, 96);
    }

    [Fact]
    public void Verifying_an_inclusion_path_allocates_nothing()
    {
        var leaves = ManyLeaves();
        var log = MemoryLog.Of(leaves);
        var root = log.Frontier.Root();
        var path = LogProofs.Inclusion(Suite.Hash, 618, 1000, log);

        Assert.Equal(0, BytesOf(() => Assert.True(
            LogProofs.VerifyInclusion(Suite.Hash, leaves[618], 618, 1000, path, root) == LogProofVerdict.Valid)));
    }

    [Fact]
    public void Appending_to_the_log_allocates_nothing_once_it_has_grown()
    {
        var frontier = MemoryLog.Of(ManyLeaves()).Frontier;
        var leaf = Suite.Hash.Hash([]);

        Assert.Equal(0, BytesOf(() => frontier.Append(leaf)));
        Assert.Equal(0, BytesOf(() => frontier.Root()));
    }

    [Fact]
    public void Reading_canonical_fields_allocates_nothing()
    {
        var bytes = A.Header(A.Genesis()).Encode();

        Assert.Equal(0, BytesOf(() =>
        {
            var reader = new CanonicalReader(bytes);
            reader.UInt32(1);
            reader.Hash(2);
            Assert.True(reader.Ok);
        }));
    }

    [Fact]
    public void Decoding_a_record_allocates_its_fields_and_little_else()
    {
        var bytes = A.Record().Encode();

        Assert.InRange(BytesOf(() => Assert.True(EvidenceRecord.TryDecode(bytes, out _, out _))), 1, 1400);
    }

    [Fact]
    public void Refusing_a_record_allocates_no_more_than_reading_it()
    {
        byte[] bytes = [.. A.Record().Encode(), 0];
        var whole = A.Record().Encode();

        var refused = BytesOf(() => Assert.False(EvidenceRecord.TryDecode(bytes, out _, out _)));

        Assert.True(refused <= BytesOf(() => Assert.True(EvidenceRecord.TryDecode(whole, out _, out _))));
    }

    [Fact]
    public void Decoding_a_transaction_copies_no_body()
    {
        var small = A.Transaction(A.Genesis(), "org-a").Encoded;
        var large = A.Transaction(A.Genesis(), "org-a", [.. Enumerable.Repeat(A.Record(), 100)]).Encoded;

        var smallBytes = BytesOf(() => Assert.True(SignedTransaction.TryDecode(small, Suite.Hash, out _, out _)));
        var largeBytes = BytesOf(() => Assert.True(SignedTransaction.TryDecode(large, Suite.Hash, out _, out _)));

        Assert.InRange(smallBytes, 1, 512);
        Assert.Equal(smallBytes, largeBytes);
    }

    [Fact]
    public void Decoding_a_body_costs_each_record_the_same()
    {
        var one = EvidenceBody.Encode([A.Record()]);
        var hundred = EvidenceBody.Encode([.. Enumerable.Repeat(A.Record(), 100)]);

        var oneBytes = BytesOf(() => Assert.True(EvidenceBody.TryDecode(one, out _, out _)));
        var hundredBytes = BytesOf(() => Assert.True(EvidenceBody.TryDecode(hundred, out _, out _)));

        Assert.InRange(hundredBytes, 1, 100 * oneBytes);
    }

    [Fact]
    public void Verifying_a_receipt_stays_within_its_bound()
    {
        var genesis = A.Genesis();
        var chain = new TestChain(genesis);
        chain.Add([.. Enumerable.Range(0, 100).Select(i => A.Record($"order-{i}"))]);
        var receipt = chain.Receipt(61).Encode();

        Assert.InRange(BytesOf(() => Assert.True(ReceiptVerifier.Verify(receipt, genesis).IsValid)), 1, 10_000);
    }

    private static Hash256[] ManyLeaves() =>
        [.. Enumerable.Range(0, 1000).Select(i => LogTree.LeafHash(Suite.Hash, BitConverter.GetBytes(i)))];

    // Bytes of one call. What the runtime allocates once (statics, compiled code, enlarged buffers) is left out by calling
    // first; what it allocates now and then for itself, by taking the smallest of many calls.
    private static long BytesOf(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static long BytesOf<T>(Func<T> function) => BytesOf(() => { function(); });
}
