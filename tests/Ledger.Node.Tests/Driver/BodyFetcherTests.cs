using Ledger.Consensus;
using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Driver;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Driver;

public sealed class BodyFetcherTests : IDisposable
{
    private readonly TestLedger _ledger = new();
    private readonly Ports _ports = new();
    private readonly BodyFetcher _fetcher;

    public BodyFetcherTests()
    {
        var validators = new ValidatorPeers(_ledger.Genesis.Validators, new ValidatorIndex(0));
        var checker = new ProposalChecker(_ledger.Pool, _ledger.Chain, _ledger.Clock, _ledger.Genesis.Parameters);
        _fetcher = new BodyFetcher(_ledger.Pool, _ledger.Chain, validators, checker, _ports);
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void What_gossip_brings_in_time_is_not_asked_for()
    {
        var transaction = Make.Transaction(_ledger.Genesis, "t");
        _fetcher.Add(Asked(view: 1, transaction), now: 100);
        Assert.Empty(Look(now: 110));

        Hold(transaction);

        Assert.Equal([true], Look(now: 112, thorough: false).Select(v => v.Accepted));
        Assert.Empty(_ports.Requests);
    }

    [Fact]
    public void What_does_not_come_is_asked_of_the_primary_and_then_of_the_others()
    {
        var transaction = Make.Transaction(_ledger.Genesis, "t");
        _fetcher.Add(Asked(view: 3, transaction), now: 100);

        Look(now: 124);
        Look(now: 500);
        _fetcher.OnAnswered(FetchLane.Proposals, _ports.Requests[0].Search, now: 600);
        Look(now: 624);

        // Validator 3 is the primary of view 3; validator 0 is this one.
        Assert.Equal([3, 1], _ports.Requests.Select(r => r.From.Value));
        Assert.Equal([transaction.Id], _ports.Requests[0].Ids);
    }

    [Fact]
    public void A_search_that_nobody_can_help_ends_with_a_refusal()
    {
        _fetcher.Add(Asked(view: 1, Make.Transaction(_ledger.Genesis, "t")), now: 0);
        var now = 0L;
        IReadOnlyList<(ValidateProposal Asked, bool Accepted)> verdicts = [];
        while (verdicts.Count == 0 && now < 10_000)
        {
            verdicts = Look(now += 30);
            if (_ports.Requests.Count > 0) _fetcher.OnAnswered(FetchLane.Proposals, _ports.Requests[^1].Search, now);
        }

        Assert.False(Assert.Single(verdicts).Accepted);
        // Twenty rounds over four validators, less the rounds that would have asked this node itself.
        Assert.Equal(15, _ports.Requests.Count);
    }

    [Fact]
    public void A_proposal_of_a_view_that_ended_holds_nothing_up()
    {
        var held = Make.Transaction(_ledger.Genesis, "held");
        _fetcher.Add(Asked(view: 1, Make.Transaction(_ledger.Genesis, "lost")), now: 0);
        _fetcher.Add(Asked(view: 2, held), now: 0);
        Hold(held);

        Assert.Equal([false, true], _fetcher.Look(2, default, 10, thorough: true).Select(v => v.Accepted));
    }

    [Fact]
    public void An_answer_of_an_earlier_search_is_not_taken_for_the_present_one()
    {
        _fetcher.Add(Asked(view: 1, Make.Transaction(_ledger.Genesis, "a")), now: 0);
        Look(now: 24);
        _fetcher.Add(Asked(view: 2, Make.Transaction(_ledger.Genesis, "b")), now: 30);
        _fetcher.Look(2, default, 54, thorough: true);
        _fetcher.OnAnswered(FetchLane.Proposals, _ports.Requests[0].Search, now: 60);
        _fetcher.Look(2, default, 200, thorough: true);

        Assert.Equal(2, _ports.Requests.Count);
    }

    [Fact]
    public void Execution_looks_again_once_the_transactions_of_a_decided_proposal_are_held()
    {
        var transaction = Make.Transaction(_ledger.Genesis, "t");
        _fetcher.AddDecided(Proposal(transaction), now: 0);
        Look(now: 24);
        Assert.Equal([FetchLane.Execution], _ports.Requests.Select(r => r.Lane));
        Assert.Equal(0, _ports.Retries);

        Hold(transaction);
        Look(now: 30, thorough: false);

        Assert.Equal(1, _ports.Retries);
        Assert.Empty(_ports.Syncs);
    }

    [Fact]
    public void A_decided_proposal_whose_transactions_nobody_has_is_left_to_sync()
    {
        _fetcher.AddDecided(Proposal(Make.Transaction(_ledger.Genesis, "t")), now: 0);
        for (var now = 30L; _ports.Retries == 0 && now < 10_000; now += 30)
        {
            Look(now);
            if (_ports.Requests.Count > 0) _fetcher.OnAnswered(FetchLane.Execution, _ports.Requests[^1].Search, now);
        }

        Assert.Equal(1, _ports.Retries);
        Assert.Equal([1UL], _ports.Syncs.Select(h => h.Value));
    }

    private IReadOnlyList<(ValidateProposal Asked, bool Accepted)> Look(long now, bool thorough = true) =>
        _fetcher.Look(0, new BlockHeight(0), now, thorough);

    private void Hold(SignedTransaction transaction) =>
        Assert.True(_ledger.Admission.Admit(transaction.Encoded, AdmissionSource.Peer, out _).IsAccepted);

    private ValidateProposal Asked(ulong view, SignedTransaction transaction) =>
        new(new View(view), Proposal(transaction), Reproposed: false);

    private Proposal Proposal(SignedTransaction transaction) => Ledger.Consensus.Messages.Proposal.Create(
        new Epoch(0), new BlockHeight(1), A.Start, new ValidatorIndex(1), [transaction.Id], _ledger.Genesis.Suite.Hash);

    private sealed class Ports : IConsensusPorts
    {
        public List<(FetchLane Lane, long Search, ValidatorIndex From, IReadOnlySet<Hash256> Ids)> Requests { get; } = [];

        public int Retries { get; private set; }

        public List<BlockHeight> Syncs { get; } = [];

        public void Send(ValidatorIndex to, ConsensusMessage message) => throw new InvalidOperationException();

        public void Broadcast(ConsensusMessage message) => throw new InvalidOperationException();

        public void SendTo(PeerId peer, ConsensusMessage message) => throw new InvalidOperationException();

        public void BeginEpoch(EpochParts epoch) => throw new InvalidOperationException();

        public void ExpectEpoch(ValidatorPeers next) => throw new InvalidOperationException();

        public void Execute(Proposal proposal) => throw new InvalidOperationException();

        public void RetryExecution() => Retries++;

        public void FetchTransactions(FetchLane lane, long search, ValidatorIndex from, IReadOnlySet<Hash256> ids) =>
            Requests.Add((lane, search, from, ids));

        public void ReportFault(FaultEvidence evidence) => throw new InvalidOperationException();

        public void OnChainRestored() => throw new InvalidOperationException();

        public void RequestSync(BlockHeight atLeast) => Syncs.Add(atLeast);
    }
}
