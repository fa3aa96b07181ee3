using Ledger.Consensus;
using Ledger.Consensus.Effects;
using Ledger.Consensus.Inputs;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Testing.Consensus;

/// <summary>
/// One node of a simulated cluster: the smallest host that keeps the contract of <see cref="EffectList"/>.
/// </summary>
public sealed class ClusterNode
{
    private const int RestartDelayMs = 300;

    private readonly Cluster _cluster;
    private readonly ISigner _signer;
    private readonly SortedSet<Hash256> _held = [];
    private long _incarnation;
    private bool _syncing;

    internal ClusterNode(Cluster cluster, int index)
    {
        _cluster = cluster;
        Index = new ValidatorIndex(index);
        _signer = cluster.Suite.SignerOf(index);
        Disk = new FakeDisk(cluster.Channel);
        Options = new ReplicaOptions
        {
            Self = Index,
            Window = cluster.Options.Window,
            MaxInFlight = cluster.Options.MaxInFlight,
            MaxTransactionsPerProposal = cluster.Options.MaxTransactionsPerProposal,
        };
        Authenticator = new MessageAuthenticator(Options, cluster.Validators, cluster.Suite, cluster.Channel);
        Start();
    }

    public ValidatorIndex Index { get; }

    public FakeDisk Disk { get; }

    public ReplicaOptions Options { get; }

    public MessageAuthenticator Authenticator { get; }

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

    public bool IsUp => Replica is not null;

    public int PendingCount => _held.Count;

    public void Hold(Hash256 transactionId)
    {
        if (!Disk.Contains(transactionId)) _held.Add(transactionId);
    }

    public void Crash()
    {
        if (Replica is null) return;
        Replica = null;
        CrashCount++;
        _incarnation++;
        _cluster.After(RestartDelayMs, Restart);
    }

    public void Stop()
    {
        Replica = null;
        _incarnation++;
    }

    public void Restart()
    {
        if (Replica is null) Start();
    }

    /// <summary>A message arrived from a peer's stream.</summary>
    internal void Receive(ValidatorIndex peer, byte[] bytes)
    {
        if (Replica is null) return;
        if (!Authenticator.TryAuthenticate(peer, bytes, out var message, out var signer, out var fault))
        {
            _cluster.CountRefused(fault);
            return;
        }

        Step(new MessageReceived(signer, message));
    }

    internal void Tick(long now)
    {
        if (Replica is null) return;
        Step(new Tick(new LogicalTime(now), _held.Count > 0, TransactionOverdue: false));
        Offer(now);
    }

    private void Start()
    {
        _incarnation++;
        _syncing = false;
        Replica = new Replica(
            Options, _cluster.Validators, _cluster.Suite, _signer, _cluster.Channel, Disk.Recover());
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
                _cluster.Broadcast(Index, broadcast.Message);
                break;
            case Send send:
                _cluster.Send(Index, send.To, send.Message);
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
                if (!_syncing) Later(20, Sync);
                _syncing = true;
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
        for (var height = Disk.Tip.Value + 1; height <= target.Value; height++)
        {
            var block = source.Disk.Blocks[(int)height];
            Disk.Append(block);
            Forget(block);
            _cluster.OnExecuted(this, block);
        }

        SyncCount++;
        var certificate = source.Disk.CertificateOf(target.Value)!;
        Disk.Certify(target, certificate);
        Step(new Synced(target, Disk.Blocks[(int)target.Value].HeaderBytes, certificate));
    }

    private void Forget(FakeBlock block)
    {
        foreach (var id in block.TransactionIds) _held.Remove(id);
    }
}
