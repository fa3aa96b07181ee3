using Ledger.Consensus.Checkpoints;
using Ledger.Consensus.Effects;
using Ledger.Consensus.Faults;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Log;
using Ledger.Consensus.Messages;
using Ledger.Consensus.Timers;
using Ledger.Consensus.ViewChanges;
using Ledger.Consensus.Votes;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Consensus;

/// <summary>
/// One validator's part in PBFT (Castro and Liskov, OSDI '99), as a pure state machine: an input changes the state and
/// yields effects; nothing else is read or done. docs/spec/consensus.md is its specification.
/// </summary>
/// <remarks>
/// <para>
/// Not thread-safe on purpose: one owner feeds it. It never blocks, and never throws for what a peer sent; it throws
/// <see cref="InvariantViolationException"/> for an error of its own or its host's.
/// </para>
/// <list type="table">
/// <listheader><term>State</term><description>Left by</description></listheader>
/// <item><term>Active in view v</term><description>timeout, overdue transaction, or f+1 view-changes above v: asks for
/// a higher view; a new-view above v: active there; a contradicting quorum: diverged.</description></item>
/// <item><term>Asking for view v</term><description>new-view for v or above: active; f+1 view-changes above v, or
/// timeout after a quorum asked: asks for a higher view.</description></item>
/// <item><term>Ending</term><description>(beside either of the above, once a block that names next validators is
/// executed; Replica.Epoch.cs) the certificate of that block: over.</description></item>
/// <item><term>Over, diverged</term><description>nothing: every input is ignored.</description></item>
/// </list>
/// <para>
/// Of each height above the stable checkpoint: empty, waiting, validating, accepted or rejected; then, independently of
/// these, prepared, decided, executed. Hard state is what goes to the vote log; all else is soft and is rebuilt from
/// peers.
/// </para>
/// </remarks>
public sealed partial class Replica
{
    private readonly ReplicaOptions _options;
    private readonly ValidatorSet _validators;
    private readonly QuorumSize _size;
    private readonly CryptoSuite _suite;
    private readonly ChannelBinding _binding;
    private readonly MessageFactory _factory;

    private readonly SlotLog _log;
    private readonly ViewChangeSet _viewChanges;
    private readonly FutureVotes _future;
    private readonly StableHistory _history = new();
    private readonly ProgressClaims _claims;
    private readonly ProgressTimer _timer;

    // When each validator's status was last answered; bound: one for each validator.
    private readonly LogicalTime?[] _answered;

    private EffectList _effects = new();
    private bool _resumed;
    private bool _diverged;

    /// <summary>Creates a replica from what the host found on its disk.</summary>
    /// <exception cref="ArgumentException">The options or the signer do not fit the validator set.</exception>
    /// <exception cref="InvariantViolationException">The recovered state is not one that a replica left.</exception>
    public Replica(
        ReplicaOptions options,
        ValidatorSet validators,
        CryptoSuite suite,
        ISigner signer,
        ChannelId channel,
        ReplicaState recovered)
    {
        if (!validators.Contains(options.Self) || !validators[options.Self].Key.Equals(signer.PublicKey))
            throw new ArgumentException("the signer is not this validator's", nameof(signer));
        if (options.Window < 1 || options.MaxInFlight < 1 || options.MaxTransactionsPerProposal < 1)
            throw new ArgumentException("window, in-flight heights and transactions must be positive", nameof(options));
        if (options.RequestTimeoutMs < 1 || options.RetransmitMs < 1 || options.StatusMs < 1
            || options.MaxViewChangeTimeoutMs < options.RequestTimeoutMs)
        {
            throw new ArgumentException("timeouts must be positive and the cap not below them", nameof(options));
        }

        _options = options;
        _validators = validators;
        _size = validators.Quorum;
        _suite = suite;
        _binding = new ChannelBinding(channel, validators.Epoch, options.EpochBase);
        _factory = new MessageFactory(_binding, options.Self, signer);
        // The disk's certificate may be older than the last one in memory was, so more may be executed above it.
        var window = Math.Max(options.Window, recovered.ExecutedHeaders.Count);
        _reportedViewChanges = new View[validators.Count];
        _log = new SlotLog(recovered.Stable.Height, window, validators.Count);
        _viewChanges = new ViewChangeSet(validators.Count);
        _future = new FutureVotes(validators.Count, options.Window);
        _claims = new ProgressClaims(validators.Count);
        _timer = new ProgressTimer(options.RequestTimeoutMs, options.MaxViewChangeTimeoutMs);
        _answered = new LogicalTime?[validators.Count];
        Recover(recovered);
    }

    /// <summary>The view this replica takes part in, or asks for.</summary>
    public View View { get; private set; }

    /// <summary>Whether this replica waits for the new-view of <see cref="View"/>.</summary>
    public bool InViewChange { get; private set; }

    /// <summary>The highest height that is executed and durable here.</summary>
    public BlockHeight Executed { get; private set; }

    /// <summary>The highest certified height here: the low-water mark. Invariant: Stable &lt;= Executed.</summary>
    public BlockHeight Stable => _log.Stable;

    /// <summary>The primary of <see cref="View"/>.</summary>
    public ValidatorIndex Primary => View.PrimaryAmong(_validators);

    /// <summary>
    /// The slot that this replica may fill now with <see cref="ProposalOffered"/>: not null exactly when it is the
    /// primary of an active view, every height below is proposed in it, and neither window nor pipeline is full.
    /// </summary>
    public (View View, BlockHeight Height)? OpenSlot
    {
        get
        {
            if (_diverged || _last is not null || InViewChange || Primary != _options.Self) return null;
            var height = Executed.Next;
            while (_log.Find(height)?.PrePrepare is not null) height = height.Next;
            var open = height > _freshFloor
                && _log.Contains(height)
                && height.Value - Executed.Value <= (ulong)_options.MaxInFlight
                && _log.Find(height)?.Decided is null;
            return open ? (View, height) : null;
        }
    }

    /// <summary>Takes one input in. Effects are added to the end of <paramref name="effects"/>.</summary>
    public void Step(Input input, EffectList effects)
    {
        if (_diverged || IsOver) return;
        _effects = effects;
        if (!_resumed)
        {
            _resumed = true;
            Resume();
        }

        switch (input)
        {
            case MessageReceived received:
                OnMessage(received.From, received.Message);
                break;
            case Tick tick:
                OnTick(tick);
                break;
            case ProposalOffered offered:
                OnProposalOffered(offered);
                break;
            case ProposalValidated validated:
                OnProposalValidated(validated);
                break;
            case Inputs.Executed executed:
                OnExecuted(executed);
                break;
            case Synced synced:
                OnSynced(synced);
                break;
        }

        Invariant.Require(Stable <= Executed && Executed <= _issued);
    }

    private void OnMessage(ValidatorIndex from, ConsensusMessage message)
    {
        if (!_validators.Contains(from) || from == _options.Self || message.Signer != from)
        {
            Drop(DropReason.NotAPeer, from);
            return;
        }

        if (!_binding.Begins(message.Payload.Span))
        {
            Drop(DropReason.OtherEpoch, from);
            return;
        }

        switch (message)
        {
            case PrePrepare prePrepare:
                OnPrePrepare(prePrepare);
                break;
            case Prepare prepare:
                OnPrepare(prepare);
                break;
            case Commit commit:
                OnCommit(commit);
                break;
            case Checkpoint checkpoint:
                OnCheckpoint(checkpoint);
                break;
            case ViewChange viewChange:
                OnViewChange(viewChange);
                break;
            case NewView newView:
                OnNewView(newView);
                break;
            case Status status:
                OnStatus(status);
                break;
            case StableNotice notice:
                OnStableNotice(notice);
                break;
        }
    }

    private void Emit(Effect effect) => _effects.Add(effect);

    private void Drop(DropReason reason, ValidatorIndex from) => Emit(new Dropped(reason, from));

    private void Save(BlockHeight height, VoteRecordKind kind, byte[] bytes) =>
        Emit(new Persist(new VoteRecord(_binding.Epoch, height, kind, bytes)));

    private void Diverge(BlockHeight height, Hash256 own, Hash256 other)
    {
        _diverged = true;
        Emit(new Diverged(height, own, other));
    }
}
