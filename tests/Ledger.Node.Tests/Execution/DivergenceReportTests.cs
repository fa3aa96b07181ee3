using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.State;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;

namespace Ledger.Node.Tests.Execution;

public sealed class DivergenceReportTests : IDisposable
{
    private readonly TestLedger _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void P18_a_key_that_differs_is_named_with_both_values()
    {
        var block = Add();
        var theirs = ExecutionRecord.Of(_ledger.Store, new BlockHeight(1))!;
        var own = theirs with
        {
            Writes =
            [
                theirs.Writes[0] with { Value = new TimelineHead(7, Hash256.Zero, new LogIndex(9)).Encode() },
                .. theirs.Writes.Skip(1),
            ],
        };

        var report = DivergenceReport.Compare(own, theirs, Ids(block));

        Assert.StartsWith("key timelines/a: own 0807", report, StringComparison.Ordinal);
        Assert.Contains("theirs 0801", report, StringComparison.Ordinal);
        Assert.DoesNotContain("timelines/b", report, StringComparison.Ordinal);
    }

    [Fact]
    public void P18_a_key_that_only_one_side_wrote_is_named()
    {
        var block = Add();
        var theirs = ExecutionRecord.Of(_ledger.Store, new BlockHeight(1))!;
        var own = theirs with { Writes = [theirs.Writes[1]] };

        Assert.StartsWith(
            "key timelines/a: own not written, theirs 08",
            DivergenceReport.Compare(own, theirs, Ids(block)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void P18_a_transaction_whose_result_differs_is_named()
    {
        var block = Add();
        var theirs = ExecutionRecord.Of(_ledger.Store, new BlockHeight(1))!;
        var own = theirs with { Results = [theirs.Results[0], new byte[] { 8, 4 }] };

        Assert.Equal(
            $"transaction 1 ({Ids(block)[1]}) came to another result", DivergenceReport.Compare(own, theirs, Ids(block)));
    }

    [Fact]
    public void What_a_block_on_disk_came_to_is_what_its_execution_wrote()
    {
        var block = Add();
        var stored = ExecutionRecord.Of(_ledger.Store, new BlockHeight(1))!;
        var executed = ExecutionRecord.Of(block.Commit);

        Assert.Equal(executed.Encode(), stored.Encode());
        Assert.True(BlockExecution.TryDecode(stored.Encode(), out var decoded));
        Assert.Equal(stored.Encode(), decoded.Encode());
    }

    [Fact]
    public void One_validators_word_is_not_believed_and_that_of_two_that_agree_is()
    {
        Add();
        var honest = ExecutionRecord.Of(_ledger.Store, new BlockHeight(1))!.Encode();
        byte[] lie = [.. (ExecutionRecord.Of(_ledger.Store, new BlockHeight(1))! with { Writes = [] }).Encode()];

        Assert.Null(DivergenceReport.Agreed([honest, lie], 2));
        Assert.Equal(honest, DivergenceReport.Agreed([lie, honest, honest], 2)!.Encode());
        Assert.Null(DivergenceReport.Agreed([[0xff], [0xff]], 2));
    }

    private static Hash256[] Ids(ExecutedBlock block) => [.. block.Commit.Block.Transactions.Select(t => t.Id)];

    private ExecutedBlock Add() => _ledger.Add(
        Make.Transaction(_ledger.Genesis, "a"), Make.Transaction(_ledger.Genesis, "b", "org-b"));
}
