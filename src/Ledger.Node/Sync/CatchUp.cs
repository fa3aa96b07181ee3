using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Node.Execution;
using Ledger.Node.Wire;

namespace Ledger.Node.Sync;

/// <summary>Limits of <see cref="CatchUp"/>.</summary>
internal sealed record CatchUpOptions
{
    /// <summary>
    /// Most blocks asked for in one request. Defaults to 128. Where blocks are large, bytes limit an answer before that,
    /// and the next requests ask for as many as came.
    /// </summary>
    public int RangeBlocks { get; init; } = 128;

    /// <summary>An answer of so many bytes is one that bytes limited. Defaults to half of what they limit it to.</summary>
    public int LargeAnswerBytes { get; init; } = SyncMessages.SoftLimitBytes / 2;

    /// <summary>Ranges that are wanted, under way or waiting for those below. Defaults to 16.</summary>
    public int MaxRanges { get; init; } = 16;

    /// <summary>
    /// Bytes of answers that wait for those below; beyond this only the next range is asked for. Defaults to 32 MiB.
    /// </summary>
    public long MaxBufferedBytes { get; init; } = 32 << 20;

    /// <summary>Runs of blocks handed out and not yet applied. Defaults to 2: one executes, one waits.</summary>
    public int MaxApplying { get; init; } = 2;

    /// <summary>How peers are asked.</summary>
    public FetchOptions Fetch { get; init; } = new();

    /// <summary>The limits for a channel: no more is under way than fits into <see cref="MaxBufferedBytes"/> twice.</summary>
    public static CatchUpOptions For(ChannelParameters parameters)
    {
        var options = new CatchUpOptions();
        var most = 2 * options.MaxBufferedBytes / SyncMessages.MaxAnswerBytes(parameters);
        return options with { Fetch = options.Fetch with { MaxInFlight = (int)Math.Clamp(most, 1, 16) } };
    }
}

/// <summary>
/// Fetches certified blocks from several peers at once, checks them, and hands them out in order. Never trusts a peer, never
/// waits for one, and never holds more than its limits.
/// </summary>
/// <remarks>
/// A pure state machine: inputs in, effects out; no clock, no threads. Not thread-safe. The range of heights ahead is cut
/// into requests:
/// <code>
/// wanted ---ask---> under way ---answer, checked---> ready ---all below handed out, linked---> handed out ---> applied
///   ^                  |                              |
///   +--- no answer, wrong answer, nothing there ------+--- its first block does not name the block below: a lie
/// </code>
/// An answer that holds less than was asked leaves a new range for the rest.
/// </remarks>
internal sealed class CatchUp(RangeVerifier verifier, CatchUpOptions options, ChainHead head)
{
    private readonly FetchPool<Range> _pool = new(options.Fetch);

    // By first height; without gaps from the next height to hand out. Bound: the blocks of MaxRanges.
    private readonly SortedDictionary<ulong, Range> _ranges = [];

    private long _now;
    private long _buffered;
    private int _applying;
    private int _rangeBlocks = options.RangeBlocks;
    private BlockHeight _start;
    private BlockHeight _target;
    private BlockHeight _beyond;
    private ChainHead _handedOut = head;
    private ChainHead _head = head;

    /// <summary>Whether there is something to fetch or to apply.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Bytes of answers that are held.</summary>
    public long BufferedBytes => _buffered;

    /// <summary>Requests under way.</summary>
    public int InFlight => _pool.InFlight;

    /// <summary>Takes an input and adds what follows from it.</summary>
    /// <param name="input">The input.</param>
    /// <param name="now">Milliseconds of a clock that never goes back.</param>
    /// <param name="effects">Where effects are added.</param>
    public void Step(SyncInput input, long now, List<SyncEffect> effects)
    {
        _now = now;
        switch (input)
        {
            case SyncInput.Peers peers:
                _pool.SetPeers(peers.Others);
                break;
            case SyncInput.Target target:
                OnTarget(target.Height);
                break;
            case SyncInput.Answered answer:
                if (_pool.TryEnd(answer.Id, out var fetch)) OnAnswer(fetch, answer.Bytes, effects);
                break;
            case SyncInput.Failed failed:
                if (_pool.TryEnd(failed.Id, out var lost)) _pool.Failed(lost, _now);
                break;
            case SyncInput.Applied:
                _applying--;
                break;
            case SyncInput.Tick tick:
                OnTick(tick.Head, effects);
                break;
        }

        if (!IsActive) return;
        HandOut(effects);
        Finish(effects);
        Plan(effects);
    }

    private void OnTarget(BlockHeight target)
    {
        if (target > _target) _target = target;
        if (IsActive || _target <= _head.Height) return;
        IsActive = true;
        Restart();
    }

    private void OnTick(in ChainHead head, List<SyncEffect> effects)
    {
        _head = head;
        foreach (var late in _pool.Expire(_now)) effects.Add(new SyncEffect.Forget(late));
        // Consensus was faster than the peers.
        if (IsActive && _applying == 0 && head.Height > _handedOut.Height) Restart();
        if (!IsActive && _target > head.Height) OnTarget(_target);
    }

    private void Restart()
    {
        _pool.Clear();
        _ranges.Clear();
        _buffered = 0;
        _start = _head.Height;
        _handedOut = _head;
        _beyond = _head.Height.Next;
    }

    private void Plan(List<SyncEffect> effects)
    {
        while (IsActive && _beyond <= _target && _ranges.Count < options.MaxRanges)
        {
            Add(_beyond, _rangeBlocks);
            _beyond = new BlockHeight(checked(_beyond.Value + (ulong)_rangeBlocks));
        }

        if (_ranges.Count == 0) return;
        // A full buffer leaves the lowest range to be asked for: it is what empties it.
        var last = _buffered < options.MaxBufferedBytes ? ulong.MaxValue : _ranges.First().Key;
        while (_pool.TryNext(_now, last, out var fetch))
            effects.Add(new SyncEffect.Ask(fetch.Id, fetch.Peer, fetch.Task.Request));
    }

    private void Add(BlockHeight from, int count)
    {
        var range = new Range(new SyncRequest.Blocks(from, count));
        _ranges.Add(from.Value, range);
        _pool.Want(from.Value, range);
    }

    private void OnAnswer(in Fetch<Range> fetch, ReadOnlyMemory<byte> bytes, List<SyncEffect> effects)
    {
        if (bytes.IsEmpty)
        {
            _pool.Lacks(fetch, _now);
            return;
        }

        if (!SyncMessages.TryDecode(bytes, out var blocks))
        {
            Refuse(fetch, SyncFault.NotAnAnswer, effects);
            return;
        }

        fetch.Task.Answer = fetch;
        fetch.Task.Raw = blocks;
        fetch.Task.Bytes = bytes.Length;
        _buffered += bytes.Length;
        Check(fetch.Task, effects);
    }

    // Checks an answer as far as that is possible now.
    private void Check(Range range, List<SyncEffect> effects)
    {
        var isNext = _applying == 0 && range.Request.From == _handedOut.Height.Next;
        var verdict = verifier.Verify(range.Request, range.Raw!, isNext);
        if (verdict.Waits) return;
        range.Raw = null;
        if (verdict.Fault != SyncFault.None)
        {
            Drop(range);
            Refuse(range.Answer, verdict.Fault, effects);
        }
        else if (verdict.Blocks.Count == 0)
        {
            // Nothing in it is under a certificate: no lie, and no use.
            Drop(range);
            _pool.Lacks(range.Answer, _now);
        }
        else
        {
            range.Blocks = verdict.Blocks;
            LeaveRest(range);
        }
    }

    private void LeaveRest(Range range)
    {
        var request = range.Request;
        var got = range.Blocks!.Count;
        var rest = request.Count - got;
        if (rest == 0)
        {
            _rangeBlocks = Math.Min(options.RangeBlocks, checked(2 * _rangeBlocks));
            return;
        }

        // Where blocks are large, the rest is cut into pieces of which an answer holds one, so that several peers are asked.
        var piece = rest;
        if (range.Bytes >= options.LargeAnswerBytes) piece = _rangeBlocks = got;
        var from = new BlockHeight(request.From.Value + (ulong)got);
        for (; rest > 0 && from <= _target; rest -= piece, from = new BlockHeight(from.Value + (ulong)piece))
        {
            piece = Math.Min(piece, rest);
            Add(from, piece);
        }

        // Nothing was planned beyond, and nothing is needed: the peer simply has no more.
        if (rest > 0) _beyond = from;
    }

    private void HandOut(List<SyncEffect> effects)
    {
        while (_applying < options.MaxApplying && _ranges.Count > 0)
        {
            var range = _ranges.First().Value;
            // It waited for the blocks below; all of them are applied now.
            if (range.Raw is not null && _applying == 0) Check(range, effects);
            if (range.Blocks is not { } blocks) return;
            Drop(range);
            var first = blocks[0].Header;
            if (first.Previous != _handedOut.Hash || first.Epoch != _handedOut.NextEpoch)
            {
                var fault = first.Epoch != _handedOut.NextEpoch ? SyncFault.OtherEpoch : SyncFault.NotNext;
                Unite(range);
                Refuse(range.Answer, fault, effects);
                return;
            }

            _ranges.Remove(range.Request.From.Value);
            _handedOut = ChainHead.Of(blocks[^1].Header, blocks[^1].Hash);
            _applying++;
            effects.Add(new SyncEffect.Apply(blocks));
        }
    }

    // A range that turned out wrong after its rest was left for others is asked for again at its new length.
    private static void Unite(Range range) =>
        range.Request = range.Request with { Count = range.Length };

    private void Finish(List<SyncEffect> effects)
    {
        if (_applying > 0 || _handedOut.Height < _target) return;
        if (_handedOut.Height > _start) effects.Add(new SyncEffect.CaughtUp(_start, _handedOut.Height));
        IsActive = false;
        // What is under way lies beyond the target: nobody waits for it.
        _pool.Clear();
        _ranges.Clear();
        _buffered = 0;
        if (_handedOut.Height > _head.Height) _head = _handedOut;
    }

    private void Drop(Range range)
    {
        _buffered -= range.Bytes;
        range.Bytes = 0;
        range.Length = range.Blocks?.Count ?? range.Request.Count;
        range.Blocks = null;
    }

    private void Refuse(in Fetch<Range> fetch, SyncFault fault, List<SyncEffect> effects)
    {
        _pool.Lied(fetch, _now);
        effects.Add(new SyncEffect.PeerLied(fetch.Peer, fault));
    }

    /// <summary>A run of heights and what became of it.</summary>
    private sealed class Range(SyncRequest.Blocks request)
    {
        public SyncRequest.Blocks Request { get; set; } = request;

        /// <summary>The request that was answered.</summary>
        public Fetch<Range> Answer { get; set; }

        /// <summary>An answer that cannot be checked in full yet.</summary>
        public IReadOnlyList<SyncBlock>? Raw { get; set; }

        /// <summary>The checked blocks.</summary>
        public IReadOnlyList<CertifiedBlock>? Blocks { get; set; }

        public int Bytes { get; set; }

        public int Length { get; set; }
    }
}
