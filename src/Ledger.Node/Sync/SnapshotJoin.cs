using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Snapshots;
using Ledger.Network;
using Ledger.Node.Wire;
using Ledger.Storage.Snapshots;

namespace Ledger.Node.Sync;

/// <summary>
/// Joins a channel from a snapshot: asks everybody which can be had, takes the one that most hold, fetches its state, the
/// leaves of the log where contracts may ask about them and the transaction ids to remember, and says when it is whole.
/// docs/spec/sync.md sections 4 to 6 and 9.
/// </summary>
/// <remarks>
/// A pure state machine, not thread-safe; owned by <see cref="SnapshotJoiner"/>. States:
/// <code>
/// discovering --offers--> fetching state --all ranges--> fetching leaves --all--> fetching ids --old enough--> whole
///      ^                        |                                                     |
///      +--- nobody has that snapshot any more ----------------------------------------+
/// </code>
/// Once the state is whole nobody need offer the snapshot any more: what is left is part of the chain.
/// </remarks>
internal sealed class SnapshotJoin
{
    private const long DiscoverTimeout = 3_000;
    private const int MaxRounds = 10;

    // Of requests for one part; late answers to those for another are none of its.
    private const long IdsOfPart = 1L << 32;

    private readonly Genesis _genesis;
    private readonly IReadOnlyList<PeerId> _peers;
    private readonly FetchOptions _options;
    private readonly Func<InstallProgress?> _progress;

    // Offers by header hash. Bound: MaxSnapshots of each peer.
    private readonly Dictionary<Hash256, (ProvenSnapshot Snapshot, List<PeerId> Holders)> _offers = [];

    // Who has not answered yet; ids are below zero, which no pool gives. Bound: the peers.
    private readonly SortedDictionary<long, PeerId> _asked = [];

    // What is in the store, partly.
    private ProvenSnapshot? _installing;

    private ProvenSnapshot? _snapshot;
    private Part _part;
    private IJoinFetch? _fetch;
    private long _deadline;
    private long _lastOffer;
    private long _lastId;
    private int _round;
    private int _answers;
    private bool _ended;

    /// <param name="genesis">The channel's genesis.</param>
    /// <param name="peers">Whom to ask.</param>
    /// <param name="options">How.</param>
    /// <param name="installing">The snapshot that is partly installed; null when none is.</param>
    /// <param name="progress">How far the installation is, after every effect.</param>
    public SnapshotJoin(
        Genesis genesis, IReadOnlyList<PeerId> peers, FetchOptions options, SnapshotManifest? installing,
        Func<InstallProgress?> progress)
    {
        _genesis = genesis;
        _peers = peers;
        _options = options;
        // One that does not hold any more is damaged, and another is begun.
        if (installing?.Verify(genesis, out var proven) == SnapshotFault.None) _installing = proven;
        _progress = progress;
    }

    // What is fetched, in this order.
    private enum Part
    {
        State,
        Leaves,
        Remembered,
    }

    /// <summary>Whether it is over: whole, or nothing to be had.</summary>
    public bool IsOver => _ended;

    /// <summary>Begins.</summary>
    public void Start(long now, List<JoinEffect> effects)
    {
        if (_installing is { } snapshot && _progress() is { StateDone: true })
        {
            _snapshot = snapshot;
            Fetch(Part.Leaves, snapshot);
            Continue(now, effects);
        }
        else
        {
            Discover(now, effects);
        }
    }

    /// <summary>Time passed.</summary>
    public void Tick(long now, List<JoinEffect> effects)
    {
        if (_ended) return;
        _fetch?.OnTick(now, effects);
        if (_snapshot is null && now >= _deadline) Decide(now, effects);
        Continue(now, effects);
    }

    /// <summary>A peer answered.</summary>
    public void Answered(long id, ReadOnlyMemory<byte> bytes, long now, List<JoinEffect> effects)
    {
        if (_ended) return;
        if (id < 0) OnOffers(id, bytes, now, effects);
        else _fetch?.OnAnswered(id, bytes, now, effects);
        Continue(now, effects);
    }

    /// <summary>A peer did not answer.</summary>
    public void Failed(long id, long now, List<JoinEffect> effects)
    {
        if (_ended) return;
        if (id < 0 && _asked.Remove(id) && _asked.Count == 0 && _offers.Count > 0) Decide(now, effects);
        else _fetch?.OnFailed(id, now);
        Continue(now, effects);
    }

    private void Discover(long now, List<JoinEffect> effects)
    {
        foreach (var id in _asked.Keys) effects.Add(new JoinEffect.Forget(id));
        _asked.Clear();
        _offers.Clear();
        (_snapshot, _fetch) = (null, null);
        _deadline = now + DiscoverTimeout;
        _round++;
        _answers = 0;
        foreach (var peer in _peers)
        {
            _asked.Add(--_lastOffer, peer);
            effects.Add(new JoinEffect.Ask(_lastOffer, peer, new SyncRequest.Snapshots()));
        }
    }

    private void OnOffers(long id, ReadOnlyMemory<byte> bytes, long now, List<JoinEffect> effects)
    {
        if (!_asked.Remove(id, out var peer)) return;
        _answers++;
        var fault = SnapshotMessages.TryDecodeManifests(bytes.Span, out var manifests)
            ? SyncFault.None
            : SyncFault.NotAnAnswer;
        foreach (var manifest in manifests ?? [])
        {
            if (manifest.Verify(_genesis, out var proven) != SnapshotFault.None)
            {
                fault = SyncFault.BadManifest;
                break;
            }

            if (!_offers.TryGetValue(proven!.Hash, out var offer)) offer = (proven, []);
            if (!offer.Holders.Contains(peer)) offer.Holders.Add(peer);
            _offers[proven.Hash] = offer;
        }

        if (fault != SyncFault.None) effects.Add(new JoinEffect.PeerLied(peer, fault));
        if (_asked.Count == 0) Decide(now, effects);
    }

    private void Decide(long now, List<JoinEffect> effects)
    {
        if (_snapshot is not null) return;
        if (_offers.Count == 0)
        {
            // Connections may not stand yet.
            if (_round < MaxRounds && _answers < _peers.Count)
            {
                Discover(now, effects);
                return;
            }

            _ended = true;
            effects.Add(new JoinEffect.NothingOffered());
            return;
        }

        var resumes = _installing is { } partly && _offers.ContainsKey(partly.Hash) && _progress() is not null;
        var (snapshot, holders) = resumes
            ? _offers[_installing!.Hash]
            : _offers.Values.OrderByDescending(o => o.Holders.Count).ThenByDescending(o => o.Snapshot.Height.Value).First();
        _snapshot = _installing = snapshot;
        if (!resumes) effects.Add(new JoinEffect.Begin(snapshot));
        var missing = resumes ? _progress()!.Missing() : [Core.Merkle.StateRange.Whole];
        _part = Part.State;
        _fetch = new StateFetch(snapshot, _genesis.Suite.Hash, missing, holders, _options, _lastId += IdsOfPart);
    }

    private void Continue(long now, List<JoinEffect> effects)
    {
        if (_ended || _snapshot is not { } snapshot || _fetch is null) return;
        if (_fetch.Lacking > 4 * _peers.Count)
        {
            if (_round < MaxRounds)
            {
                Discover(now, effects);
                return;
            }

            _ended = true;
            effects.Add(new JoinEffect.NothingOffered());
            return;
        }

        for (_fetch.Continue(now, effects); _fetch.IsDone; _fetch.Continue(now, effects))
        {
            if (_part == Part.Remembered)
            {
                _ended = true;
                effects.Add(new JoinEffect.Complete(snapshot));
                return;
            }

            Fetch(_part + 1, snapshot);
        }
    }

    private void Fetch(Part part, ProvenSnapshot snapshot)
    {
        _part = part;
        // While effects are yet to be carried out, nothing of what follows is installed.
        var progress = _progress() is { StateDone: true } known ? known : null;
        _fetch = part == Part.Leaves
            ? new LeafFetch(
                snapshot, _genesis.Suite.Hash, progress?.NextLeaf ?? 0, snapshot.LeavesNeeded(_genesis.Parameters), _peers,
                _options, _lastId += IdsOfPart)
            : new RememberedFetch(
                _genesis.Suite.Hash, snapshot.RememberedFrom(_genesis.Parameters),
                progress?.NextRemembered ?? snapshot.Height, progress?.NextHash ?? snapshot.Hash, _peers, _options,
                _lastId += IdsOfPart);
    }
}
