using Ledger.Storage.Schema;
using Ledger.Storage.Tests.Support;
using Ledger.Storage.Verify;

namespace Ledger.Storage.Tests.Verify;

public sealed class ReindexerTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public ReindexerTests() => TestChain.FilledStore(_directory.Path, 12).Dispose();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Rebuilt_indexes_equal_the_original_byte_for_byte()
    {
        var original = Dump();
        using (var raw = RawDatabase.Open(_directory.Path, LedgerSchema.Families))
        {
            using var batch = raw.CreateBatch();
            foreach (var name in LedgerSchema.Derived)
            {
                foreach (var (key, _) in TestDatabase.Entries(raw, name).Where((_, i) => i % 2 == 0))
                {
                    batch.Delete(raw.Family(name), key);
                }

                batch.Put(raw.Family(name), "surplus"u8, "value"u8);
            }

            raw.Write(batch, sync: true);
        }

        Assert.NotEqual(original, Dump());
        Reindexer.Run(new StorageOptions { Path = _directory.Path }, TestChain.Genesis);

        Assert.Equal(original, Dump());
        Assert.True(DatabaseVerifier.Verify(new VerifyOptions { Path = _directory.Path }, TestChain.Genesis).IsSound);
    }

    [Fact]
    public void An_empty_database_is_left_as_it_is()
    {
        var path = _directory.File("empty");
        LedgerStore.Open(new StorageOptions { Path = path }, TestChain.Genesis).Dispose();

        Reindexer.Run(new StorageOptions { Path = path }, TestChain.Genesis);

        LedgerStore.Open(new StorageOptions { Path = path }, TestChain.Genesis).Dispose();
    }

    [Fact]
    public void What_cannot_be_rebuilt_is_not_dropped()
    {
        RawDatabase.FlipFirstValueByte(_directory.Path, LedgerSchema.Families, LedgerSchema.Leaves, 3);
        var before = Dump();

        var refusal = Assert.Throws<StorageException>(
            () => Reindexer.Run(new StorageOptions { Path = _directory.Path }, TestChain.Genesis));

        Assert.Equal(StorageFault.Corruption, refusal.Fault);
        Assert.Equal(before, Dump());
    }

    [Fact]
    public void A_store_whose_rebuilding_was_interrupted_does_not_open_until_it_is_done()
    {
        using (var raw = RawDatabase.Open(_directory.Path, LedgerSchema.Families))
        {
            raw.Put(LedgerSchema.Meta, LedgerSchema.ReindexingKey, Sealed.Seal(LedgerSchema.ReindexingKey, []));
        }

        var refusal = Assert.Throws<StorageException>(
            () => LedgerStore.Open(new StorageOptions { Path = _directory.Path }, TestChain.Genesis));
        Assert.Contains("ledger db reindex", refusal.Message, StringComparison.Ordinal);

        Reindexer.Run(new StorageOptions { Path = _directory.Path }, TestChain.Genesis);
        LedgerStore.Open(new StorageOptions { Path = _directory.Path }, TestChain.Genesis).Dispose();
    }

    private List<string> Dump()
    {
        using var raw = RawDatabase.Open(_directory.Path, LedgerSchema.Families);
        return
        [
            .. from family in raw.Families
               from entry in TestDatabase.Entries(raw, family.Name)
               select $"{family} {Convert.ToHexString(entry.Key)} {Convert.ToHexString(entry.Value)}",
        ];
    }
}
