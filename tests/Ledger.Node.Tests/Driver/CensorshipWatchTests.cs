using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Driver;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Driver;

public sealed class CensorshipWatchTests : IDisposable
{
    private readonly TestLedger _ledger = new();
    private ulong _height;

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_transaction_that_stays_left_out_of_proposals_with_room_accuses_the_primary()
    {
        var watch = Watch();
        Hold("victim", 0);

        watch.OnProposal(Propose(Hold("other", 1000)), 1001);

        Assert.False(watch.IsOverdue(1001));
        Assert.True(watch.IsOverdue(1501));
    }

    [Fact]
    public void A_young_transaction_may_be_left_out()
    {
        var watch = Watch();
        Hold("young", 500);

        watch.OnProposal(Propose(Hold("other", 1000)), 1001);

        Assert.False(watch.IsOverdue(9999));
    }

    [Fact]
    public void What_is_proposed_after_all_accuses_nobody_and_neither_does_a_later_backlog()
    {
        var watch = Watch();
        var slow = Hold("slow", 0);
        watch.OnProposal(Propose(Hold("other", 1000)), 1001);
        watch.OnProposal(Propose(slow), 1002);

        // Much later, something waits because proposals are full.
        Hold("waiting", 50_000);

        Assert.False(watch.IsOverdue(60_000));
    }

    [Fact]
    public void Full_proposals_accuse_nobody()
    {
        var watch = Watch(new ChannelParameters { MaxBlockTransactions = 1 });
        Hold("victim", 0);

        watch.OnProposal(Propose(Hold("other", 1000)), 1001);

        Assert.False(watch.IsOverdue(9999));
    }

    [Fact]
    public void A_proposal_without_room_for_the_largest_that_waits_is_full()
    {
        // The primary may have met the large one first, and a member's transactions stay in order.
        var parameters = new ChannelParameters { MaxTransactionBytes = 100_000, MaxBlockBytes = 100_000 };
        var watch = Watch(parameters);
        Hold("victim", 0);
        Hold("large", 999, padding: 50_000);

        watch.OnProposal(Propose(Hold("other", 1000, padding: 60_000)), 1001);

        Assert.False(watch.IsOverdue(9999));
    }

    [Fact]
    public void A_new_view_begins_with_a_clean_slate()
    {
        var watch = Watch();
        Hold("victim", 0);
        watch.OnProposal(Propose(Hold("other", 1000)), 1001);

        watch.Reset();

        Assert.False(watch.IsOverdue(9999));
    }

    private CensorshipWatch Watch(ChannelParameters? parameters = null) =>
        new(_ledger.Pool, parameters ?? new ChannelParameters());

    private Hash256 Hold(string subject, long now, int padding = 0)
    {
        var transaction = _ledger.Check(Make.Transaction(_ledger.Genesis, subject, padding: padding));
        _ledger.Pool.Add(transaction, "org-a", now, _ => false);
        return transaction.Id;
    }

    private Proposal Propose(params Hash256[] ids)
    {
        var height = new BlockHeight(++_height);
        Assert.True(_ledger.Pool.TryPlace(height, ids));
        return Proposal.Create(new Epoch(0), height, A.Start, new ValidatorIndex(1), ids, _ledger.Genesis.Suite.Hash);
    }
}
