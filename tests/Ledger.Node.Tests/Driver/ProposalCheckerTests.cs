using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Driver;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Driver;

public sealed class ProposalCheckerTests : IDisposable
{
    private readonly TestLedger _ledger = new();
    private readonly ProposalChecker _checker;

    public ProposalCheckerTests() => _checker = new ProposalChecker(
        _ledger.Pool, _ledger.Chain, _ledger.Clock,
        new ChannelParameters { MaxTransactionBytes = 4096, MaxBlockBytes = 8192 });

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void P26_what_admission_accepted_and_the_pool_chose_is_acceptable()
    {
        for (var i = 0; i < 20; i++) Admit(_ledger, Make.Transaction(_ledger.Genesis, $"t-{i}"));
        var batch = _ledger.Pool.ChooseBatch(1000, 8192);

        Assert.NotEmpty(batch);
        Assert.True(_checker.Check(Proposal(batch), reproposed: false));
        Assert.False(_ledger.Pool.IsWaiting(batch[0]));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void P26_admission_proposal_and_execution_agree_on_the_last_moment_of_a_transaction(long after, bool isGood)
    {
        var last = Make.ValidUntil(_ledger.Genesis, Make.After(5000));
        Admit(_ledger, last);
        var time = Make.After(5000 + after);

        Assert.Equal(isGood, _ledger.Rules.CheckTime(last, time).IsAccepted);
        Assert.Equal(isGood, _checker.Check(Proposal([last.Id], time), reproposed: false));
    }

    [Fact]
    public void P26_a_batch_that_fills_a_block_to_its_last_byte_is_acceptable()
    {
        var ids = Enumerable.Range(0, 8).Select(i => Admit(_ledger, Make.Transaction(_ledger.Genesis, $"t-{i}")).Id).ToList();
        var bytes = (uint)_ledger.Pool.BytesOf(ids);
        var limits = new ChannelParameters { MaxTransactionBytes = 4096, MaxBlockBytes = bytes };
        var checker = new ProposalChecker(_ledger.Pool, _ledger.Chain, _ledger.Clock, limits);

        Assert.Equal(ids.Count - 1, _ledger.Pool.ChooseBatch(1000, bytes - 1).Count);
        var batch = _ledger.Pool.ChooseBatch(1000, bytes);

        Assert.Equal(ids.Count, batch.Count);
        Assert.True(checker.Check(Proposal(batch), reproposed: false));
    }

    [Fact]
    public void A_time_far_from_the_own_clock_is_refused()
    {
        var transaction = Admit(_ledger, Make.Transaction(_ledger.Genesis, "t"));
        var drift = (long)new ChannelParameters().MaxClockDriftMilliseconds;

        Assert.False(_checker.Check(Proposal([transaction.Id], Make.After(drift + 1)), reproposed: false));
        Assert.False(_checker.Check(Proposal([transaction.Id], Make.After(-drift - 1)), reproposed: false));
        Assert.True(_checker.Check(Proposal([transaction.Id], Make.After(drift)), reproposed: false));
    }

    [Fact]
    public void What_is_recorded_may_be_carried_over_and_not_proposed()
    {
        var transaction = Make.Transaction(_ledger.Genesis, "t");
        _ledger.Add(transaction);

        Assert.False(_checker.Check(Proposal([transaction.Id]), reproposed: false));
        Assert.True(_checker.Check(Proposal([transaction.Id]), reproposed: true));
    }

    [Fact]
    public void More_bytes_than_a_block_may_have_are_refused()
    {
        var ids = Enumerable.Range(0, 4)
            .Select(i => Admit(_ledger, Make.Transaction(_ledger.Genesis, $"t-{i}", padding: 2900)).Id).ToList();

        Assert.True(_ledger.Pool.BytesOf(ids) > 8192);
        Assert.False(_checker.Check(Proposal(ids), reproposed: false));
        Assert.True(_checker.Check(Proposal(ids), reproposed: true));
    }

    [Fact]
    public void What_is_not_held_has_to_be_fetched_first()
    {
        var transaction = Make.Transaction(_ledger.Genesis, "t");
        Assert.Null(_checker.Check(Proposal([transaction.Id]), reproposed: false));

        Admit(_ledger, transaction);

        Assert.True(_checker.Check(Proposal([transaction.Id]), reproposed: false));
        Assert.Equal([transaction.Id], _ledger.Pool.PlacedAt(new BlockHeight(1)).Select(t => t.Id));
    }

    [Fact]
    public void A_block_for_nothing_is_refused()
    {
        Assert.False(_checker.Check(Proposal([]), reproposed: false));
    }

    [Fact]
    public void A_block_without_transactions_is_for_a_call_that_is_due_at_its_time()
    {
        _ledger.Chain.PublishExecuted(new BlockHeight(0), Make.After(500));

        Assert.False(_checker.Check(Proposal([], Make.After(499)), reproposed: false));
        Assert.True(_checker.Check(Proposal([], Make.After(500)), reproposed: false));
    }

    [Fact]
    public void What_is_due_is_not_known_before_the_block_below_is_executed()
    {
        var second = Consensus.Messages.Proposal.Create(
            new Epoch(0), new BlockHeight(2), A.Start, new ValidatorIndex(1), [], _ledger.Genesis.Suite.Hash);
        Assert.Null(_checker.Check(second, reproposed: false));

        _ledger.Chain.PublishExecuted(new BlockHeight(1), A.Start);

        Assert.True(_checker.Check(second, reproposed: false));
    }

    [Fact]
    public void A_null_block_that_a_new_view_brings_needs_nothing_due()
    {
        Assert.True(_checker.Check(Proposal([]), reproposed: true));
    }

    [Fact]
    public void More_gas_than_a_block_may_have_is_refused()
    {
        var contracts = CounterRuntime.Parameters with { MaxBlockGas = 2_000_000_000 };
        using var ledger = new TestLedger(A.Genesis(contracts: contracts), contracts: new CounterRuntime());
        var checker = new ProposalChecker(ledger.Pool, ledger.Chain, ledger.Clock, ledger.Genesis.Parameters);
        var ids = Enumerable.Range(0, 3)
            .Select(i => Admit(ledger, A.Transaction(
                ledger.Genesis, "org-a", A.Call("shop", "add", $"{i}", gas: 700_000_000))).Id)
            .ToList();

        Assert.False(checker.Check(Proposal(ids), reproposed: false));
        Assert.True(checker.Check(Proposal(ids[..2]), reproposed: false));
    }

    private static SignedTransaction Admit(TestLedger ledger, SignedTransaction transaction)
    {
        Assert.True(ledger.Admission.Admit(transaction.Encoded, AdmissionSource.Client, out _).IsAccepted);
        return transaction;
    }

    private Proposal Proposal(IReadOnlyList<Hash256> ids, Timestamp? time = null) =>
        Ledger.Consensus.Messages.Proposal.Create(
            new Epoch(0), new BlockHeight(1), time ?? A.Start, new ValidatorIndex(1), ids, _ledger.Genesis.Suite.Hash);
}
