using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

public sealed class LogConsistencyTests
{
    private const int Largest = 130;

    [Fact]
    public void Every_proof_equals_the_recursive_definition_and_is_valid()
    {
        var leaves = Leaves.Make(Largest);
        var log = MemoryLog.Of(leaves);
        var roots = Roots(leaves);
        for (var to = 0; to <= Largest; to++)
        {
            for (var from = 0; from <= to; from++)
            {
                var path = LogProofs.Consistency(Sha256.Instance, (ulong)from, (ulong)to, log);

                if (from > 0) Assert.Equal(NaiveLog.Proof(from, leaves.AsSpan(0, to)), path);
                Assert.Equal(LogProofVerdict.Valid, Verify(from, to, path, roots[from], roots[to]));
            }
        }
    }

    [Fact]
    public void A_proof_holds_for_no_other_pair_of_sizes_with_their_roots()
    {
        const int Size = 20;
        var leaves = Leaves.Make(Size);
        var log = MemoryLog.Of(leaves);
        var roots = Roots(leaves);
        for (var from = 1; from < Size; from++)
        {
            var path = LogProofs.Consistency(Sha256.Instance, (ulong)from, Size, log);
            for (var other = 1; other < Size; other++)
            {
                if (other == from) continue;
                Assert.NotEqual(LogProofVerdict.Valid, Verify(from, Size, path, roots[other], roots[Size]));
                Assert.NotEqual(LogProofVerdict.Valid, Verify(from, Size, path, roots[from], roots[other]));
            }
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 7)]
    [InlineData(4, 7)]
    [InlineData(6, 8)]
    [InlineData(64, 130)]
    [InlineData(129, 130)]
    public void P14_any_changed_bit_of_path_or_roots_is_refused(int from, int to)
    {
        var leaves = Leaves.Make(to);
        var path = LogProofs.Consistency(Sha256.Instance, (ulong)from, (ulong)to, MemoryLog.Of(leaves));
        var roots = Roots(leaves);
        for (var bit = 0; bit < 256; bit++)
        {
            // When the first tree is one complete subtree its root seeds both computations, and the second one fails.
            var firstFails = int.IsPow2(from) ? LogProofVerdict.RootMismatch : LogProofVerdict.FirstRootMismatch;
            Assert.Equal(firstFails, Verify(from, to, path, Leaves.FlipBit(roots[from], bit), roots[to]));
            Assert.Equal(
                LogProofVerdict.RootMismatch, Verify(from, to, path, roots[from], Leaves.FlipBit(roots[to], bit)));
            for (var i = 0; i < path.Length; i++)
            {
                var changed = path.ToArray();
                changed[i] = Leaves.FlipBit(changed[i], bit);
                Assert.Contains(
                    Verify(from, to, changed, roots[from], roots[to]),
                    new[] { LogProofVerdict.FirstRootMismatch, LogProofVerdict.RootMismatch });
            }
        }
    }

    [Fact]
    public void P14_a_removed_added_or_swapped_hash_is_refused()
    {
        const int Size = 33;
        var leaves = Leaves.Make(Size);
        var log = MemoryLog.Of(leaves);
        var roots = Roots(leaves);
        for (var to = 1; to <= Size; to++)
        {
            for (var from = 1; from <= to; from++)
            {
                var path = LogProofs.Consistency(Sha256.Instance, (ulong)from, (ulong)to, log);
                for (var i = 0; i <= path.Length; i++)
                {
                    Hash256[] longer = [.. path[..i], Hash256.Zero, .. path[i..]];
                    Assert.Equal(LogProofVerdict.PathTooLong, Verify(from, to, longer, roots[from], roots[to]));
                }

                for (var i = 0; i < path.Length; i++)
                {
                    Hash256[] shorter = [.. path[..i], .. path[(i + 1)..]];
                    Assert.Equal(LogProofVerdict.PathTooShort, Verify(from, to, shorter, roots[from], roots[to]));
                }

                for (var i = 1; i < path.Length; i++)
                {
                    var swapped = path.ToArray();
                    (swapped[i - 1], swapped[i]) = (swapped[i], swapped[i - 1]);
                    Assert.NotEqual(LogProofVerdict.Valid, Verify(from, to, swapped, roots[from], roots[to]));
                }
            }
        }
    }

    [Fact]
    public void A_history_that_was_rewritten_has_no_valid_proof()
    {
        var leaves = Leaves.Make(12);
        var rewritten = leaves.ToArray();
        rewritten[3] = Leaves.FlipBit(rewritten[3], 0);

        var path = LogProofs.Consistency(Sha256.Instance, 7, 12, MemoryLog.Of(rewritten));

        Assert.Equal(
            LogProofVerdict.FirstRootMismatch,
            Verify(7, 12, path, NaiveLog.Root(leaves.AsSpan(0, 7)), NaiveLog.Root(rewritten)));
    }

    [Fact]
    public void Sizes_that_make_no_sense_are_refused()
    {
        var root = NaiveLog.Root(Leaves.Make(3));

        Assert.Equal(LogProofVerdict.SizesReversed, Verify(4, 3, [], root, root));
        Assert.Equal(LogProofVerdict.FirstRootMismatch, Verify(0, 3, [], root, root));
        Assert.Equal(LogProofVerdict.RootMismatch, Verify(3, 3, [], root, Hash256.Zero));
        Assert.Equal(
            LogProofVerdict.SizeTooLarge,
            LogProofs.VerifyConsistency(Sha256.Instance, 1, ulong.MaxValue, [], root, root));
    }

    private static Hash256[] Roots(Hash256[] leaves) =>
        [.. Enumerable.Range(0, leaves.Length + 1).Select(size => NaiveLog.Root(leaves.AsSpan(0, size)))];

    private static LogProofVerdict Verify(int from, int to, Hash256[] path, Hash256 fromRoot, Hash256 toRoot) =>
        LogProofs.VerifyConsistency(Sha256.Instance, (ulong)from, (ulong)to, path, fromRoot, toRoot);
}
