using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

public sealed class LogInclusionTests
{
    private const int Largest = 130;

    [Fact]
    public void Every_proof_equals_the_recursive_definition_and_is_valid()
    {
        var leaves = Leaves.Make(Largest);
        var log = MemoryLog.Of(leaves);
        for (var size = 1; size <= Largest; size++)
        {
            var root = NaiveLog.Root(leaves.AsSpan(0, size));
            for (var index = 0; index < size; index++)
            {
                var path = LogProofs.Inclusion(Sha256.Instance, (ulong)index, (ulong)size, log);

                Assert.Equal(NaiveLog.Path(index, leaves.AsSpan(0, size)), path);
                Assert.Equal(LogProofVerdict.Valid, Verify(leaves[index], index, size, path, root));
            }
        }
    }

    [Fact]
    public void A_proof_is_valid_for_no_other_index_and_no_other_leaf()
    {
        const int Size = 37;
        var leaves = Leaves.Make(Size);
        var log = MemoryLog.Of(leaves);
        var root = NaiveLog.Root(leaves);
        for (var index = 0; index < Size; index++)
        {
            var path = LogProofs.Inclusion(Sha256.Instance, (ulong)index, Size, log);
            for (var other = 0; other < Size; other++)
            {
                if (other == index) continue;
                Assert.NotEqual(LogProofVerdict.Valid, Verify(leaves[index], other, Size, path, root));
                Assert.NotEqual(LogProofVerdict.Valid, Verify(leaves[other], index, Size, path, root));
            }
        }
    }

    // P14: no component of a proof goes unchecked.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(4, 5)]
    [InlineData(2, 7)]
    [InlineData(6, 8)]
    [InlineData(100, 130)]
    [InlineData(129, 130)]
    public void P14_any_changed_bit_of_leaf_path_or_root_is_refused(int index, int size)
    {
        var leaves = Leaves.Make(size);
        var path = LogProofs.Inclusion(Sha256.Instance, (ulong)index, (ulong)size, MemoryLog.Of(leaves));
        var root = NaiveLog.Root(leaves);
        for (var bit = 0; bit < 256; bit++)
        {
            Assert.Equal(
                LogProofVerdict.RootMismatch, Verify(Leaves.FlipBit(leaves[index], bit), index, size, path, root));
            Assert.Equal(
                LogProofVerdict.RootMismatch, Verify(leaves[index], index, size, path, Leaves.FlipBit(root, bit)));
            for (var i = 0; i < path.Length; i++)
            {
                var changed = path.ToArray();
                changed[i] = Leaves.FlipBit(changed[i], bit);
                Assert.Equal(LogProofVerdict.RootMismatch, Verify(leaves[index], index, size, changed, root));
            }
        }
    }

    [Fact]
    public void P14_a_removed_added_or_swapped_hash_is_refused()
    {
        for (var size = 1; size <= 40; size++)
        {
            var leaves = Leaves.Make(size);
            var log = MemoryLog.Of(leaves);
            var root = NaiveLog.Root(leaves);
            for (var index = 0; index < size; index++)
            {
                var path = LogProofs.Inclusion(Sha256.Instance, (ulong)index, (ulong)size, log);
                for (var i = 0; i <= path.Length; i++)
                {
                    Hash256[] longer = [.. path[..i], Hash256.Zero, .. path[i..]];
                    Assert.Equal(LogProofVerdict.PathTooLong, Verify(leaves[index], index, size, longer, root));
                }

                for (var i = 0; i < path.Length; i++)
                {
                    Hash256[] shorter = [.. path[..i], .. path[(i + 1)..]];
                    Assert.Equal(LogProofVerdict.PathTooShort, Verify(leaves[index], index, size, shorter, root));
                }

                for (var i = 1; i < path.Length; i++)
                {
                    var swapped = path.ToArray();
                    (swapped[i - 1], swapped[i]) = (swapped[i], swapped[i - 1]);
                    Assert.Equal(LogProofVerdict.RootMismatch, Verify(leaves[index], index, size, swapped, root));
                }
            }
        }
    }

    [Fact]
    public void An_index_outside_the_tree_and_an_impossible_size_are_refused()
    {
        var root = Hash256.Zero;

        Assert.Equal(LogProofVerdict.IndexOutOfRange, LogProofs.VerifyInclusion(Sha256.Instance, root, 0, 0, [], root));
        Assert.Equal(LogProofVerdict.IndexOutOfRange, LogProofs.VerifyInclusion(Sha256.Instance, root, 5, 5, [], root));
        Assert.Equal(
            LogProofVerdict.SizeTooLarge,
            LogProofs.VerifyInclusion(Sha256.Instance, root, 0, ulong.MaxValue, [], root));
    }

    [Fact]
    public void Proofs_cannot_be_asked_for_outside_the_tree()
    {
        var log = MemoryLog.Of(Leaves.Make(3));

        Assert.Throws<ArgumentOutOfRangeException>(() => LogProofs.Inclusion(Sha256.Instance, 3, 3, log));
        Assert.Throws<ArgumentOutOfRangeException>(() => LogProofs.Consistency(Sha256.Instance, 4, 3, log));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => LogProofs.Inclusion(Sha256.Instance, 0, LogTree.MaxSize + 1, log));
    }

    private static LogProofVerdict Verify(Hash256 leaf, int index, int size, Hash256[] path, Hash256 root) =>
        LogProofs.VerifyInclusion(Sha256.Instance, leaf, (ulong)index, (ulong)size, path, root);
}
