using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Admission;
using Ledger.Node.Tests.Support;
using Ledger.Storage;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Execution;

public sealed class BlockExecutorTests : IDisposable
{
    private readonly TestLedger _ledger = new(AdmissionServiceTests.Genesis(A.Suite));

    private Genesis Genesis => _ledger.Genesis;

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void Two_executors_with_different_histories_of_their_own_make_equal_bytes()
    {
        using var other = new TestLedger(AdmissionServiceTests.Genesis(A.Suite));
        SignedTransaction[][] blocks =
        [
            [Make.Transaction(Genesis, "b"), Make.Transaction(Genesis, "a", "org-c")],
            [
                Make.Transaction(Genesis, "c"),
                A.Transaction(Genesis, "org-a", A.Record("a"), A.Record("b"), A.Record("a")),
            ],
            [A.Transaction(Genesis, "org-b"), Make.Transaction(Genesis, "d", "org-d")],
        ];
        // The other one has tried blocks that were never decided: trying changes nothing.
        for (var i = blocks.Length - 1; i >= 0; i--) other.Executor.Execute(Proposed(other, blocks[i]));

        foreach (var block in blocks)
        {
            var one = _ledger.Execute(block);
            var two = other.Execute(block);

            Assert.Equal(one.HeaderBytes.ToArray(), two.HeaderBytes.ToArray());
            Assert.Equal(one.Commit.StateWrites.Select(Text), two.Commit.StateWrites.Select(Text));
        }
    }

    [Fact]
    public void Time_always_advances()
    {
        var before = _ledger.Execute(Make.Transaction(Genesis, "a")).Commit.Block.Header.Time;

        var proposed = Proposed(_ledger, [Make.Transaction(Genesis, "b")]);
        var block = _ledger.Executor.Execute(proposed with { Time = default });

        Assert.Equal(before.UnixMilliseconds + 1, block.Commit.Block.Header.Time.UnixMilliseconds);
    }

    [Fact]
    public void What_expired_by_the_blocks_time_fails_and_leaves_nothing()
    {
        var expired = Make.ValidUntil(Genesis, Make.After(999));

        var block = _ledger.Execute(expired, Make.Transaction(Genesis, "b"));

        Assert.Equal(Refusal.Expired, block.Commit.Block.Results[0].Refusal);
        Assert.Equal(0U, block.Commit.Block.Results[0].LeafCount);
        Assert.True(block.Commit.Block.Results[1].Succeeded);
        Assert.Single(block.Commit.Leaves);
        Assert.Equal(1U, block.Commit.Leaves[0].Position);
    }

    [Fact]
    public void A_time_mark_makes_a_block_and_has_no_other_effect()
    {
        _ledger.Execute(Make.Transaction(Genesis, "a"));
        var mark = SignedTransaction.Create(
            Make.Transaction(Genesis, "b").Content with { Kind = TransactionKind.TimeMark, Body = default },
            A.ClientSigner("org-a"), A.Suite);
        var before = _ledger.Executor.Head;

        var block = _ledger.Execute(mark);

        var header = block.Commit.Block.Header;
        Assert.True(header.Time > before.Time);
        Assert.Equal(before.LogSize, header.LogSize);
        Assert.Equal((before.LogRoot, before.StateRoot), (header.LogRoot, header.StateRoot));
        Assert.True(Assert.Single(block.Commit.Block.Results) is { Succeeded: true, LeafCount: 0, Outcome: null });
        Assert.Empty(block.Commit.StateWrites);
    }

    [Fact]
    public void A_role_that_the_member_does_not_hold_fails_and_leaves_nothing()
    {
        var block = _ledger.Execute(A.Transaction(Genesis, "org-b"));

        Assert.Equal(Refusal.NotAuthorised, Assert.Single(block.Commit.Block.Results).Refusal);
        Assert.Empty(block.Commit.Leaves);
        Assert.Equal(0UL, block.Commit.Block.Header.LogSize);
    }

    [Fact]
    public void Nothing_happens_twice()
    {
        var one = Make.Transaction(Genesis, "a");
        var two = Make.Transaction(Genesis, "b");

        var first = _ledger.Execute(one, one);
        var second = _ledger.Execute(one, two);

        Assert.Equal([one.Id], first.Commit.Block.Transactions.Select(t => t.Id));
        Assert.Equal([two.Id], second.Commit.Block.Transactions.Select(t => t.Id));
        Assert.Equal(2UL, second.Commit.Block.Header.LogSize);
    }

    [Fact]
    public void A_timeline_goes_on_across_blocks()
    {
        var first = _ledger.Execute(A.Transaction(Genesis, "org-a", A.Record("s"), A.Record("s")));
        var second = _ledger.Execute(Make.Transaction(Genesis, "s", "org-c"), Make.Transaction(Genesis, "other"));

        CommittedLeaf[] leaves = [.. first.Commit.Leaves, second.Commit.Leaves[0]];
        Assert.Equal([1UL, 2UL, 3UL], leaves.Select(l => l.Leaf.SubjectSequence));
        Assert.Equal([null, leaves[0].Hash, leaves[1].Hash], leaves.Select(l => l.Leaf.Previous));
        Assert.Equal("org-c", leaves[2].Leaf.Member);
        Assert.Equal(1UL, second.Commit.Leaves[1].Leaf.SubjectSequence);
    }

    [Fact]
    public void Roots_are_those_of_an_independent_computation_over_everything()
    {
        var leaves = new List<Hash256>();
        var timelines = new Dictionary<string, TimelineHead>(StringComparer.Ordinal);
        var previous = _ledger.Executor.HeadHash;
        for (var height = 1; height <= 5; height++)
        {
            SignedTransaction[] transactions =
            [
                .. Enumerable.Range(0, height).Select(i => Make.ValidUntil(
                    Genesis, Make.After(1_000_000 + (100 * height) + i), $"s-{(height * i) % 4}")),
            ];
            var header = _ledger.Execute(transactions).Commit.Block.Header;

            foreach (var transaction in transactions) Append(transaction, header.Time, leaves, timelines);
            var hash = Genesis.Suite.Hash;
            Assert.Equal(previous, header.Previous);
            Assert.Equal((ulong)leaves.Count, header.LogSize);
            Assert.Equal(NaiveLog(leaves.ToArray()), header.LogRoot);
            Assert.Equal(
                NaiveLog([.. transactions.Select(t => LogTree.LeafHash(hash, t.Id.AsSpan()))]), header.TransactionRoot);
            Assert.Equal(StateRoot(timelines), header.StateRoot);
            previous = BlockHeader.HashOf(header.Encode(), hash);
        }
    }

    [Fact]
    public void P12_the_golden_chain_keeps_its_hashes()
    {
        _ledger.Execute(Make.Transaction(Genesis, "order-1"), A.Transaction(Genesis, "org-b"));
        _ledger.Execute(A.Transaction(Genesis, "org-c", A.Record("order-1"), A.Record("order-2")));
        var lines = Enumerable.Range(0, 3).Select(h => _ledger.Store.Live.Blocks.Header(new BlockHeight((ulong)h))!)
            .Select(h => $"{h.Header.Height} {h.Hash}");

        Golden.Verify("tests/Ledger.Node.Tests/Execution/golden-chain.txt", string.Join('\n', lines) + "\n");
    }

    private static ProposedBlock Proposed(TestLedger ledger, IReadOnlyList<SignedTransaction> transactions) => new(
        ledger.Executor.Head.Height.Next,
        Make.After(500),
        new Epoch(0),
        new ValidatorIndex(1),
        [.. transactions.Select(ledger.Check)]);

    private static string Text(StateWrite write) =>
        $"{write.Namespace} {Convert.ToHexString(write.Key.Span)} {Convert.ToHexString(write.Value!.Value.Span)}";

    private static void Append(
        SignedTransaction transaction, Timestamp time, List<Hash256> leaves, Dictionary<string, TimelineHead> timelines)
    {
        Assert.True(EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _));
        for (var i = 0; i < body.Items.Count; i++)
        {
            var known = timelines.TryGetValue(body.Items[i].Record.Subject, out var head);
            var leaf = new EvidenceLeaf
            {
                RecordBytes = body.Items[i].Bytes,
                Id = new EvidenceId(transaction.Id, (uint)i),
                Sender = transaction.Content.Sender,
                Member = "org-a",
                SubjectSequence = head.Sequence + 1,
                Previous = known ? head.LeafHash : null,
                Time = time,
            };
            var hash = Sha256.Instance.Hash([0, .. leaf.Encode()]);
            timelines[body.Items[i].Record.Subject] =
                new TimelineHead(head.Sequence + 1, hash, new LogIndex((ulong)leaves.Count));
            leaves.Add(hash);
        }
    }

    // RFC 9162 section 2.1.1, word by word.
    private static Hash256 NaiveLog(ReadOnlySpan<Hash256> leaves)
    {
        if (leaves.IsEmpty) return Sha256.Instance.Hash([]);
        if (leaves.Length == 1) return leaves[0];
        var split = 1;
        while (split * 2 < leaves.Length) split *= 2;
        return Sha256.Instance.Hash([1, .. NaiveLog(leaves[..split]).AsSpan(), .. NaiveLog(leaves[split..]).AsSpan()]);
    }

    private Hash256 StateRoot(Dictionary<string, TimelineHead> timelines)
    {
        var hash = Genesis.Suite.Hash;
        var contents = GenesisBlock.Create(Genesis).Commit.StateWrites
            .Select(w => (w.Namespace, w.Key, Value: w.Value!.Value))
            .Concat(timelines.Select(t => (
                StateNamespaces.Timelines,
                (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(t.Key),
                (ReadOnlyMemory<byte>)t.Value.Encode())))
            .Select(w => (
                Path: StateHash.PathOf(hash, w.Item1, w.Item2.Span), Value: StateHash.ValueHashOf(hash, w.Item3.Span)))
            .OrderBy(c => c.Path).ToArray();
        return NaiveState(contents, 0);
    }

    // docs/spec/state-tree.md over the whole contents.
    private static Hash256 NaiveState(ReadOnlySpan<(Hash256 Path, Hash256 Value)> sorted, int depth)
    {
        if (sorted.IsEmpty) return Hash256.Zero;
        if (sorted.Length == 1)
            return Sha256.Instance.Hash([0, .. sorted[0].Path.AsSpan(), .. sorted[0].Value.AsSpan()]);
        var zeros = 0;
        while (zeros < sorted.Length && !sorted[zeros].Path.Bit(depth)) zeros++;
        var left = NaiveState(sorted[..zeros], depth + 1);
        var right = NaiveState(sorted[zeros..], depth + 1);
        return Sha256.Instance.Hash([1, .. left.AsSpan(), .. right.AsSpan()]);
    }
}
