using Ledger.Storage.Tests.Support;
using Ledger.Storage.Verify;

namespace Ledger.Storage.Tests;

/// <summary>Whatever the moment at which the process dies, the chain on disk ends with a whole block.</summary>
public sealed class StoreCrashTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void P25_Every_acknowledged_block_survives_kill_9_and_the_database_verifies()
    {
        var random = new Random(23);
        var highest = 0UL;
        for (var round = 0; round < 5; round++)
        {
            using var writer = ChildProcess.Start(ChildRoles.CommitBlocks, _directory.Path);
            for (var left = random.Next(1, 60); left > 0; left--)
            {
                highest = writer.RequireAcknowledgement();
            }

            highest = writer.KillAndDrain() ?? highest;

            var report = DatabaseVerifier.Verify(new VerifyOptions { Path = _directory.Path }, TestChain.Genesis);
            Assert.Empty(report.Findings);
            Assert.True(report.Blocks > highest, $"{highest} acknowledged, {report.Blocks} blocks found");
        }

        using var store = LedgerStore.Open(new StorageOptions { Path = _directory.Path }, TestChain.Genesis);
        foreach (var block in new TestChain().Take((int)store.Watermark!.Height.Value + 1))
        {
            Assert.Equal(block.Block.Hash, store.Live.Blocks.Header(block.Block.Header.Height)!.Hash);
        }
    }

    [Fact]
    public void P25_A_log_cut_at_any_byte_leaves_a_chain_of_whole_blocks_that_goes_on()
    {
        var live = _directory.File("live");
        var blocks = new List<BlockCommit>();
        TestChain.FilledStore(live, 12, blocks.Add).Dispose();
        var length = new FileInfo(Damage.NewestLog(live)).Length;
        var random = new Random(29);
        for (var round = 0; round < 12; round++)
        {
            var copy = _directory.File($"cut{round}");
            Damage.CopyDirectory(live, copy);
            Damage.Truncate(Damage.NewestLog(copy), random.NextInt64(length / 4, length));
            Assert.Empty(DatabaseVerifier.Verify(new VerifyOptions { Path = copy }, TestChain.Genesis).Findings);

            using var store = LedgerStore.Open(new StorageOptions { Path = copy }, TestChain.Genesis);
            var next = (int)(store.Watermark?.Height.Value + 1 ?? 0);
            Assert.Equal(next == 0 ? null : blocks[next - 1].Block.Hash, store.Watermark?.HeaderHash);
            foreach (var block in blocks.Skip(next)) Assert.Equal(CommitOutcome.Committed, store.Commit(block));
        }
    }
}
