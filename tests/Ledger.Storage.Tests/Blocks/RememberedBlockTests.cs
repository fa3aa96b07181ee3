using Ledger.Core.Blocks;
using Ledger.Storage.Schema;
using Ledger.Storage.Tests.Support;

namespace Ledger.Storage.Tests.Blocks;

/// <summary>What those who join ask of each block that is not too old: its header and its transactions' ids.</summary>
public sealed class RememberedBlockTests : IDisposable
{
    private const int Count = 6;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_ids_of_a_block_are_told_by_one_read_of_their_index_and_no_transaction_is_read()
    {
        var blocks = new TestChain().Take(Count);
        TestChain.FilledStore(_directory.Path, Count).Dispose();
        var counting = new CountingDatabase(RawDatabase.Open(_directory.Path, LedgerSchema.Families));
        using var store = LedgerStore.Open(counting, TestChain.Genesis);

        foreach (var block in blocks.Select(b => b.Block))
        {
            counting.Reads.Clear();
            var remembered = store.Live.Blocks.Remembered(block.Header.Height)!;

            Assert.Equal(block.Transactions.Select(t => t.Id), remembered.Ids);
            Assert.Equal(block.Header.Encode(), remembered.HeaderBytes.ToArray());
            var expected = new SortedDictionary<string, int>(StringComparer.Ordinal) { [LedgerSchema.Headers] = 1 };
            if (block.Transactions.Count > 0) expected[LedgerSchema.BlockIds] = 1;
            Assert.Equal(expected, counting.Reads);
        }

        Assert.Contains(blocks, b => b.Block.Transactions.Count > 1);
        Assert.Null(store.Live.Blocks.Remembered(new BlockHeight(Count)));
    }

    [Fact]
    public void An_entry_with_an_id_too_few_is_damage_and_never_an_answer()
    {
        TestChain.FilledStore(_directory.Path, Count).Dispose();
        using (var raw = RawDatabase.Open(_directory.Path, LedgerSchema.Families))
        {
            var (key, value) = TestDatabase.Entries(raw, LedgerSchema.BlockIds)[^1];
            raw.Put(LedgerSchema.BlockIds, key, value.AsSpan()[32..]);
        }

        using var store = LedgerStore.Open(new StorageOptions { Path = _directory.Path }, TestChain.Genesis);

        var damage = Assert.Throws<StorageException>(() => store.Live.Blocks.Remembered(new BlockHeight(Count - 1)));
        Assert.Equal(StorageFault.Corruption, damage.Fault);
    }
}
