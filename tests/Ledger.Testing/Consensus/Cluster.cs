using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Testing.Consensus;

/// <summary>
/// A deterministic cluster: replicas, fake disks and a network that loses, doubles and delays, all driven by one seed
/// in one thread. After every event it checks that nodes agree and that no honest node contradicts a vote it sent
/// before, over all its lives.
/// </summary>
public sealed class Cluster
{
    private const int TickMs = 20;

    private readonly SplitMix64 _random;
    private readonly PriorityQueue<Action, (long Time, long Sequence)> _events = new();
    private readonly Dictionary<ulong, Hash256> _agreed = [];
    private readonly Dictionary<(int Node, Epoch Epoch, MessageKind Kind, ulong View, ulong Height), Hash256> _said = [];
    private readonly Dictionary<Hash256, ValidatorSet> _changes = [];
    private readonly SortedDictionary<AuthenticationFault, int> _refused = [];
    private long _sequence;
    private long _transactions;
    private bool _healed;

    public Cluster(ClusterOptions options)
    {
        Options = options;
        _random = new SplitMix64(options.Seed);
        Channel = new ChannelId(Sha256.Instance.Hash("cluster"u8));
        Validators = SetOf(0, Enumerable.Range(0, options.Validators));
        Nodes = [.. Enumerable.Range(0, options.Validators + options.Followers).Select(i => new ClusterNode(this, i))];
        foreach (var node in Nodes) After(1 + _random.Below(TickMs), () => Tick(node));
    }

    public ClusterOptions Options { get; }

    public FakeSuite Suite { get; } = new();

    public ChannelId Channel { get; }

    /// <summary>The validators of epoch 0: the first nodes.</summary>
    public ValidatorSet Validators { get; }

    public IReadOnlyList<ClusterNode> Nodes { get; }

    public long Now { get; private set; } = 1_000_000;

    /// <summary>Messages handed to the network so far, by kind.</summary>
    public SortedDictionary<MessageKind, int> Sent { get; } = [];

    /// <summary>Messages that authentication refused, by reason.</summary>
    public IReadOnlyDictionary<AuthenticationFault, int> Refused => _refused;

    /// <summary>What a faulty node sends in place of a message; by default the message itself.</summary>
    public Func<ValidatorIndex, ValidatorIndex, ConsensusMessage, IEnumerable<ConsensusMessage>> Mutate { get; set; } =
        (_, _, message) => [message];

    /// <summary>Nodes whose votes are not checked for contradiction and which need not agree.</summary>
    public SortedSet<int> Faulty { get; } = [];

    /// <summary>
    /// Whether a node crashes before it acts on an effect, given how many effects it acted on before, over all its
    /// lives.
    /// </summary>
    public Func<ValidatorIndex, long, bool> CrashBefore { get; set; } = (_, _) => false;

    /// <summary>Whether a link is cut.</summary>
    public Func<ValidatorIndex, ValidatorIndex, bool> Cut { get; set; } = (_, _) => false;

    /// <summary>Gives new transactions to every node that is up.</summary>
    public void Submit(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var id = Sha256.Instance.Hash(BitConverter.GetBytes(_transactions++));
            foreach (var node in Nodes) node.Hold(id);
        }
    }

    /// <summary>The validators of an epoch, by the numbers of their nodes.</summary>
    public ValidatorSet SetOf(ulong epoch, IEnumerable<int> nodes) => new(
        new Epoch(epoch),
        nodes.Select(i => new Validator($"member-{i}", Suite.SignerOf(i).PublicKey, $"node-{i}:1")));

    /// <summary>Gives every node a transaction that makes these nodes the validators of an epoch.</summary>
    public void SubmitChange(ulong epoch, params IReadOnlyList<int> nodes)
    {
        var id = Sha256.Instance.Hash(BitConverter.GetBytes(_transactions++));
        _changes.Add(id, SetOf(epoch, nodes));
        foreach (var node in Nodes) node.Hold(id);
    }

    /// <summary>Whether every honest node has reached an epoch.</summary>
    public bool HasReached(ulong epoch) => Nodes.All(
        n => Faulty.Contains(n.Index.Value) || (n.IsUp && n.Epoch.Value == epoch));

    public void RunFor(long milliseconds)
    {
        var end = Now + milliseconds;
        while (_events.TryPeek(out _, out var at) && at.Time <= end) RunOne();
        Now = end;
    }

    /// <summary>Runs until a condition holds; false when it does not within the time.</summary>
    public bool RunUntil(Func<bool> condition, long withinMilliseconds)
    {
        var end = Now + withinMilliseconds;
        while (!condition())
        {
            if (!_events.TryPeek(out _, out var at) || at.Time > end) return false;
            RunOne();
        }

        return true;
    }

    /// <summary>Ends all faults of network and machines, and restarts what is down.</summary>
    public void Heal()
    {
        _healed = true;
        Cut = (_, _) => false;
        foreach (var node in Nodes) node.Restart();
    }

    /// <summary>Whether every honest node executed every transaction and holds the certificate of its tip.</summary>
    public bool IsSettled()
    {
        var honest = Nodes.Where(n => !Faulty.Contains(n.Index.Value)).ToArray();
        return honest.All(n => n.IsUp && n.PendingCount == 0
            && n.Disk.Tip == honest[0].Disk.Tip && n.Disk.Certified == n.Disk.Tip);
    }

    /// <summary>One line about each node, for a failing test's message.</summary>
    public string Describe() => string.Join('\n', Nodes.Select(n =>
        $"{n.Index}: up={n.IsUp} epoch={n.Epoch} self={n.Self} view={n.Replica?.View} "
        + $"changing={n.Replica?.InViewChange} tip={n.Disk.Tip} certified={n.Disk.Certified} "
        + $"executed={n.Replica?.Executed} pending={n.PendingCount}"));

    internal void After(long milliseconds, Action action) => _events.Enqueue(action, (Now + milliseconds, _sequence++));

    internal bool CrashesNow(ClusterNode node) =>
        CrashBefore(node.Index, node.EffectCount)
        || (!_healed && Options.Crash > 0 && _random.Chance(Options.Crash));

    internal void CountRefused(AuthenticationFault fault) => _refused[fault] = _refused.GetValueOrDefault(fault) + 1;

    internal ValidatorSet? ChangeOf(Hash256 transactionId) => _changes.GetValueOrDefault(transactionId);

    internal void Broadcast(ClusterNode from, ConsensusMessage message)
    {
        foreach (var node in Nodes)
        {
            if (node != from && from.Set.IndexOf(node.Key) is not null) Send(from, node, message);
        }
    }

    internal void Send(ClusterNode from, ValidatorIndex to, ConsensusMessage message) =>
        Send(from, Nodes.Single(n => n.Key == from.Set[to].Key.Id), message);

    internal void Send(ClusterNode from, ClusterNode to, ConsensusMessage message)
    {
        if (!Faulty.Contains(from.Index.Value)) CheckVote(from, message);
        foreach (var sent in Mutate(from.Index, to.Index, message)) Transmit(from.Index, to.Index, sent);
    }

    internal void OnExecuted(ClusterNode node, FakeBlock block)
    {
        if (Faulty.Contains(node.Index.Value)) return;
        var height = block.Header.Height.Value;
        if (_agreed.TryAdd(height, block.Hash) || _agreed[height] == block.Hash) return;
        throw new InvalidOperationException(
            $"seed {Options.Seed}: node {node.Index} executed another block at {height}\n{Describe()}");
    }

    private void Transmit(ValidatorIndex from, ValidatorIndex to, ConsensusMessage message)
    {
        Sent[message.Kind] = Sent.GetValueOrDefault(message.Kind) + 1;
        if (Cut(from, to)) return;
        if (!_healed && _random.Chance(Options.Loss)) return;
        var bytes = message.Encode();
        var copies = !_healed && _random.Chance(Options.Duplication) ? 2 : 1;
        for (var i = 0; i < copies; i++)
            After(1 + _random.Below(Options.MaxDelayMs), () => Nodes[to.Value].Receive(from, bytes));
    }

    private void CheckVote(ClusterNode from, ConsensusMessage message)
    {
        if (message.Signer != from.Self) return;
        var (view, height, digest) = message switch
        {
            Vote vote => (vote.View.Value, vote.Height.Value, vote.Digest),
            Checkpoint checkpoint => (0UL, checkpoint.Height.Value, checkpoint.HeaderHash),
            ViewChange change => (change.NewView.Value, 0UL, Sha256.Instance.Hash(change.Payload.Span)),
            NewView newView => (newView.View.Value, 0UL, Sha256.Instance.Hash(newView.Payload.Span)),
            _ => (0UL, 0UL, Hash256.Zero),
        };
        var key = (from.Index.Value, from.Epoch, message.Kind, view, height);
        if (_said.TryAdd(key, digest) || _said[key] == digest) return;
        throw new InvalidOperationException(
            $"seed {Options.Seed}: node {from.Index} contradicts itself: {key}\n{Describe()}");
    }

    private void Tick(ClusterNode node)
    {
        node.Tick(Now);
        After(TickMs, () => Tick(node));
    }

    private void RunOne()
    {
        _events.TryDequeue(out var action, out var at);
        Now = at.Time;
        action!();
    }
}
