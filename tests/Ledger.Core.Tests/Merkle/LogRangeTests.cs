using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

public sealed class LogRangeTests
{
    [Fact]
    public void Every_range_of_every_small_tree_is_proven()
    {
        // A log that has grown since proves its first leaves like one that has not.
        var grown = MemoryLog.Of(Leaves.Make(30));
        for (var size = 1; size <= 24; size++)
        {
            var leaves = Leaves.Make(size);
            var root = NaiveLog.Root(leaves);
            foreach (var range in Ranges(size))
            {
                var proof = ProofOf(leaves, range);

                Assert.Equal(LogProofVerdict.Valid, Verify(leaves, range, size, proof, root));
                Assert.Equal(proof, LogRange.Prove(Sha256.Instance, range, (ulong)size, grown));
                if (range.Count == 1)
                    Assert.Equal(NaiveLog.Path((int)range.Start, leaves).ToHashSet(), proof.ToHashSet());
            }
        }
    }

    [Fact]
    public void P14_a_wrong_place_leaf_or_proof_is_refused()
    {
        const int Size = 13;
        var leaves = Leaves.Make(Size);
        var root = NaiveLog.Root(leaves);
        foreach (var range in Ranges(Size))
        {
            var proof = ProofOf(leaves, range);
            var shown = leaves.AsSpan((int)range.Start, (int)range.Count).ToArray();
            foreach (var other in Ranges(Size).Where(r => r.Count == range.Count && r != range))
                Assert.NotEqual(LogProofVerdict.Valid, Verify(shown, other.Start, Size, proof, root));

            for (var i = 0; i < shown.Length; i++)
            {
                var changed = shown.ToArray();
                changed[i] = Leaves.FlipBit(changed[i], i);
                Assert.Equal(LogProofVerdict.RootMismatch, Verify(changed, range.Start, Size, proof, root));
            }

            for (var i = 0; i < proof.Length; i++)
            {
                var changed = proof.ToArray();
                changed[i] = Leaves.FlipBit(changed[i], i);
                Assert.Equal(LogProofVerdict.RootMismatch, Verify(shown, range.Start, Size, changed, root));
                Hash256[] shorter = [.. proof[..i], .. proof[(i + 1)..]];
                Assert.Equal(LogProofVerdict.PathTooShort, Verify(shown, range.Start, Size, shorter, root));
            }

            Assert.Equal(LogProofVerdict.PathTooLong, Verify(shown, range.Start, Size, [.. proof, root], root));
        }
    }

    [Fact]
    public void A_range_outside_the_tree_is_refused()
    {
        var leaves = Leaves.Make(3);

        Assert.Equal(LogProofVerdict.IndexOutOfRange, Verify([], 0, 3, [], default));
        Assert.Equal(LogProofVerdict.IndexOutOfRange, Verify(leaves, 1, 3, [], default));
        Assert.Equal(LogProofVerdict.IndexOutOfRange, Verify(leaves, ulong.MaxValue, 3, [], default));
        Assert.Equal(LogProofVerdict.SizeTooLarge, Verify(leaves, 0, ulong.MaxValue, [], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => LogRange.Outside(new LogSegment(2, 2), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => LogRange.Outside(new LogSegment(0, 0), 3));
    }

    [Fact]
    public void The_longest_proof_has_two_hashes_a_level()
    {
        var middle = new LogSegment((LogTree.MaxSize / 2) - 1, 2);

        Assert.Equal(122, LogRange.Outside(middle, LogTree.MaxSize).Count);
    }

    private static IEnumerable<LogSegment> Ranges(int size) =>
        from start in Enumerable.Range(0, size)
        from count in Enumerable.Range(1, size - start)
        select new LogSegment((ulong)start, (ulong)count);

    private static Hash256[] ProofOf(Hash256[] leaves, LogSegment range) =>
    [
        .. LogRange.Outside(range, (ulong)leaves.Length)
            .Select(s => NaiveLog.Root(leaves.AsSpan((int)s.Start, (int)s.Count))),
    ];

    private static LogProofVerdict Verify(
        Hash256[] leaves, LogSegment range, int size, Hash256[] proof, Hash256 root) =>
        Verify(leaves.AsSpan((int)range.Start, (int)range.Count).ToArray(), range.Start, (ulong)size, proof, root);

    private static LogProofVerdict Verify(Hash256[] shown, ulong first, ulong size, Hash256[] proof, Hash256 root) =>
        LogRange.Verify(Sha256.Instance, first, shown, size, proof, root);
}
