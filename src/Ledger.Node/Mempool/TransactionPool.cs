using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Node.Admission;

namespace Ledger.Node.Mempool;

/// <summary>What adding to the pool did.</summary>
internal enum PoolAddResult
{
    Added,
    AlreadyHeld,
    Full,
}

/// <summary>
/// Checked and signature-verified transactions that wait for a block. Bounded, and fair per member: a batch takes from
/// each member in turn. A transaction is <em>waiting</em>, or <em>placed</em> in an accepted proposal of some height;
/// placed ones stay until that height is executed, because their bodies may be asked for.
/// </summary>
/// <remarks>Safe for concurrent use; one lock, held for short times only.</remarks>
internal sealed class TransactionPool(PoolOptions options)
{
    private readonly Lock _gate = new();

    // Bound: options.MaxTransactions, plus what proposals of the window place beyond it.
    private readonly Dictionary<Hash256, Entry> _entries = [];

    // Waiting entries by member, oldest first. Bound: as many as _entries.
    private readonly SortedDictionary<string, LinkedList<Entry>> _waiting = new(StringComparer.Ordinal);

    // What each accepted proposal placed. Bound: the heights of the window.
    private readonly SortedDictionary<ulong, IReadOnlyList<Hash256>> _placements = [];

    private long _bytes;
    private int _waitingCount;
    private ulong _order;
    private string _lastMember = "";

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

    /// <summary>Whether a transaction is held, waiting or placed.</summary>
    public bool Contains(in Hash256 id)
    {
        lock (_gate) return _entries.ContainsKey(id);
    }

    /// <summary>Finds a held transaction.</summary>
    public CheckedTransaction? Find(in Hash256 id)
    {
        lock (_gate) return _entries.TryGetValue(id, out var entry) ? entry.Transaction : null;
    }

    /// <summary>
    /// Adds a transaction that its <paramref name="member"/> sent, unless the pool or the member's share is full.
    /// </summary>
    public PoolAddResult Add(CheckedTransaction transaction, string member, long nowMilliseconds)
    {
        lock (_gate)
        {
            if (_entries.ContainsKey(transaction.Id)) return PoolAddResult.AlreadyHeld;
            if (_entries.Count >= options.MaxTransactions || _bytes + transaction.Size > options.MaxBytes)
                return PoolAddResult.Full;
            var list = ListOf(member);
            if (list.Count >= options.MaxTransactions / options.MemberShareDivisor) return PoolAddResult.Full;
            Insert(transaction, member, nowMilliseconds, list);
            return PoolAddResult.Added;
        }
    }

    /// <summary>
    /// Adds a transaction that a proposal needs, past the pool's bound: the window bounds how many proposals there are.
    /// </summary>
    public void AddForProposal(CheckedTransaction transaction, string member, long nowMilliseconds)
    {
        lock (_gate)
        {
            if (_entries.ContainsKey(transaction.Id)) return;
            Insert(transaction, member, nowMilliseconds, ListOf(member));
        }
    }

    /// <summary>
    /// Chooses transactions for a proposal, one member after the other, oldest first. They stay waiting until
    /// <see cref="TryPlace"/>.
    /// </summary>
    public IReadOnlyList<Hash256> ChooseBatch(uint maxTransactions, uint maxBytes)
    {
        lock (_gate)
        {
            var chosen = new List<Hash256>(Math.Min(_waitingCount, (int)maxTransactions));
            var cursors = new List<(string Member, LinkedListNode<Entry> Next)>();
            foreach (var (member, list) in _waiting)
            {
                if (list.First is { } first) cursors.Add((member, first));
            }

            // Start behind the member that was served last, so that an early name gives no advantage.
            var start = cursors.FindIndex(c => string.CompareOrdinal(c.Member, _lastMember) > 0);
            if (start > 0) cursors = [.. cursors[start..], .. cursors[..start]];
            long bytes = 0;
            while (cursors.Count > 0 && chosen.Count < maxTransactions)
            {
                for (var i = 0; i < cursors.Count && chosen.Count < maxTransactions; i++)
                {
                    var (member, node) = cursors[i];
                    bytes += node.Value.Transaction.Size;
                    if (bytes > maxBytes) return chosen;
                    chosen.Add(node.Value.Transaction.Id);
                    _lastMember = member;
                    if (node.Next is { } next) cursors[i] = (member, next);
                    else cursors.RemoveAt(i--);
                }
            }

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

            foreach (var id in ids) Place(_entries[id], height);
            _placements[height.Value] = ids;
            return true;
        }
    }

    /// <summary>
    /// Places transactions of a proposal that a new view carries over. What was placed elsewhere moves: execution
    /// ignores a second occurrence.
    /// </summary>
    public void PlaceCarriedOver(BlockHeight height, IReadOnlyList<Hash256> ids)
    {
        lock (_gate)
        {
            foreach (var id in ids)
            {
                if (_entries.TryGetValue(id, out var entry)) Place(entry, height);
            }

            _placements[height.Value] = ids;
        }
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

    /// <summary>
    /// Returns every placed transaction above a height to the waiting ones: a new view starts afresh.
    /// </summary>
    public void Unplace(BlockHeight above)
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values.Where(e => e.Placed > above).OrderBy(e => e.Order).ToList())
            {
                entry.Placed = null;
                entry.Node = ListOf(entry.Member).AddLast(entry);
                _waitingCount++;
            }

            foreach (var height in _placements.Keys.Where(h => h > above.Value).ToList()) _placements.Remove(height);
        }
    }

    /// <summary>Forgets transactions that will not be needed again.</summary>
    public void Remove(IEnumerable<Hash256> ids)
    {
        lock (_gate)
        {
            foreach (var id in ids)
            {
                if (_entries.TryGetValue(id, out var entry)) Drop(entry);
            }
        }
    }

    /// <summary>
    /// Forgets what a block that is durable now has used, and every placement at or below its height.
    /// </summary>
    public void RemoveExecuted(BlockHeight height, IEnumerable<Hash256> ids)
    {
        Remove(ids);
        lock (_gate)
        {
            while (_placements.Count > 0 && _placements.First().Key <= height.Value)
                _placements.Remove(_placements.First().Key);
        }
    }

    /// <summary>Forgets waiting transactions whose <c>valid_until</c> has passed; returns them.</summary>
    public IReadOnlyList<Hash256> RemoveExpired(Timestamp now)
    {
        lock (_gate)
        {
            var expired = _waiting.Values.SelectMany(list => list)
                .Where(e => e.Transaction.Signed.Content.ValidUntil < now).ToList();
            foreach (var entry in expired) Drop(entry);
            return [.. expired.Select(e => e.Transaction.Id)];
        }
    }

    /// <summary>Waiting transactions that arrived before a moment (host clock), oldest of each member first, at most
    /// <paramref name="limit"/>.</summary>
    public IReadOnlyList<CheckedTransaction> WaitingSince(long beforeMilliseconds, int limit)
    {
        lock (_gate)
        {
            var found = new List<CheckedTransaction>();
            foreach (var list in _waiting.Values)
            {
                for (var node = list.First; node is not null && found.Count < limit; node = node.Next)
                {
                    if (node.Value.Arrived < beforeMilliseconds) found.Add(node.Value.Transaction);
                }
            }

            return found;
        }
    }

    private void Insert(CheckedTransaction transaction, string member, long now, LinkedList<Entry> list)
    {
        var entry = new Entry(transaction, member, now, ++_order);
        entry.Node = list.AddLast(entry);
        _entries.Add(transaction.Id, entry);
        _bytes += transaction.Size;
        _waitingCount++;
    }

    private void Place(Entry entry, BlockHeight height)
    {
        entry.Placed = height;
        Unlink(entry);
    }

    private void Drop(Entry entry)
    {
        Unlink(entry);
        _entries.Remove(entry.Transaction.Id);
        _bytes -= entry.Transaction.Size;
    }

    private void Unlink(Entry entry)
    {
        if (entry.Node is null) return;
        entry.Node.List!.Remove(entry.Node);
        entry.Node = null;
        _waitingCount--;
    }

    private LinkedList<Entry> ListOf(string member)
    {
        if (_waiting.TryGetValue(member, out var list)) return list;
        list = [];
        _waiting.Add(member, list);
        return list;
    }

    private sealed class Entry(CheckedTransaction transaction, string member, long arrived, ulong order)
    {
        public CheckedTransaction Transaction { get; } = transaction;

        public string Member { get; } = member;

        public long Arrived { get; } = arrived;

        public ulong Order { get; } = order;

        public BlockHeight? Placed { get; set; }

        public LinkedListNode<Entry>? Node { get; set; }
    }
}
