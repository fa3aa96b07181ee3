using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Receipts;

/// <summary>How a client follows the validators from genesis.</summary>
public sealed class EpochHistoryTests
{
    private static readonly Genesis Genesis = A.Genesis();
    private static readonly TestChain Chain = MakeChain();

    [Fact]
    public void Every_epochs_validators_and_heights_are_known()
    {
        Assert.True(EpochHistory.TryFollow(Chain.EpochChanges, Genesis, out var history, out _));

        Assert.Equal(new Epoch(2), history.Newest);
        Assert.Equal(4, history.ValidatorsOf(new Epoch(0))!.Count);
        Assert.Equal(3, history.ValidatorsOf(new Epoch(1))!.Count);
        Assert.Equal(5, history.ValidatorsOf(new Epoch(2))!.Count);
        Assert.Null(history.ValidatorsOf(new Epoch(3)));
        (ulong Epoch, ulong Height)[] within = [(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (2, 900)];
        (ulong Epoch, ulong Height)[] outside = [(0, 3), (1, 2), (1, 5), (2, 4), (3, 900)];
        Assert.All(within, x => Assert.True(history.Contains(new Epoch(x.Epoch), new BlockHeight(x.Height))));
        Assert.All(outside, x => Assert.False(history.Contains(new Epoch(x.Epoch), new BlockHeight(x.Height))));
    }

    [Fact]
    public void Genesis_alone_knows_epoch_0_and_no_later_one()
    {
        var history = EpochHistory.Begin(Genesis);

        Assert.Equal(Genesis.Validators, history.ValidatorsOf(new Epoch(0)));
        Assert.Null(history.ValidatorsOf(new Epoch(1)));
        Assert.True(history.Contains(new Epoch(0), new BlockHeight(ulong.MaxValue)));
    }

    [Fact]
    public void A_change_that_is_left_out_put_elsewhere_or_certified_by_others_is_named()
    {
        var (first, second) = (Chain.EpochChanges[0], Chain.EpochChanges[1]);

        AssertFault(ReceiptFault.EpochOutOfOrder, second);
        AssertFault(ReceiptFault.EpochOutOfOrder, second, first);
        AssertFault(ReceiptFault.CertificateOtherHeader, first with { CertificateBytes = second.CertificateBytes });
        AssertFault(ReceiptFault.ValidatorsMismatch, first with { ValidatorsBytes = second.ValidatorsBytes });
    }

    [Fact]
    public void A_change_survives_its_encoding()
    {
        var change = Chain.EpochChanges[0];

        Assert.True(EpochChange.TryDecode(change.Encode(), out var decoded, out _));
        Assert.Equal(change, decoded);
        Assert.False(EpochChange.TryDecode(change.Encode().AsSpan(1), out _, out _));
    }

    private static void AssertFault(ReceiptFault expected, params EpochChange[] changes)
    {
        Assert.False(EpochHistory.TryFollow(changes, Genesis, out var history, out var fault));
        Assert.Equal(expected, fault.Fault);
        Assert.Null(history);
    }

    private static TestChain MakeChain()
    {
        var chain = new TestChain(Genesis);
        chain.Add(A.Record());
        chain.EndEpoch(A.ValidatorSet(1, A.Members(3)));
        chain.Add(A.Record());
        chain.EndEpoch(A.ValidatorSet(2, A.Members(5)));
        return chain;
    }
}
