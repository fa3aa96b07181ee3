using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Core.Tests.Blocks;

public sealed class BlockRootsTests
{
    private static readonly HashFunction H = Sha256.Instance;
    private static readonly Hash256[] Ids = [.. "abc"u8.ToArray().Select(b => H.Hash([b]))];

    [Fact]
    public void The_roots_of_an_empty_block_are_the_hash_of_nothing()
    {
        var empty = Hash256.Parse("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

        Assert.Equal(empty, BlockRoots.TransactionRoot(H, []));
        Assert.Equal(empty, BlockRoots.ResultRoot(H, []));
    }

    [Fact]
    public void The_transaction_root_is_the_tree_over_the_ids_as_leaf_data()
    {
        Hash256[] leaves = [.. Ids.Select(id => H.Hash([0x00, .. id.AsSpan()]))];
        var left = H.Hash([0x01, .. leaves[0].AsSpan(), .. leaves[1].AsSpan()]);
        var root = H.Hash([0x01, .. left.AsSpan(), .. leaves[2].AsSpan()]);

        Assert.Equal(leaves[0], BlockRoots.TransactionRoot(H, Ids[..1]));
        Assert.Equal(root, BlockRoots.TransactionRoot(H, Ids));
        Assert.NotEqual(root, BlockRoots.TransactionRoot(H, Ids.Reverse()));
    }

    [Fact]
    public void The_result_root_is_the_tree_over_the_encoded_results()
    {
        ReadOnlyMemory<byte>[] results = [.. Ids.Select(id => (ReadOnlyMemory<byte>)id.ToArray())];

        Assert.Equal(BlockRoots.TransactionRoot(H, Ids), BlockRoots.ResultRoot(H, results));
        Assert.NotEqual(BlockRoots.ResultRoot(H, results), BlockRoots.ResultRoot(H, results[..2]));
    }
}
