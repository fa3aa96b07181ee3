using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Receipts;

public sealed class CachingReceiptVerifierTests
{
    [Fact]
    public void Every_vector_gets_the_plain_verdict_in_any_order_and_again()
    {
        var all = ReceiptForge.Valid.Concat(ReceiptForge.Broken).ToArray();
        var random = new Prng(5);
        for (var round = 0; round < 4; round++)
        {
            random.Shuffle(all.AsSpan());
            var verifier = new CachingReceiptVerifier(ReceiptForge.Genesis);
            foreach (var receipt in all.Concat(all))
            {
                AssertSame(
                    ReceiptVerifier.Verify(receipt.Encoded, ReceiptForge.Genesis), verifier.Verify(receipt.Encoded),
                    receipt.Name);
            }
        }
    }

    [Fact]
    public void P24_a_receipt_that_was_changed_gets_the_plain_verdict_although_its_block_is_known()
    {
        var verifier = new CachingReceiptVerifier(ReceiptForge.Genesis);
        var chain = ReceiptForge.Chain;
        var receipts = new[] { chain.Receipt(4), chain.Receipt(5), chain.Receipt(0, 2) }.Select(r => r.Encode()).ToArray();
        const int Rounds = 600;
        var random = new Prng(17);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            Assert.True(verifier.Verify(receipts[round % 3]).IsValid);
            var mutated = (byte[])receipts[random.Below(3)].Clone();
            mutated[random.Below(mutated.Length)] ^= (byte)(1 << random.Below(8));
            var plain = ReceiptVerifier.Verify(mutated, ReceiptForge.Genesis);
            AssertSame(plain, verifier.Verify(mutated), Convert.ToHexString(mutated));
            if (!plain.IsValid) refused++;
        }

        Assert.Equal(Rounds, refused);
    }

    [Fact]
    public void Ten_thousand_receipts_under_one_block_cost_the_signatures_of_one_quorum_and_each_node_once()
    {
        const int Leaves = 10_000;
        var (suite, genesis, chain) = Make(Leaves);
        var receipts = Enumerable.Range(0, Leaves).Select(i => chain.Receipt((ulong)i)).ToArray();
        suite.Reset();
        var verifier = new CachingReceiptVerifier(genesis);

        Assert.All(receipts, r => Assert.True(verifier.Verify(r).IsValid));

        Assert.Equal(3, suite.Verified);
        // Each leaf and each inner node but the root is one child of a parent that is computed from its side.
        Assert.Equal(InnerSteps(Leaves), suite.Nodes);
    }

    [Fact]
    public void Epoch_changes_are_verified_once_for_all_headers_above_them()
    {
        var suite = new CountingSuite();
        var genesis = Genesis(suite);
        var chain = new TestChain(genesis);
        chain.Add(A.Record());
        chain.EndEpoch(A.ValidatorSet(1, "org-a", "org-b", "org-c", "org-e"));
        for (var i = 0; i < 5; i++) chain.Add(A.Record($"order-{i}"));
        var verifier = new CachingReceiptVerifier(genesis);
        suite.Reset();

        for (var i = 1; i <= 5; i++) Assert.True(verifier.Verify(chain.Receipt((ulong)i, (ulong)(i + 2))).IsValid);
        Assert.True(verifier.Verify(chain.Receipt(0, 1)).IsValid);

        Assert.Equal(3 + (5 * 3) + 3, suite.Verified);
    }

    [Fact]
    public void More_headers_than_are_remembered_are_verified_all_the_same()
    {
        var (suite, genesis, chain) = Make(2);
        for (var i = 0; i < CachingReceiptVerifier.MaxHeaders + 5; i++) chain.Add(A.Record($"order-{i}"));
        var verifier = new CachingReceiptVerifier(genesis);
        suite.Reset();

        for (var round = 0; round < 2; round++)
        {
            for (var height = 1; height <= chain.Blocks.Count; height++)
                Assert.True(verifier.Verify(chain.Receipt(0, (ulong)height)).IsValid);
        }

        Assert.Equal(2 * 3 * chain.Blocks.Count, suite.Verified);
    }

    // Of the walk of every leaf, the steps that no walk before it made from the same side.
    private static int InnerSteps(int leaves)
    {
        var steps = 0;
        for (var count = leaves; count > 1; count = (count + 1) / 2) steps += count - (count & 1);
        return steps;
    }

    private static (CountingSuite Suite, Genesis Genesis, TestChain Chain) Make(int leaves)
    {
        var suite = new CountingSuite();
        var genesis = Genesis(suite);
        var chain = new TestChain(genesis);
        foreach (var block in Enumerable.Range(0, leaves).Chunk(EvidenceLimits.RecordsPerTransaction))
            chain.Add([.. block.Select(i => A.Record($"order-{i % 100}"))]);
        return (suite, genesis, chain);
    }

    private static Genesis Genesis(CountingSuite suite)
    {
        var plain = A.Genesis();
        return new Genesis(
            plain.Consortium, plain.ChannelName, suite, plain.Created, plain.Parameters, plain.Validators, plain.Members);
    }

    private static void AssertSame(ReceiptVerdict plain, ReceiptVerdict cached, string because)
    {
        Assert.True(
            (plain.Fault, plain.EpochChange, plain.Detail) == (cached.Fault, cached.EpochChange, cached.Detail),
            $"{because}: {plain} but {cached}");
        Assert.Equal(plain.Content?.LeafHash, cached.Content?.LeafHash);
        Assert.Equal(plain.Content?.HeaderHash, cached.Content?.HeaderHash);
        Assert.Equal(plain.Content?.Leaf.Id, cached.Content?.Leaf.Id);
        Assert.Equal(plain.Content?.Index, cached.Content?.Index);
    }
}
