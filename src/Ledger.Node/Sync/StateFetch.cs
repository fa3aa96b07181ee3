using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Core.Snapshots;
using Ledger.Network;
using Ledger.Node.Wire;
using Ledger.Storage.Snapshots;

namespace Ledger.Node.Sync;

/// <summary>
/// Fetches the state of a snapshot in ranges of its tree, from several peers at once, and hands the ranges out in path
/// order, each proven against the state root on its own. A range that is too large for one answer is halved.
/// </summary>
/// <remarks>Pure and not thread-safe, like <see cref="CatchUp"/>.</remarks>
internal sealed class StateFetch : IJoinFetch
{
    private const long MaxBufferedBytes = 32 << 20;

    private readonly ProvenSnapshot _snapshot;
    private readonly HashFunction _hash;
    private readonly FetchPool<Part> _pool;

    // By the first path; together all that is missing. Bound: a path down the tree for each request under way.
    private readonly SortedDictionary<ulong, Part> _parts = [];
    private long _buffered;

    public StateFetch(
        ProvenSnapshot snapshot, HashFunction hash, IEnumerable<StateRange> missing, IEnumerable<PeerId> peers,
        FetchOptions options, long lastId = 0)
    {
        _snapshot = snapshot;
        _hash = hash;
        _pool = new FetchPool<Part>(options, lastId);
        _pool.SetPeers(peers);
        foreach (var range in missing) Add(new Part(range, null));
    }

    /// <inheritdoc/>
    public bool IsDone => _parts.Count == 0;

    /// <inheritdoc/>
    public int Lacking { get; private set; }

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
            Lacking++;
            _pool.Lacks(fetch, now);
            return;
        }

        var fault = Take(fetch, bytes, now, effects);
        if (fault == SyncFault.None)
        {
            Lacking = 0;
            return;
        }

        _pool.Lied(fetch, now);
        effects.Add(new JoinEffect.PeerLied(fetch.Peer, fault));
    }

    /// <inheritdoc/>
    public void Continue(long now, List<JoinEffect> effects)
    {
        while (_parts.Count > 0 && _parts.First().Value is { Entries: { } entries } part)
        {
            _parts.Remove(Order(part.Range));
            _buffered -= part.Bytes;
            effects.Add(new JoinEffect.State(part.Range, entries));
        }

        if (_parts.Count == 0) return;
        var last = _buffered < MaxBufferedBytes ? ulong.MaxValue : _parts.First().Key;
        while (_pool.TryNext(now, last, out var fetch))
        {
            effects.Add(new JoinEffect.Ask(
                fetch.Id, fetch.Peer, new SyncRequest.State(_snapshot.Height, fetch.Task.Range)));
        }
    }

    private SyncFault Take(in Fetch<Part> fetch, ReadOnlyMemory<byte> bytes, long now, List<JoinEffect> effects)
    {
        var part = fetch.Task;
        if (SnapshotMessages.Decode(bytes.Span) is not { } served) return SyncFault.NotAnAnswer;
        if (served.Height != _snapshot.Height) return SyncFault.OtherSnapshot;
        if (served.Chunk is not { } chunk)
        {
            if (part.Range.Depth == StateRange.MaxDepth) return SyncFault.TooDeep;
            Halve(part, fetch.Peer);
            return SyncFault.None;
        }

        var leaves = new StateLeaf[chunk.Entries.Count];
        for (var i = 0; i < leaves.Length; i++) leaves[i] = chunk.Entries[i].LeafWith(_hash);
        var verdict = chunk.Proof.Verify(_hash, _snapshot.Header.StateRoot, part.Range, leaves);
        if (verdict != StateRangeVerdict.Valid) return FaultOf(verdict);
        part.Entries = chunk.Entries;
        part.Bytes = bytes.Length;
        _buffered += bytes.Length;
        if (part.Claim?.Contradicts(bytes.Length) == true)
        {
            _pool.Blame(part.Claim.Peer, now);
            effects.Add(new JoinEffect.PeerLied(part.Claim.Peer, SyncFault.TooDeep));
        }

        return SyncFault.None;
    }

    private void Halve(Part part, PeerId peer)
    {
        _parts.Remove(Order(part.Range));
        part.Claim?.Dismiss();
        var claim = new SplitClaim(peer);
        var (low, high) = part.Range.Split();
        Add(new Part(low, claim));
        Add(new Part(high, claim));
    }

    private void Add(Part part)
    {
        var order = Order(part.Range);
        _parts.Add(order, part);
        _pool.Want(order, part);
    }

    // Prefixes are at most 40 bits long.
    private static ulong Order(in StateRange range) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(range.Prefix.AsSpan());

    private static SyncFault FaultOf(StateRangeVerdict verdict) => verdict switch
    {
        StateRangeVerdict.OutsideRange => SyncFault.OutsideRange,
        StateRangeVerdict.NotAscending => SyncFault.NotAscending,
        _ => SyncFault.OtherState,
    };

    /// <summary>A range and what became of it.</summary>
    private sealed class Part(StateRange range, SplitClaim? claim)
    {
        public StateRange Range => range;

        public SplitClaim? Claim => claim;

        public IReadOnlyList<SnapshotEntry>? Entries { get; set; }

        public int Bytes { get; set; }
    }

    /// <summary>
    /// A peer's word that a range is too large. When both halves come and are small together, it was a lie: one that would
    /// otherwise cost a request for every range that there could be.
    /// </summary>
    private sealed class SplitClaim(PeerId peer)
    {
        private int _halves = 2;
        private long _bytes;

        public PeerId Peer => peer;

        // A half that was split again says nothing about the sum.
        public void Dismiss() => _halves = -1;

        public bool Contradicts(int bytes)
        {
            _bytes += bytes;
            return --_halves == 0 && _bytes < SnapshotMessages.ChunkBytes / 2;
        }
    }
}
