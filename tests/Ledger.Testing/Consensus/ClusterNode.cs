using System.Diagnostics.CodeAnalysis;
using Ledger.Consensus;
using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Testing.Consensus;

/// <summary>
/// One node of a simulated cluster: the smallest host that keeps the contract of <see cref="EffectList"/>.
/// </summary>
public sealed class ClusterNode
{
    private const int RestartDelayMs = 300;

    // How often a node that does not vote asks for new blocks.
    private const int FollowMs = 400;

    private const int AnswerMs = 100;

    private readonly Cluster _cluster;
    private readonly ISigner _signer;
    private readonly SortedSet<Hash256> _held = [];
    private readonly SortedDictionary<int, long> _answered = [];
    private long _incarnation;
    private long _followedAt;
    private bool _syncing;

    internal ClusterNode(Cluster cluster, int index)
    {
        _cluster = cluster;
        Index = new ValidatorIndex(index);
        _signer = cluster.Suite.SignerOf(index);
        Disk = new FakeDisk(cluster.Channel, cluster.ChangeOf);
        Start();
    }

    /// <summary>The node's number: its validator index in epoch 0.</summary>
    public ValidatorIndex Index { get; }

    /// <summary>Its validator index in its present epoch; null while it only follows.</summary>
    public ValidatorIndex? Self { get; private set; }

    public KeyId Key => _signer.PublicKey.Id;

    /// <summary>The validators of its present epoch.</summary>
    public ValidatorSet Set { get; private set; }

    public Epoch Epoch => Set.Epoch;

    public FakeDisk Disk { get; }

    public ReplicaOptions Options { get; private set; }

    public MessageAuthenticator Authenticator { get; private set; }

    /// <summary>How often it went on to another epoch, over all its lives.</summary>
    public int Handovers { get; private set; }

    public Replica? Replica { get; private set; }

    /// <summary>The fault evidence that this node found, over all its lives.</summary>
    public List<FaultFound> Faults { get; } = [];

    /// <summary>How many effects this node acted on, over all its lives.</summary>
    public long EffectCount { get; private set; }

    /// <summary>How often this node crashed.</summary>
    public int CrashCount { get; private set; }

    /// <summary>How many views this node entered, and how often it caught up by sync.</summary>
    public int ViewsEntered { get; private set; }

    public int SyncCount { get; private set; }

    /// <summary>Proposals that were decided above an epoch's last block, over all its lives.</summary>
    public int VoidExecutions { get; private set; }

    public bool IsUp { get; private set; }

    public int PendingCount => _held.Count;

    public void Hold(Hash256 transactionId)
    {
        if (!Disk.Contains(transactionId)) _held.Add(transactionId);
    }

    public void Crash()
    {
        if (!IsUp) return;
        Stop();
        CrashCount++;
        _cluster.After(RestartDelayMs, Restart);
    }

    public void Stop()
    {
        IsUp = false;
        Replica = null;
        _incarnation++;
    }

    public void Restart()
    {
        if (!IsUp) Start();
    }

    /// <summary>A message arrived from a peer's stream.</summary>
    internal void Receive(ValidatorIndex peer, byte[] bytes)
    {
        if (Replica is null) return;
        // Who is no validator of this epoch is heard in one thing only: that it is behind.
        if (Set.IndexOf(_cluster.Nodes[peer.Value].Key) is not { } sender)
        {
            if (MessageAuthenticator.EpochOf(bytes, _cluster.Channel) is { } epoch && epoch.Value < Epoch.Value)
                AnswerLaggard(peer);
            return;
        }

        if (Authenticator.TryAuthenticate(sender, bytes, out var message, out var signer, out var fault))
        {
            Step(new MessageReceived(signer, message));
            return;
        }

        _cluster.CountRefused(fault);
        if (fault == AuthenticationFault.EarlierEpoch) AnswerLaggard(peer);
        else if (fault == AuthenticationFault.LaterEpoch) AskForSync();
    }

    internal void Tick(long now)
    {
        if (!IsUp) return;
        if (Replica is null)
        {
            if (now < _followedAt + FollowMs) return;
            _followedAt = now;
            AskForSync();
            return;
        }

        // What a replica says of its ticks holds for every tick: one that it does not need changes nothing.
        var isNeedless = _held.Count == 0 && Replica.IdleUntil is { } idle && new LogicalTime(now) < idle;
        var effects = EffectCount;
        Step(new Tick(new LogicalTime(now), _held.Count > 0, TransactionOverdue: false));
        if (isNeedless && EffectCount != effects)
            throw new InvalidOperationException($"node {Index.Value} acted at {now}, upon a tick that it said it needs not");
        Offer(now);
    }

    // At start, and when an epoch's last block is certified: whatever is on disk says which epoch it is.
    [MemberNotNull(nameof(Set), nameof(Options), nameof(Authenticator))]
    private void Start()
    {
        _incarnation++;
        _syncing = false;
        IsUp = true;
        var end = Disk.LastCertifiedEnd;
        Set = end?.NextValidators ?? _cluster.Validators;
        Self = Set.IndexOf(Key);
        Options = new ReplicaOptions
        {
            Self = Self ?? new ValidatorIndex(0),
            EpochBase = end?.Header.Height ?? default,
            Window = _cluster.Options.Window,
            MaxInFlight = _cluster.Options.MaxInFlight,
            MaxTransactionsPerProposal = _cluster.Options.MaxTransactionsPerProposal,
        };
        Authenticator = new MessageAuthenticator(Options, Set, _cluster.Suite, _cluster.Channel);
        Replica = Self is null
            ? null
            : new Replica(Options, Set, _cluster.Suite, _signer, _cluster.Channel, Disk.Recover());
    }

    private void HandOver()
    {
        Handovers++;
        Start();
    }

    private void AnswerLaggard(ValidatorIndex peer)
    {
        if (_answered.TryGetValue(peer.Value, out var last) && _cluster.Now < last + AnswerMs) return;
        _answered[peer.Value] = _cluster.Now;
        _cluster.Send(this, _cluster.Nodes[peer.Value], Replica!.OwnStatus());
    }

    private void AskForSync()
    {
        if (!_syncing) Later(20, Sync);
        _syncing = true;
    }

    private void Offer(long now)
    {
        while (Replica?.OpenSlot is { } slot)
        {
            // What an earlier in-flight proposal names may be named again: execution leaves it out.
            var ids = _held.Skip((int)(slot.Height.Value - Replica.Executed.Value - 1) * 4).Take(4).ToArray();
            if (ids.Length == 0) return;
            Step(new ProposalOffered(slot.View, slot.Height, new Timestamp((ulong)now), ids));
            if (Replica?.OpenSlot == slot) return;
        }
    }

    private void Step(Input input)
    {
        if (Replica is not { } replica) return;
        var effects = new EffectList();
        replica.Step(input, effects);
        foreach (var effect in effects)
        {
            if (_cluster.CrashesNow(this))
            {
                EffectCount++;
                Crash();
                return;
            }

            EffectCount++;
            Act(effect);
        }

        // Between the certificate of the last block and this, a crash may come too.
        if (!replica.IsOver) return;
        if (_cluster.CrashesNow(this)) Crash();
        else HandOver();
    }

    private void Act(Effect effect)
    {
        switch (effect)
        {
            case Persist persist:
                Disk.Write(persist.Record);
                break;
            case PruneVotes prune:
                Disk.Prune(prune.Below);
                break;
            case Broadcast broadcast:
                _cluster.Broadcast(this, broadcast.Message);
                break;
            case Send send:
                _cluster.Send(this, send.To, send.Message);
                break;
            case ValidateProposal validate:
                Later(1, () => Validate(validate));
                break;
            case Execute execute:
                Later(2, () => Run(execute.Proposal));
                break;
            case Certified certified:
                Disk.Certify(certified.Height, certified.Certificate);
                break;
            case NeedSync:
                AskForSync();
                break;
            case ViewEntered:
                ViewsEntered++;
                break;
            case Diverged diverged:
                throw new InvalidOperationException($"node {Index} diverged at {diverged.Height}");
            case FaultFound fault:
                Faults.Add(fault);
                break;
        }
    }

    // Work of this life of the node: a crash takes it away.
    private void Later(int delayMs, Action action)
    {
        var incarnation = _incarnation;
        _cluster.After(delayMs, () =>
        {
            if (incarnation == _incarnation) action();
        });
    }

    private void Validate(ValidateProposal request)
    {
        var proposal = request.Proposal;
        var fresh = request.Reproposed || !proposal.TransactionIds.Any(Disk.Contains);
        Step(new ProposalValidated(request.View, proposal.Height, proposal.Digest, fresh));
    }

    private void Run(Proposal proposal)
    {
        if (proposal.Height <= Disk.Tip) return;
        if (proposal.Epoch != Disk.NextEpoch)
        {
            VoidExecutions++;
            return;
        }

        var block = Disk.Execute(proposal);
        Forget(block);
        _cluster.OnExecuted(this, block);
        Step(new Executed(block.Header.Height, block.HeaderBytes));
    }

    private void Sync()
    {
        _syncing = false;
        var source = _cluster.Nodes.MaxBy(n => n.Disk.Certified.Value)!;
        var target = source.Disk.Certified;
        if (target <= Disk.Certified) return;
        SyncCount++;
        for (var height = Disk.Certified.Next; height <= target; height = height.Next)
        {
            var block = source.Disk.Blocks[(int)height.Value];
            if (height > Disk.Tip)
            {
                Disk.Append(block);
                Forget(block);
                _cluster.OnExecuted(this, block);
            }

            // Every epoch's last block needs its own certificate; of the others the newest is enough.
            if (block.NextValidators is null && height != target) continue;
            var certificate = source.Disk.CertificateOf(height.Value)!;
            Disk.Certify(height, certificate);
            if (Replica is not null) Step(new Synced(height, block.HeaderBytes, certificate));
            else if (block.NextValidators is not null) HandOver();
            // A crash in the middle ends this life.
            if (!IsUp) return;
        }
    }

    private void Forget(FakeBlock block)
    {
        foreach (var id in block.TransactionIds) _held.Remove(id);
    }
}
