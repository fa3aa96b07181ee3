using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Driver;
using Ledger.Node.Sync;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Ledger.Testing.Network;

namespace Ledger.Node.Tests.Driver;

public sealed class ProposalCheckerTests : IAsyncLifetime, IDisposable
{
    private readonly InMemoryHub _hub = new();
    private readonly TestLedger _ledger = new();
    private readonly TestLedger _primary = new();
    private InMemoryNetwork _own = null!;
    private InMemoryNetwork _theirs = null!;
    private ProposalChecker _checker = null!;

    public async Task InitializeAsync()
    {
        var validators = new ValidatorPeers(_ledger.Genesis.Validators, new ValidatorIndex(0));
        _own = _hub.Join(validators[new ValidatorIndex(0)]);
        _theirs = _hub.Join(validators[new ValidatorIndex(1)]);
        SyncService.Serve(_primary.Store, _primary.Chain, _primary.Pool, _theirs);
        await _own.StartAsync(CancellationToken.None);
        await _theirs.StartAsync(CancellationToken.None);
        _checker = new ProposalChecker(
            _ledger.Pool, _ledger.Admission, _ledger.Chain, new Ledger.Node.Hosting.NodeClock(new FetchTime(_ledger.Time)),
            _own, validators, new ChannelParameters { MaxTransactionBytes = 4096, MaxBlockBytes = 8192 });
    }

    public async Task DisposeAsync()
    {
        await _own.DisposeAsync();
        await _theirs.DisposeAsync();
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _primary.Dispose();
    }

    [Fact]
    public void P26_what_admission_accepted_and_the_pool_chose_is_acceptable()
    {
        for (var i = 0; i < 20; i++) Admit(_ledger, Make.Transaction(_ledger.Genesis, $"t-{i}"));
        var batch = _ledger.Pool.ChooseBatch(1000, 8192);

        Assert.NotEmpty(batch);
        Assert.True(_checker.Check(Proposal(batch), reproposed: false));
        Assert.False(_ledger.Pool.IsWaiting(batch[0]));
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
    public async Task What_is_not_held_is_fetched_from_the_primary()
    {
        var transaction = Admit(_primary, Make.Transaction(_ledger.Genesis, "t"));
        var proposal = Proposal([transaction.Id]);
        Assert.Null(_checker.Check(proposal, reproposed: false));

        var accepted = await _checker.FetchAsync(
            proposal, reproposed: false, new ValidatorIndex(1), () => true, CancellationToken.None);

        Assert.True(accepted);
        Assert.Equal([transaction.Id], _ledger.Pool.PlacedAt(proposal.Height).Select(t => t.Id));
    }

    [Fact]
    public async Task Fetching_ends_when_nobody_wants_the_proposal_any_more()
    {
        var rounds = 0;

        var accepted = await _checker.FetchAsync(
            Proposal([Hash256.Zero]), reproposed: false, new ValidatorIndex(1), () => rounds++ < 2, CancellationToken.None);

        Assert.False(accepted);
        Assert.Equal(3, rounds);
    }

    private static SignedTransaction Admit(TestLedger ledger, SignedTransaction transaction)
    {
        Assert.True(ledger.Admission.Admit(transaction.Encoded, AdmissionSource.Client, out _).IsAccepted);
        return transaction;
    }

    private Proposal Proposal(IReadOnlyList<Hash256> ids, Timestamp? time = null) =>
        Ledger.Consensus.Messages.Proposal.Create(
            new Epoch(0), new BlockHeight(1), time ?? A.Start, new ValidatorIndex(1), ids, _ledger.Genesis.Suite.Hash);

    /// <summary>The test's clock, whose pauses are over at once.</summary>
    private sealed class FetchTime(TimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
