using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Wire;
using Ledger.Storage.Snapshots;

namespace Ledger.Node.Sync;

/// <summary>
/// Fetches the transaction ids that have to be remembered: of the snapshot's block and those below it, down to the first
/// whose transactions have all expired. Headers are proven by the chain of hashes from the snapshot's, ids by their root.
/// </summary>
/// <remarks>Pure and not thread-safe, like <see cref="CatchUp"/>.</remarks>
internal sealed class RememberedFetch : IJoinFetch
{
    private const int RangeBlocks = 256;
    private const int MaxRanges = 8;

    private readonly HashFunction _hash;
    private readonly Timestamp _from;
    private readonly ulong _top;
    private readonly FetchPool<Part> _pool;

    // By distance from the top; without gaps from the next block to remember. Bound: MaxRanges, and their rests.
    private readonly SortedDictionary<ulong, Part> _parts = [];
    private ulong _next;
    private Hash256 _nextHash;
    private ulong _beyond;

    public RememberedFetch(
        HashFunction hash, Timestamp from, BlockHeight next, in Hash256 nextHash, IEnumerable<PeerId> peers,
        FetchOptions options, long lastId = 0)
    {
        _hash = hash;
        _from = from;
        _top = _next = _beyond = next.Value;
        _nextHash = nextHash;
        _pool = new FetchPool<Part>(options, lastId);
        _pool.SetPeers(peers);
        IsDone = _next == 0;
    }

    /// <inheritdoc/>
    public bool IsDone { get; private set; }

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
        }
        else if (!SnapshotMessages.TryDecodeIds(bytes.Span, out var blocks))
        {
            Refuse(fetch, SyncFault.NotAnAnswer, now, effects);
        }
        else if (blocks.Count > fetch.Task.Count)
        {
            Refuse(fetch, SyncFault.TooMuch, now, effects);
        }
        else
        {
            Lacking = 0;
            fetch.Task.Answer = fetch;
            fetch.Task.Blocks = blocks;
        }
    }

    /// <inheritdoc/>
    public void Continue(long now, List<JoinEffect> effects)
    {
        while (!IsDone && _parts.Count > 0 && _parts.First().Value is { Blocks: { } blocks } part)
        {
            var good = new List<RememberedBlock>(blocks.Count);
            var fault = Check(blocks, good);
            if (fault != SyncFault.None)
            {
                part.Blocks = null;
                Refuse(part.Answer, fault, now, effects);
                break;
            }

            _parts.Remove(_top - part.From);
            if (good.Count > 0) effects.Add(new JoinEffect.Remember(good));
            var rest = part.Count - blocks.Count;
            if (!IsDone && rest > 0) Add(_next, rest);
        }

        Plan(now, effects);
    }

    private void Plan(long now, List<JoinEffect> effects)
    {
        if (IsDone) return;
        while (_beyond > 0 && _parts.Count < MaxRanges)
        {
            var count = (int)Math.Min(RangeBlocks, _beyond);
            Add(_beyond, count);
            _beyond -= (ulong)count;
        }

        while (_pool.TryNext(now, ulong.MaxValue, out var fetch))
        {
            var request = new SyncRequest.Remembered(new BlockHeight(fetch.Task.From), fetch.Task.Count);
            effects.Add(new JoinEffect.Ask(fetch.Id, fetch.Peer, request));
        }
    }

    private void Add(ulong from, int count)
    {
        var part = new Part(from, count);
        _parts.Add(_top - from, part);
        _pool.Want(_top - from, part);
    }

    private SyncFault Check(IReadOnlyList<ServedIds> blocks, List<RememberedBlock> good)
    {
        var (next, hash) = (_next, _nextHash);
        var done = false;
        foreach (var block in blocks)
        {
            if (!BlockHeader.TryDecode(block.HeaderBytes.Span, out var header, out _)) return SyncFault.MalformedHeader;
            if (header.Height.Value != next || BlockHeader.HashOf(block.HeaderBytes.Span, _hash) != hash)
                return SyncFault.NotNext;
            if (block.Ids.Count != header.TransactionCount
                || BlockRoots.TransactionRoot(_hash, block.Ids) != header.TransactionRoot)
            {
                return SyncFault.OtherTransactions;
            }

            good.Add(new RememberedBlock(header.Height, header.Previous, block.HeaderBytes, block.Ids));
            (next, hash) = (next - 1, header.Previous);
            // What lies below is older still. This one is kept all the same: it shows to whoever asks this node that what is
            // above is enough.
            done = header.Time < _from || next == 0;
            if (done) break;
        }

        (_next, _nextHash) = (next, hash);
        IsDone = done || next == 0;
        return SyncFault.None;
    }

    private void Refuse(in Fetch<Part> fetch, SyncFault fault, long now, List<JoinEffect> effects)
    {
        _pool.Lied(fetch, now);
        effects.Add(new JoinEffect.PeerLied(fetch.Peer, fault));
    }

    /// <summary>A run of heights downwards and what became of it.</summary>
    private sealed class Part(ulong from, int count)
    {
        public ulong From => from;

        public int Count => count;

        public Fetch<Part> Answer { get; set; }

        public IReadOnlyList<ServedIds>? Blocks { get; set; }
    }
}
