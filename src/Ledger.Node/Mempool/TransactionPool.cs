using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Node.Admission;

namespace Ledger.Node.Mempool;

/// <summary>What adding to the pool did.</summary>
internal enum PoolAddResult
{
    Added,
    AlreadyHeld,
    Recorded,
    Full,
}

/// <summary>
/// Checked and signature-verified transactions that wait for a block. Bounded, and fair per member: a batch takes from each
/// member in turn. A transaction is <em>waiting</em>, or <em>placed</em> in an accepted proposal of some height; placed
/// ones stay until that height is executed, because their bodies may be asked for.
/// </summary>
/// <remarks>Safe for concurrent use; one lock, held for short times only.</remarks>
internal sealed class TransactionPool(PoolOptions options)
{
    private readonly Lock _gate = new();

    // Bound: options.MaxTransactions, plus what proposals of the window place beyond it.
    private readonly Dictionary<Hash256, PoolEntry> _entries = [];

    // Bound: one for each member of the channel.
    private readonly SortedDictionary<string, MemberQueue> _members = new(StringComparer.Ordinal);

    // What each accepted proposal placed. Bound: the heights of the window.
    // Invariant: an entry that is placed at a height is named by that height's list.
    private readonly SortedDictionary<ulong, IReadOnlyList<Hash256>> _placements = [];

    // Transactions that those lists name and that are not held yet. Bound: as the lists.
    private readonly Dictionary<Hash256, BlockHeight> _expected = [];

    private long _bytes;
    private int _waitingCount;
    private ulong _order;
    private string _nextMember = "";

    /// <summary>Number of transactions held.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>Number of transactions that wait to be proposed.</summary>
    public int WaitingCount => Volatile.Read(ref _waitingCount);

    /// <summary>
    /// Whether a primary is to be waited for: a transaction is placed, or waits and will still be good at a moment. One that
    /// ends before could not come into a block in time, and nobody is to blame for that.
    /// </summary>
    public bool HasWork(Timestamp goodUntil)
    {
        lock (_gate)
        {
            return _entries.Count > _waitingCount || _members.Values.Any(
                queue => queue.Waiting.Any(e => e.Transaction.Signed.Content.ValidUntil >= goodUntil));
        }
    }

    /// <summary>Whether a transaction is held, waiting or placed.</summary>
    public bool Contains(in Hash256 id)
    {
        lock (_gate) return _entries.ContainsKey(id);
    }

    /// <summary>Whether a transaction is held and in no accepted proposal.</summary>
    public bool IsWaiting(in Hash256 id)
    {
        lock (_gate) return _entries.TryGetValue(id, out var entry) && entry.Placed is null;
    }

    /// <summary>Finds a held transaction.</summary>
    public CheckedTransaction? Find(in Hash256 id)
    {
        lock (_gate) return _entries.TryGetValue(id, out var entry) ? entry.Transaction : null;
    }

    /// <summary>The size of those of some transactions that are held.</summary>
    public long BytesOf(IEnumerable<Hash256> ids)
    {
        lock (_gate) return ids.Sum(id => _entries.TryGetValue(id, out var entry) ? (long)entry.Size : 0);
    }

    /// <summary>The gas that those of some transactions that are held declare.</summary>
    public ulong GasOf(IEnumerable<Hash256> ids)
    {
        lock (_gate)
        {
            var gas = 0UL;
            foreach (var id in ids) gas += _entries.TryGetValue(id, out var entry) ? entry.Transaction.Gas : 0;
            return gas;
        }
    }

    /// <summary>
    /// Adds a transaction that its <paramref name="member"/> sent, unless the pool or the member's share is full, or it is
    /// on the chain already.
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="member">Who sent it.</param>
    /// <param name="nowMilliseconds">The host's monotonic time.</param>
    /// <param name="isRecorded">
    /// Asked while nothing can leave the pool: a transaction whose block was executed since the caller looked would
    /// otherwise come back and wait for a second block, which no validator would accept.
    /// </param>
    public PoolAddResult Add(
        CheckedTransaction transaction, string member, long nowMilliseconds, Func<Hash256, bool> isRecorded)
    {
        lock (_gate)
        {
            if (_entries.ContainsKey(transaction.Id)) return PoolAddResult.AlreadyHeld;
            if (_entries.Count >= options.MaxTransactions || _bytes + transaction.Size > options.MaxBytes)
                return PoolAddResult.Full;
            var queue = QueueOf(member);
            if (queue.Count >= options.MaxTransactions / options.MemberShareDivisor
                || queue.Bytes + transaction.Size > options.MaxBytes / options.MemberShareDivisor)
            {
                return PoolAddResult.Full;
            }

            if (isRecorded(transaction.Id)) return PoolAddResult.Recorded;
            Insert(transaction, queue, nowMilliseconds);
            return PoolAddResult.Added;
        }
    }

    /// <summary>
    /// Adds a transaction that a proposal needs, past the pool's bound: the window bounds how many proposals there are.
    /// </summary>
    public void AddForProposal(
        CheckedTransaction transaction, string member, long nowMilliseconds, Func<Hash256, bool> isRecorded)
    {
        lock (_gate)
        {
            if (_entries.ContainsKey(transaction.Id) || isRecorded(transaction.Id)) return;
            Insert(transaction, QueueOf(member), nowMilliseconds);
        }
    }

    /// <summary>
    /// Chooses transactions for a proposal, each member's oldest first. The next is always that of the member with the
    /// least so far of what a block has to share out, be it places, bytes or gas: members with like transactions take
    /// turns, and one whose transactions are heavy gets fewer in. A member whose next transaction does not fit any more
    /// stands first in the following batch. What is chosen stays waiting until <see cref="TryPlace"/>.
    /// </summary>
    public IReadOnlyList<Hash256> ChooseBatch(uint maxTransactions, uint maxBytes, ulong maxGas = ulong.MaxValue)
    {
        lock (_gate)
        {
            var chosen = new List<Hash256>(Math.Min(_waitingCount, (int)maxTransactions));
            var most = new BatchShare(maxTransactions, maxBytes, maxGas);
            var turns = new PriorityQueue<Turn, (UInt128 Share, int Order)>();
            var order = 0;
            foreach (var turn in Turns()) turns.Enqueue(turn, (0, order++));
            string? leftOut = null;
            var last = _nextMember;
            var used = default(BatchShare);
            while (turns.Count > 0 && chosen.Count < maxTransactions)
            {
                var turn = turns.Dequeue();
                var entry = turn.Waiting.Current;
                var next = used.Plus(entry.Transaction);
                if (!next.Fits(most))
                {
                    leftOut ??= entry.Member.Name;
                    continue;
                }

                used = next;
                chosen.Add(entry.Id);
                last = entry.Member.Name;
                var own = turn.Used.Plus(entry.Transaction);
                if (turn.Waiting.MoveNext()) turns.Enqueue(turn with { Used = own }, (own.Of(most), order++));
            }

            // With none left out, the turn passes to the member behind the one that was served last: an early name
            // gives no advantage.
            _nextMember = leftOut ?? (chosen.Count > 0 ? last + '\0' : last);
            return chosen;
        }
    }

    /// <summary>
    /// Places transactions in the proposal of a height. Fails, changing nothing, when one is not held or is placed at
    /// another height that is still to be executed.
    /// </summary>
    public bool TryPlace(BlockHeight height, IReadOnlyList<Hash256> ids)
    {
        lock (_gate)
        {
            foreach (var id in ids)
            {
                if (!_entries.TryGetValue(id, out var entry)) return false;
                if (entry.Placed is { } placed && placed != height) return false;
            }

            SetPlacement(height, ids);
            return true;
        }
    }

    /// <summary>
    /// Places transactions of a proposal that a new view carries over, or that was decided. What was placed elsewhere
    /// moves: execution ignores a second occurrence. What is not held yet is placed when it comes.
    /// </summary>
    public void PlaceCarriedOver(BlockHeight height, IReadOnlyList<Hash256> ids)
    {
        lock (_gate) SetPlacement(height, ids);
    }

    /// <summary>The held transactions of the proposal that was last placed at a height.</summary>
    public IReadOnlyList<CheckedTransaction> PlacedAt(BlockHeight height)
    {
        lock (_gate)
        {
            if (!_placements.TryGetValue(height.Value, out var ids)) return [];
            return [.. ids.Where(_entries.ContainsKey).Select(id => _entries[id].Transaction)];
        }
    }

    /// <summary>Returns every placed transaction above a height to the waiting ones: a new view starts afresh.</summary>
    public void Unplace(BlockHeight above)
    {
        lock (_gate)
        {
            foreach (var height in _placements.Keys.Where(h => h > above.Value).ToList()) ClearPlacement(height);
        }
    }

    /// <summary>Forgets transactions that will not be needed again.</summary>
    public void Remove(IEnumerable<Hash256> ids)
    {
        lock (_gate) RemoveHeld(ids);
    }

    /// <summary>
    /// Forgets what a block that is durable now has used. What else was placed at or below its height, in a proposal that
    /// came to nothing, waits again.
    /// </summary>
    public void RemoveExecuted(BlockHeight height, IEnumerable<Hash256> ids)
    {
        lock (_gate)
        {
            RemoveHeld(ids);
            foreach (var done in _placements.Keys.TakeWhile(h => h <= height.Value).ToList()) ClearPlacement(done);
        }
    }

    /// <summary>Forgets waiting transactions whose <c>valid_until</c> has passed; returns them.</summary>
    public IReadOnlyList<Hash256> RemoveExpired(Timestamp now)
    {
        lock (_gate)
        {
            var expired = _members.Values.SelectMany(queue => queue.Waiting)
                .Where(e => e.Transaction.Signed.Content.ValidUntil < now).Select(e => e.Id).ToList();
            RemoveHeld(expired);
            return expired;
        }
    }

    /// <summary>
    /// Waiting transactions that arrived before a moment (host clock) and are good until <paramref name="goodUntil"/>, one
    /// member after the other, each member's oldest first, at most <paramref name="limit"/>.
    /// </summary>
    public IReadOnlyList<CheckedTransaction> WaitingSince(long beforeMilliseconds, int limit, Timestamp goodUntil)
    {
        lock (_gate)
        {
            var found = new List<CheckedTransaction>();
            var turns = Turns();
            while (found.Count < limit && turns.TryDequeue(out var turn))
            {
                // Arrival and order agree within a queue.
                var entry = turn.Waiting.Current;
                if (entry.Arrived >= beforeMilliseconds) continue;
                if (entry.Transaction.Signed.Content.ValidUntil >= goodUntil) found.Add(entry.Transaction);
                if (turn.Waiting.MoveNext()) turns.Enqueue(turn);
            }

            return found;
        }
    }

    /// <summary>The size of the largest waiting transaction; 0 when none waits.</summary>
    public int LargestWaiting()
    {
        lock (_gate) return _members.Values.SelectMany(queue => queue.Waiting).Select(e => e.Size).DefaultIfEmpty().Max();
    }

    /// <summary>The most gas that a waiting transaction declares; 0 when none waits.</summary>
    public ulong LargestWaitingGas()
    {
        lock (_gate)
            return _members.Values.SelectMany(queue => queue.Waiting).Select(e => e.Transaction.Gas).DefaultIfEmpty().Max();
    }

    // Every member with something waiting, from the one whose turn it is.
    private Queue<Turn> Turns()
    {
        var turns = new List<Turn>();
        foreach (var queue in _members.Values.Where(queue => queue.Waiting.Count > 0))
        {
            var waiting = ((IEnumerable<PoolEntry>)queue.Waiting).GetEnumerator();
            waiting.MoveNext();
            turns.Add(new Turn(queue.Name, waiting));
        }

        var start = turns.FindIndex(t => string.CompareOrdinal(t.Member, _nextMember) >= 0);
        return new Queue<Turn>(start > 0 ? turns[start..].Concat(turns[..start]) : turns);
    }

    private void SetPlacement(BlockHeight height, IReadOnlyList<Hash256> ids)
    {
        ClearPlacement(height.Value);
        foreach (var id in ids)
        {
            if (!_entries.TryGetValue(id, out var entry))
            {
                _expected[id] = height;
                continue;
            }

            if (entry.Placed is null && entry.Member.Waiting.Remove(entry)) _waitingCount--;
            entry.Placed = height;
        }

        _placements[height.Value] = ids;
    }

    private void ClearPlacement(ulong height)
    {
        if (!_placements.Remove(height, out var ids)) return;
        foreach (var id in ids)
        {
            // One that moved to another height stays there.
            if (_expected.TryGetValue(id, out var expected) && expected.Value == height) _expected.Remove(id);
            if (!_entries.TryGetValue(id, out var entry) || entry.Placed?.Value != height) continue;
            entry.Placed = null;
            entry.Member.Waiting.Add(entry);
            _waitingCount++;
        }
    }

    private void Insert(CheckedTransaction transaction, MemberQueue queue, long now)
    {
        var entry = new PoolEntry(transaction, queue, now, ++_order);
        _entries.Add(entry.Id, entry);
        queue.Count++;
        queue.Bytes += entry.Size;
        _bytes += entry.Size;
        if (_expected.Remove(entry.Id, out var height))
        {
            entry.Placed = height;
            return;
        }

        queue.Waiting.Add(entry);
        _waitingCount++;
    }

    private void RemoveHeld(IEnumerable<Hash256> ids)
    {
        foreach (var id in ids)
        {
            if (!_entries.Remove(id, out var entry)) continue;
            if (entry.Placed is null && entry.Member.Waiting.Remove(entry)) _waitingCount--;
            entry.Member.Count--;
            entry.Member.Bytes -= entry.Size;
            _bytes -= entry.Size;
        }
    }

    private MemberQueue QueueOf(string member)
    {
        if (_members.TryGetValue(member, out var queue)) return queue;
        queue = new MemberQueue(member);
        _members.Add(member, queue);
        return queue;
    }

    private readonly record struct Turn(string Member, IEnumerator<PoolEntry> Waiting, BatchShare Used = default);
}
