using Ledger.Core.Blocks;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Execution;

public sealed class BlockWriterThreadTests : IDisposable
{
    private readonly TestLedger _ledger = new();
    private readonly BlockWriterThread _writer;

    public BlockWriterThreadTests() => _writer = new BlockWriterThread(_ledger.Store);

    public void Dispose()
    {
        _writer.Dispose();
        _ledger.Dispose();
    }

    [Fact]
    public void What_was_waited_for_is_on_disk()
    {
        var before = _ledger.Store.SyncedWrites;
        for (var height = 1UL; height <= 20; height++)
        {
            var block = Next();
            _writer.Begin(block.Commit, sync: height == 20);
            _ledger.Executor.Advance(block, _writer);
            _writer.Wait();
            _ledger.Executor.Settle();
            Assert.Equal(height, _ledger.Store.Watermark!.Height.Value);
        }

        _writer.Wait();
        Assert.Equal(before + 1, _ledger.Store.SyncedWrites);
        Assert.Equal(20UL, _ledger.Store.Durable!.Height.Value);
    }

    [Fact]
    public void A_failure_is_thrown_to_each_who_waits_and_nothing_is_written_after_it()
    {
        var block = Next();
        var header = block.Commit.Block.Header with { Height = new BlockHeight(2) };
        var gap = block.Commit with
        {
            Block = new Block(header, block.Commit.Block.Hash, block.Commit.Block.Transactions, block.Commit.Block.Results),
        };

        _writer.Begin(gap, sync: true);

        Assert.Throws<InvalidOperationException>(_writer.Wait);
        Assert.Throws<InvalidOperationException>(_writer.Wait);
        Assert.Throws<InvalidOperationException>(() => _writer.Begin(block.Commit, sync: true));
        Assert.Equal(0UL, _ledger.Store.Watermark!.Height.Value);
    }

    [Fact]
    public void Disposing_waits_for_the_block_that_is_being_written()
    {
        _writer.Begin(Next().Commit, sync: false);

        _writer.Dispose();

        Assert.Equal(1UL, _ledger.Store.Watermark!.Height.Value);
        Assert.Throws<ObjectDisposedException>(() => _writer.Begin(Next().Commit, sync: false));
    }

    private ExecutedBlock Next()
    {
        var height = _ledger.Executor.Head.Height.Next;
        return _ledger.Executor.Execute(new ProposedBlock(
            height, new Timestamp(A.Start.UnixMilliseconds + height.Value), new Epoch(0), new ValidatorIndex(0),
            [_ledger.Check(Make.Transaction(_ledger.Genesis, $"a-{height}"))]));
    }
}
