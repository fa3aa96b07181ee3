using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

public sealed class LogTreeTests
{
    private const int Largest = 130;

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void The_reference_tree_of_certificate_transparency_has_its_published_roots(int size, string root)
    {
        var leaves = Leaves.ReferenceHashes()[..size];

        Assert.Equal(Hash256.Parse(root), LogTree.RootOf(Sha256.Instance, leaves));
    }

    [Fact]
    public void Every_root_equals_the_recursive_definition()
    {
        var leaves = Leaves.Make(Largest);
        var log = new MemoryLog();
        for (var size = 0; size <= Largest; size++)
        {
            Assert.Equal(NaiveLog.Root(leaves.AsSpan(0, size)), log.Frontier.Root());
            if (size < Largest) log.Append(leaves[size]);
        }
    }

    [Fact]
    public void Every_complete_node_is_reported_once_with_its_hash()
    {
        var leaves = Leaves.Make(Largest);

        var log = MemoryLog.Of(leaves);

        var expected = 0;
        for (var level = 0; Largest >> level > 0; level++)
        {
            for (var index = 0; index < Largest >> level; index++, expected++)
            {
                var covered = leaves.AsSpan(index << level, 1 << level);
                Assert.Equal(NaiveLog.Root(covered), log.Node(level, (ulong)index));
            }
        }

        Assert.Equal(expected, log.NodeCount);
    }

    [Fact]
    public void A_frontier_is_restored_from_its_hashes_and_from_stored_nodes()
    {
        var leaves = Leaves.Make(Largest);
        var log = MemoryLog.Of(leaves);
        for (var size = 0; size <= Largest; size++)
        {
            var original = new LogFrontier(Sha256.Instance);
            foreach (var leaf in leaves[..size]) original.Append(leaf);

            Assert.True(LogFrontier.TryRestore(Sha256.Instance, (ulong)size, original.Subtrees, out var fromHashes));
            var fromNodes = LogFrontier.Restore(Sha256.Instance, (ulong)size, log);

            Assert.Equal(original.Root(), fromHashes.Root());
            Assert.Equal(original.Subtrees.ToArray(), fromNodes.Subtrees.ToArray());
            if (size == Largest) continue;
            fromNodes.Append(leaves[size]);
            Assert.Equal(NaiveLog.Root(leaves.AsSpan(0, size + 1)), fromNodes.Root());
        }
    }

    [Fact]
    public void A_frontier_with_the_wrong_number_of_hashes_is_refused()
    {
        var leaves = Leaves.Make(3);

        Assert.False(LogFrontier.TryRestore(Sha256.Instance, 4, leaves, out _));
        Assert.False(LogFrontier.TryRestore(Sha256.Instance, 8, [], out _));
        Assert.False(LogFrontier.TryRestore(Sha256.Instance, ulong.MaxValue, new Hash256[64], out _));
    }

    [Fact]
    public void A_clone_does_not_change_its_original()
    {
        var frontier = new LogFrontier(Sha256.Instance);
        foreach (var leaf in Leaves.Make(5)) frontier.Append(leaf);
        var before = frontier.Root();

        frontier.Clone().Append(Hash256.Zero);

        Assert.Equal(before, frontier.Root());
        Assert.Equal(5UL, frontier.Size);
    }

    [Fact]
    public void Subtrees_make_the_tree_that_their_leaves_make_and_begin_where_one_can()
    {
        var leaves = Leaves.Make(Largest);
        for (var size = 1; size <= Largest; size++)
        {
            var frontier = new LogFrontier(Sha256.Instance);
            while (frontier.Size < (ulong)size)
            {
                var at = (int)frontier.Size;
                var level = Math.Min(
                    System.Numerics.BitOperations.TrailingZeroCount(at),
                    System.Numerics.BitOperations.Log2((uint)(size - at)));
                if (level < 6 && at != 0 && level == System.Numerics.BitOperations.TrailingZeroCount(at))
                    Assert.Throws<InvalidOperationException>(() => frontier.AppendSubtree(level + 1, Hash256.Zero));
                frontier.AppendSubtree(level, NaiveLog.Root(leaves.AsSpan(at, 1 << level)));
            }

            Assert.Equal(NaiveLog.Root(leaves.AsSpan(0, size)), frontier.Root());
        }
    }

    [Fact]
    public void A_full_tree_takes_no_more_leaves()
    {
        Assert.True(LogFrontier.TryRestore(Sha256.Instance, LogTree.MaxSize, [Hash256.Zero], out var full));

        Assert.Throws<InvalidOperationException>(() => full.Append(Hash256.Zero));
        Assert.Throws<InvalidOperationException>(() => full.AppendSubtree(3, Hash256.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => full.AppendSubtree(63, Hash256.Zero));
    }
}
