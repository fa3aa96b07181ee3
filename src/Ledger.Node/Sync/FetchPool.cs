using Ledger.Network;

namespace Ledger.Node.Sync;

/// <summary>Limits of a <see cref="FetchPool{T}"/>. Times are milliseconds.</summary>
internal sealed record FetchOptions
{
    /// <summary>
    /// Requests that one peer is asked at a time. Defaults to 2: one is answered while the other travels.
    /// </summary>
    public int PerPeer { get; init; } = 2;

    /// <summary>Requests under way at a time, whoever is asked. Defaults to 16.</summary>
    public int MaxInFlight { get; init; } = 16;

    /// <summary>Leaves asked for at once. Defaults to the most that an answer holds.</summary>
    public int RangeLeaves { get; init; } = Wire.SyncRequest.Leaves.MaxCount;

    /// <summary>How long an answer may take. Defaults to 10 s: the largest answer over a slow line.</summary>
    public long Timeout { get; init; } = 10_000;

    /// <summary>How long a peer that has not what was asked is left alone. Defaults to 500 ms.</summary>
    public long LacksPause { get; init; } = 500;

    /// <summary>How long a peer that did not answer is left alone. Defaults to 2 s.</summary>
    public long FailedPause { get; init; } = 2_000;

    /// <summary>
    /// How long a peer that gave a wrong answer is left alone. Defaults to a minute: it may be repaired, and with f
    /// such peers the others suffice.
    /// </summary>
    public long LiedPause { get; init; } = 60_000;
}

/// <summary>A request under way.</summary>
internal readonly record struct Fetch<T>(long Id, PeerId Peer, ulong Order, T Task);

/// <summary>
/// Who is asked for what: hands wanted things, the lowest in order first, to peers that are not busy and not set aside, and
/// takes back what fails. Knows nothing of what the things are.
/// </summary>
/// <remarks>
/// Not thread-safe. Deterministic: time comes as an argument, and the choice of a peer depends on what happened alone.
/// </remarks>
/// <param name="options">The limits.</param>
/// <param name="lastId">The ids of requests are above this one: where an earlier pool's may still be answered.</param>
internal sealed class FetchPool<T>(FetchOptions options, long lastId = 0)
{
    // By order; each order once. Bound: the owner wants no more at a time than it would buffer.
    private readonly SortedDictionary<ulong, T> _wanted = [];

    // Bound: PerPeer times the number of peers.
    private readonly SortedDictionary<long, (Fetch<T> Fetch, long Deadline)> _inFlight = [];

    // Bound: the validators of an epoch.
    private readonly List<Standing> _peers = [];

    private long _lastId = lastId;
    private int _cursor;

    /// <summary>Requests under way.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>Sets whom to ask. Who stays keeps its standing.</summary>
    public void SetPeers(IEnumerable<PeerId> peers)
    {
        var known = _peers.ToDictionary(p => p.Peer);
        _peers.Clear();
        foreach (var peer in peers) _peers.Add(known.GetValueOrDefault(peer) ?? new Standing(peer));
        _cursor = 0;
    }

    /// <summary>Wants a thing. Each has an order of its own among those that are wanted or under way.</summary>
    public void Want(ulong order, T task) => _wanted.Add(order, task);

    /// <summary>Forgets everything that is wanted or under way; peers keep their standing.</summary>
    public void Clear()
    {
        _wanted.Clear();
        _inFlight.Clear();
        foreach (var peer in _peers) peer.InFlight = 0;
    }

    /// <summary>
    /// The next request to send; false while every peer is busy or set aside, or nothing up to <paramref name="last"/> is
    /// wanted.
    /// </summary>
    public bool TryNext(long now, ulong last, out Fetch<T> fetch)
    {
        fetch = default;
        if (_wanted.Count == 0 || _inFlight.Count >= options.MaxInFlight) return false;
        var (order, task) = _wanted.First();
        if (order > last || Choose(now) is not { } peer) return false;
        _wanted.Remove(order);
        peer.InFlight++;
        fetch = new Fetch<T>(++_lastId, peer.Peer, order, task);
        _inFlight.Add(fetch.Id, (fetch, now + options.Timeout));
        return true;
    }

    /// <summary>Takes a request that has ended; false for one that is not under way any more.</summary>
    public bool TryEnd(long id, out Fetch<T> fetch)
    {
        fetch = default;
        if (!_inFlight.Remove(id, out var found)) return false;
        fetch = found.Fetch;
        if (Find(fetch.Peer) is { InFlight: > 0 } peer) peer.InFlight--;
        return true;
    }

    /// <summary>Takes requests whose time is over, sets their peers aside and wants them again. Returns their ids.</summary>
    public IReadOnlyList<long> Expire(long now)
    {
        var late = _inFlight.Where(p => p.Value.Deadline <= now).Select(p => p.Key).ToList();
        foreach (var id in late)
        {
            TryEnd(id, out var fetch);
            Failed(fetch, now);
        }

        return late;
    }

    /// <summary>A peer did not answer: somebody else is asked.</summary>
    public void Failed(in Fetch<T> fetch, long now) => Again(fetch, now + options.FailedPause);

    /// <summary>A peer has not what was asked: somebody else is asked.</summary>
    public void Lacks(in Fetch<T> fetch, long now) => Again(fetch, now + options.LacksPause);

    /// <summary>A peer gave a wrong answer: somebody else is asked.</summary>
    public void Lied(in Fetch<T> fetch, long now) => Again(fetch, now + options.LiedPause);

    /// <summary>A peer turned out to have lied earlier.</summary>
    public void Blame(PeerId peer, long now) => SetAside(peer, now + options.LiedPause);

    private void SetAside(PeerId peer, long until)
    {
        if (Find(peer) is { } standing) standing.AsideUntil = Math.Max(standing.AsideUntil, until);
    }

    private void Again(in Fetch<T> fetch, long aside)
    {
        SetAside(fetch.Peer, aside);
        Want(fetch.Order, fetch.Task);
    }

    // The least busy, and of those the next in turn.
    private Standing? Choose(long now)
    {
        Standing? best = null;
        var chosen = 0;
        for (var i = 0; i < _peers.Count; i++)
        {
            var at = (_cursor + i) % _peers.Count;
            var peer = _peers[at];
            if (peer.AsideUntil > now || peer.InFlight >= options.PerPeer) continue;
            if (best is not null && peer.InFlight >= best.InFlight) continue;
            (best, chosen) = (peer, at);
        }

        if (best is not null) _cursor = (chosen + 1) % _peers.Count;
        return best;
    }

    private Standing? Find(PeerId peer) => _peers.Find(p => p.Peer.Equals(peer));

    private sealed class Standing(PeerId peer)
    {
        public PeerId Peer => peer;

        public int InFlight { get; set; }

        public long AsideUntil { get; set; }
    }
}
