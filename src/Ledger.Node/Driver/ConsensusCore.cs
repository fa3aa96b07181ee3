using System.Diagnostics;
using Ledger.Consensus;
using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;
using Ledger.Node.Observability;

namespace Ledger.Node.Driver;

/// <summary>
/// Runs the replica: steps it, makes its hard state durable, and carries out its effects, through
/// <see cref="IConsensusPorts"/> where they concern the world outside. Inputs are taken in batches, so that all votes
/// of a batch share one disk sync; every vote is durable before any message leaves.
/// </summary>
/// <remarks>
/// Single-threaded, and the same for the node (<see cref="ConsensusDriver"/> gives it a thread and a network) and the
/// simulator. But for <see cref="Status"/>, nothing is safe for concurrent use. An exception that leaves
/// <see cref="Process"/> ends it: it must not be used any more.
/// </remarks>
internal sealed partial class ConsensusCore
{
    // How often a node that does not vote asks for new blocks.
    private const long FollowMilliseconds = 500;

    // How long a validator asks for a view before it asks for blocks too, and how often then.
    private const long UnheardMilliseconds = 4000;

    private readonly Func<EpochParts> _openEpoch;
    private readonly TransactionPool _pool;
    private readonly ChainView _chain;
    private readonly TransactionRules _rules;
    private readonly ProposalChecker _checker;
    private readonly BodyFetcher _bodies;
    private readonly VoteJournal _votes;
    private readonly CertifiedBlocks _certified;
    private readonly IConsensusPorts _ports;
    private readonly NodeClock _clock;
    private readonly NodeMetrics _metrics;
    private readonly ILogger _logger;
    private readonly BatchPolicy _batches = new();
    private readonly CensorshipWatch _censorship;
    private readonly EffectList _effects = new();

    // Answers to effects, stepped before anything else. Bound: one for each effect of the list at hand, or search.
    private readonly Queue<Input> _answers = new();

    // What was handed out for execution and may not be executed yet. Bound: the heights of the window.
    private readonly SortedDictionary<ulong, Proposal> _decided = [];

    // When peers of other epochs were last answered. Bound: cleared with each epoch, and peers are who may connect.
    private readonly Dictionary<PeerId, long> _answered = [];

    // Null while this node is no validator: it only follows.
    private Replica? _replica;
    private EpochParts _epoch;

    // The block to wait for when the chain lies below the votes; null otherwise. This core never votes then.
    private readonly BlockHeight? _missing;
    private bool _isRestored;
    private long _lastProposal;
    private int _lastBatch;
    private long _lastFollowed;
    private long _lastLater;
    private ReplicaStatus _status;

    /// <param name="epoch">The present epoch.</param>
    /// <param name="openEpoch">Makes the parts of the epoch that the disk is in, when the present one has
    /// ended.</param>
    /// <param name="pool">Transactions that wait for a block.</param>
    /// <param name="rules">The rules of transactions.</param>
    /// <param name="chain">The chain as all see it.</param>
    /// <param name="votes">Hard state.</param>
    /// <param name="certified">Takes certificates.</param>
    /// <param name="ports">The world.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="metrics">The instruments.</param>
    /// <param name="logger">The log.</param>
    public ConsensusCore(
        EpochParts epoch,
        Func<EpochParts> openEpoch,
        TransactionPool pool,
        TransactionRules rules,
        ChainView chain,
        VoteJournal votes,
        CertifiedBlocks certified,
        IConsensusPorts ports,
        NodeClock clock,
        NodeMetrics metrics,
        ILogger logger)
    {
        _epoch = epoch;
        _replica = epoch.Replica;
        _openEpoch = openEpoch;
        _pool = pool;
        _chain = chain;
        _rules = rules;
        _checker = new ProposalChecker(pool, chain, clock, rules.Parameters);
        _bodies = new BodyFetcher(pool, chain, epoch.Peers, _checker, ports);
        _votes = votes;
        _certified = certified;
        _ports = ports;
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
        _censorship = new CensorshipWatch(pool, rules.Parameters);
        _missing = epoch.Missing;
        _status = Snapshot();
        ports.BeginEpoch(epoch);
        if (_missing is { } missing) LogChainMissing(missing.Value);
        else if (_replica is null) LogFollowing(epoch.Validators.Epoch.Value);
    }

    /// <summary>Keeps a validator that lost its votes from voting too early; null for every other.</summary>
    public Probation? Probation { get; init; }

    /// <summary>What others may know of the replica. Immutable snapshot; safe from any thread.</summary>
    public ReplicaStatus Status => Volatile.Read(ref _status);

    /// <summary>Takes inputs in, in order, and does everything that follows from them.</summary>
    /// <exception cref="DivergenceException">A quorum certified something else than this node computed.</exception>
    public void Process(IReadOnlyList<DriverInput> inputs)
    {
        EndRest(inputs);
        for (var i = 0; i < inputs.Count; i++) Take(inputs[i]);
        do
        {
            // Effects first: a view that was just entered decides what may be offered.
            PerformEffects();
            StepAnswers();
            if (_effects.Count == 0) OfferProposal();
        }
        while (_effects.Count > 0);

        BeginRest();
        Volatile.Write(ref _status, Snapshot());
    }

    private void Take(DriverInput input)
    {
        switch (input)
        {
            case ReplicaInput replica:
                if (Probation is not { IsOver: false } || Admit(replica.Input)) Feed(replica.Input);
                break;
            case OtherEpochSeen seen:
                OnOtherEpoch(seen);
                break;
            case ClockTick:
                OnTick();
                break;
            case TransactionsFetched fetched:
                _bodies.OnAnswered(fetched.Lane, fetched.Search, _clock.Elapsed);
                LookForBodies(thorough: true);
                break;
            case BodiesMissing missing:
                _bodies.AddDecided(missing.Proposal, _clock.Elapsed);
                break;
            case PoolWake:
                LookForBodies(thorough: false);
                break;
        }
    }

    // On probation the replica follows the chain and nothing else.
    private bool Admit(Input input)
    {
        var probation = Probation!;
        var stable = _replica?.Stable ?? _chain.Certified.Header.Height;
        probation.OnStable(stable);
        if (input is MessageReceived { Message: Status status })
            probation.OnStatus(_epoch.Validators, status.Signer, status.Executed);
        // It ends with whatever comes next: often with a block that was fetched.
        if (probation.IsOver)
        {
            LogProbationOver(stable.Value);
            return true;
        }

        return input is not MessageReceived received || Driver.Probation.Allows(received.Message);
    }

    private void LookForBodies(bool thorough)
    {
        if (_replica is null) return;
        foreach (var (asked, accepted) in
            _bodies.Look(_replica.View.Value, _replica.Executed, _clock.Elapsed, thorough))
        {
            Answer(asked, accepted);
        }

        StepAnswers();
    }

    private void StepAnswers()
    {
        while (_answers.TryDequeue(out var answer)) _replica?.Step(answer, _effects);
    }

    private void OfferProposal()
    {
        while (Probation is not { IsOver: false } && _replica?.OpenSlot is { } slot)
        {
            var inFlight = slot.Height.Value - 1 - _replica.Executed.Value;
            var parameters = _rules.Parameters;
            var now = _clock.Now;
            var isCallDue = IsCallDue(slot.Height, now);
            var since = _clock.Elapsed - _lastProposal;
            if (!isCallDue && !_batches.ShouldPropose(_pool.WaitingCount, inFlight, _lastBatch, since)) return;
            // Nobody prepares what has expired at the proposal's time; the janitor removes it soon.
            IReadOnlyList<Hash256> ids =
            [
                .. _pool.ChooseBatch(
                        parameters.MaxBlockTransactions, parameters.MaxBlockBytes,
                        parameters.Contracts?.MaxBlockGas ?? ulong.MaxValue)
                    .Where(id => _pool.Find(id) is { } held && held.Signed.Content.ValidUntil >= now),
            ];
            if ((ids.Count == 0 && !isCallDue) || !_pool.TryPlace(slot.Height, ids)) return;
            (_lastProposal, _lastBatch) = (_clock.Elapsed, ids.Count);
            _replica.Step(new ProposalOffered(slot.View, slot.Height, now, ids), _effects);
        }
    }

    private void PerformEffects()
    {
        if (_effects.Count == 0) return;
        var start = Stopwatch.GetTimestamp();
        if (_votes.Write(_effects)) _metrics.VotesSynced(Stopwatch.GetElapsedTime(start));
        // Answers to effects are stepped after the list is done, so the list does not change under the loop.
        foreach (var effect in _effects) Perform(effect);
        _effects.Clear();
        if (_replica is { IsOver: true }) BeginEpoch();
    }

    private void Perform(Effect effect)
    {
        switch (effect)
        {
            case Broadcast broadcast:
                _ports.Broadcast(broadcast.Message);
                break;
            case Send send:
                _ports.Send(send.To, send.Message);
                break;
            case ValidateProposal validate:
                Validate(validate);
                break;
            case Execute execute:
                // Decided whatever this node's own check said, or did not say yet: never to be proposed again.
                _pool.PlaceCarriedOver(execute.Proposal.Height, execute.Proposal.TransactionIds);
                ForgetExecuted();
                _decided[execute.Proposal.Height.Value] = execute.Proposal;
                _ports.Execute(execute.Proposal);
                break;
            case Certified certified:
                _certified.Publish(certified.Height, certified.Certificate);
                break;
            case PruneVotes prune:
                _votes.Prune(prune.Below);
                break;
            case NeedSync sync:
                _ports.RequestSync(sync.AtLeast);
                break;
            case ViewChangeStarted started:
                LogViewChangeStarted(started.View.Value);
                break;
            case ViewEntered entered:
                OnViewEntered(entered);
                break;
            case Diverged diverged:
                throw new DivergenceException(diverged.Height, diverged.Own, diverged.Other);
            case FaultFound fault:
                _ports.ReportFault(fault.Evidence);
                break;
            case Dropped dropped:
                _metrics.Dropped(dropped.Reason.ToString());
                break;
        }
    }

    private void Validate(ValidateProposal validate)
    {
        var proposal = validate.Proposal;
        var verdict = _checker.Check(proposal, validate.Reproposed);
        if (verdict is { } accepted) Answer(validate, accepted);
        else _bodies.Add(validate, _clock.Elapsed);
    }

    private void Answer(ValidateProposal asked, bool accepted)
    {
        var proposal = asked.Proposal;
        if (!asked.Reproposed && accepted) _censorship.OnProposal(proposal, _clock.Elapsed);
        _answers.Enqueue(new ProposalValidated(asked.View, proposal.Height, proposal.Digest, accepted));
    }

    // What the old view proposed waits again, but for what is decided or carried over: its place is known, and a second
    // proposal of it would be refused by everybody.
    private void OnViewEntered(ViewEntered entered)
    {
        _pool.Unplace(_replica!.Executed);
        ForgetExecuted();
        foreach (var proposal in entered.Carried.Concat(_decided.Values))
        {
            if (proposal.Height > _replica.Executed) _pool.PlaceCarriedOver(proposal.Height, proposal.TransactionIds);
        }

        _censorship.Reset();
        LogViewEntered(entered.View.Value, entered.Primary.Value);
    }

    private void ForgetExecuted()
    {
        while (_decided.Count > 0 && _decided.First().Key <= _replica!.Executed.Value)
            _decided.Remove(_decided.First().Key);
    }

    private ReplicaStatus Snapshot() => _replica is { } replica
        ? new ReplicaStatus(
            _epoch.Validators.Epoch, replica.View.Value, replica.Primary, replica.InViewChange, replica.Executed,
            replica.Stable)
        : new ReplicaStatus(
            _epoch.Validators.Epoch, 0, new ValidatorIndex(0), false, _chain.Executed, _chain.Certified.Header.Height)
        {
            Missing = _missing,
        };

    [LoggerMessage(4001, LogLevel.Information, "No progress with the present primary; asking for view {View}.")]
    private partial void LogViewChangeStarted(ulong view);

    [LoggerMessage(4002, LogLevel.Information, "Entered view {View}; validator {Primary} is primary.")]
    private partial void LogViewEntered(ulong view, int primary);

    [LoggerMessage(4004, LogLevel.Information, "This validator votes again, from block {Height} on.")]
    private partial void LogProbationOver(ulong height);
}

/// <summary>A snapshot of the replica for the API and metrics.</summary>
internal sealed record ReplicaStatus(
    Epoch Epoch,
    ulong View,
    ValidatorIndex Primary,
    bool InViewChange,
    BlockHeight Executed,
    BlockHeight Stable)
{
    /// <summary>The block that it waits for before it votes again; null when it waits for none.</summary>
    public BlockHeight? Missing { get; init; }
}
