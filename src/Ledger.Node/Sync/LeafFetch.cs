using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Merkle;
using Ledger.Core.Snapshots;
using Ledger.Network;
using Ledger.Node.Wire;
using Ledger.Storage.Snapshots;

namespace Ledger.Node.Sync;

/// <summary>
/// Fetches the log's leaves up to a snapshot in ranges, from several peers at once, each range proven against the log root on
/// its own, and hands them out in the order of the log. docs/spec/sync.md section 9.
/// </summary>
/// <remarks>
/// Pure and not thread-safe, like <see cref="CatchUp"/>. Whoever executed the snapshot's block on a channel with contracts
/// has all leaves, so it asks until they are there.
/// </remarks>
internal sealed class LeafFetch : IJoinFetch
{
    private const int MaxRanges = 64;
    private const long MaxBufferedBytes = 32 << 20;

    private readonly ProvenSnapshot _snapshot;
    private readonly HashFunction _hash;
    private readonly ulong _count;
    private readonly int _range;
    private readonly FetchPool<Part> _pool;

    // By the first leaf, without gaps from the next to hand out. Bound: MaxRanges, and their rests.
    private readonly SortedDictionary<ulong, Part> _parts = [];
    private ulong _beyond;
    private long _buffered;

    /// <param name="snapshot">What proves them.</param>
    /// <param name="hash">The channel's hash function.</param>
    /// <param name="next">The first leaf that is missing.</param>
    /// <param name="count">How many leaves there are.</param>
    /// <param name="peers">Whom to ask.</param>
    /// <param name="options">How.</param>
    /// <param name="lastId">Ids of requests are above this one.</param>
    public LeafFetch(
        ProvenSnapshot snapshot, HashFunction hash, ulong next, ulong count, IEnumerable<PeerId> peers,
        FetchOptions options, long lastId = 0)
    {
        _snapshot = snapshot;
        _hash = hash;
        _beyond = next;
        _count = count;
        _range = options.RangeLeaves;
        _pool = new FetchPool<Part>(options, lastId);
        _pool.SetPeers(peers);
    }

    /// <inheritdoc/>
    public bool IsDone => _parts.Count == 0 && _beyond >= _count;

    /// <inheritdoc/>
    public int Lacking => 0;

    /// <inheritdoc/>
    public void OnTick(long now, List<JoinEffect> effects)
    {
        foreach (var late in _pool.Expire(now)) effects.Add(new JoinEffect.Forget(late));
    }

    /// <inheritdoc/>
    public void OnFailed(long id, long now)
    {
        if (_pool.TryEnd(id, out var fetch)) _pool.Failed(fetch, now);
    }

    /// <inheritdoc/>
    public void OnAnswered(long id, ReadOnlyMemory<byte> bytes, long now, List<JoinEffect> effects)
    {
        if (!_pool.TryEnd(id, out var fetch)) return;
        if (bytes.IsEmpty)
        {
            _pool.Lacks(fetch, now);
            return;
        }

        var fault = Take(fetch.Task, bytes);
        if (fault == SyncFault.None) return;
        _pool.Lied(fetch, now);
        effects.Add(new JoinEffect.PeerLied(fetch.Peer, fault));
    }

    /// <inheritdoc/>
    public void Continue(long now, List<JoinEffect> effects)
    {
        while (_parts.Count > 0 && _parts.First().Value is { Leaves: { } leaves } part)
        {
            _parts.Remove(part.First);
            _buffered -= part.Bytes;
            effects.Add(new JoinEffect.Leaves(part.First, leaves));
        }

        while (_beyond < _count && _parts.Count < MaxRanges)
        {
            var count = (int)Math.Min((ulong)_range, _count - _beyond);
            Add(new Part(_beyond, count));
            _beyond += (ulong)count;
        }

        if (_parts.Count == 0) return;
        // Beyond the bound only the lowest is asked for.
        var last = _buffered < MaxBufferedBytes ? ulong.MaxValue : _parts.First().Key;
        while (_pool.TryNext(now, last, out var fetch))
        {
            var request = new SyncRequest.Leaves(_count, fetch.Task.First, fetch.Task.Count);
            effects.Add(new JoinEffect.Ask(fetch.Id, fetch.Peer, request));
        }
    }

    private SyncFault Take(Part part, ReadOnlyMemory<byte> bytes)
    {
        if (!LeafMessages.TryDecode(bytes, out var served)) return SyncFault.NotAnAnswer;
        var taken = served.Leaves.Count;
        if (taken > part.Count) return SyncFault.TooMuch;
        var size = served.Leaves.Sum(l => (long)l.Length);
        if (taken < part.Count && size < LeafMessages.SoftLimitBytes) return SyncFault.TooLittle;
        var hashes = new Hash256[taken];
        for (var i = 0; i < taken; i++) hashes[i] = EvidenceLeaf.HashOf(served.Leaves[i].Span, _hash);
        var verdict = LogRange.Verify(
            _hash, part.First, hashes, _count, [.. served.Proof], _snapshot.Header.LogRoot);
        if (verdict != LogProofVerdict.Valid) return SyncFault.OtherLeaves;
        var leaves = new SnapshotLeaf[taken];
        for (var i = 0; i < taken; i++) leaves[i] = new SnapshotLeaf(served.Leaves[i], hashes[i]);
        if (taken < part.Count) Add(new Part(part.First + (ulong)taken, part.Count - taken));
        part.Leaves = leaves;
        part.Bytes = bytes.Length;
        _buffered += bytes.Length;
        return SyncFault.None;
    }

    private void Add(Part part)
    {
        _parts.Add(part.First, part);
        _pool.Want(part.First, part);
    }

    /// <summary>A run of leaves and what became of it.</summary>
    private sealed class Part(ulong first, int count)
    {
        public ulong First => first;

        public int Count => count;

        public IReadOnlyList<SnapshotLeaf>? Leaves { get; set; }

        public int Bytes { get; set; }
    }
}
