using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;

namespace Ledger.Contracts.Runtime;

/// <summary>
/// A ledger in memory, for tests of contracts: state, members, evidence, and a height and time that the test moves.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class MemoryLedger : IContractLedger
{
    // Bound by the test that fills it, as all here.
    private readonly SortedDictionary<string, Space> _state = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly List<ContractLeaf> _leaves = [];
    private readonly HashFunction _hash;

    /// <summary>An empty ledger with the hash function of its channel.</summary>
    public MemoryLedger(HashFunction? hash = null) => _hash = hash ?? Sha256.Instance;

    /// <summary>The height of the block that is being made.</summary>
    public BlockHeight Height { get; set; } = new(1);

    /// <summary>Its time. Begins at 2026-01-01T00:00:00Z.</summary>
    public Timestamp Time { get; set; } = new(1_767_225_600_000);

    /// <summary>All leaves, in the order of the log.</summary>
    public IReadOnlyList<ContractLeaf> Leaves => _leaves;

    /// <summary>All entries of the state, ordered by namespace and key.</summary>
    public IEnumerable<ContractWrite> State =>
        _state.SelectMany(s => s.Value.Rows.Select(r => new ContractWrite(s.Key, r.Key, r.Value)));

    /// <summary>Adds a member or replaces it.</summary>
    public void Put(Member member) => _members[member.Id] = member;

    /// <summary>Makes what a transaction did part of the ledger.</summary>
    /// <param name="effects">What it did.</param>
    /// <param name="transaction">Its id, or the scheduled call's.</param>
    /// <param name="member">The member that sent it; what the leaf says where nobody did.</param>
    /// <param name="key">The key that signed it.</param>
    public void Apply(ContractEffects effects, in Hash256 transaction, string member, KeyId key)
    {
        foreach (var write in effects.Writes) Put(write.Space, write.Key, write.Value);
        for (var i = 0; i < effects.Outcome.Records.Count; i++)
            Append(effects.Outcome.Records[i], new EvidenceId(transaction, (uint)i), member, key);
    }

    /// <summary>Writes a value of the state; null deletes it.</summary>
    public void Put(string space, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value)
    {
        if (!_state.TryGetValue(space, out var rows)) _state.Add(space, rows = new Space());
        rows.Put(key, value);
    }

    /// <summary>Adds a record to the log.</summary>
    /// <exception cref="ArgumentException">The record is not well-formed.</exception>
    public ContractLeaf Append(ReadOnlyMemory<byte> recordBytes, EvidenceId id, string member, KeyId key)
    {
        if (!EvidenceRecord.TryDecode(recordBytes.Span, out var record, out var error))
            throw new ArgumentException(error.ToString(), nameof(recordBytes));
        var before = _leaves.FindLast(l => l.Record.Subject == record.Subject);
        var leaf = new EvidenceLeaf
        {
            RecordBytes = recordBytes,
            Id = id,
            Sender = key,
            Member = member,
            SubjectSequence = before.Leaf is null ? 1 : before.Leaf.SubjectSequence + 1,
            Previous = before.Leaf is null ? null : EvidenceLeaf.HashOf(before.Leaf.Encode(), _hash),
            Time = Time,
        };
        var added = new ContractLeaf((ulong)_leaves.Count, leaf, record);
        _leaves.Add(added);
        return added;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(string space, ReadOnlyMemory<byte> key) =>
        _state.TryGetValue(space, out var rows) ? rows.Read(key) : null;

    /// <inheritdoc/>
    public IReadOnlyList<ContractEntry> Scan(
        string space, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte>? after, int limit) =>
        _state.TryGetValue(space, out var rows) ? rows.Scan(prefix, after, limit) : [];

    /// <inheritdoc/>
    public Member? Member(string id) => _members.GetValueOrDefault(id);

    /// <inheritdoc/>
    public ContractLeaf? Evidence(EvidenceId id)
    {
        var place = _leaves.FindIndex(l => l.Leaf.Id == id);
        return place < 0 ? null : _leaves[place];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ContractLeaf> EvidenceByDigest(ReadOnlyMemory<byte> digest, ulong from, int limit) =>
    [
        .. _leaves.Where(l => l.Index >= from && l.Record.Digests.Any(d => d.Value.Span.SequenceEqual(digest.Span)))
            .Take(limit),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<ContractLeaf> Timeline(string subject, ulong afterSequence, int limit) =>
        [.. _leaves.Where(l => l.Record.Subject == subject && l.Leaf.SubjectSequence > afterSequence).Take(limit)];

    private sealed class Space
    {
        private static readonly Comparer<ReadOnlyMemory<byte>> ByBytes =
            Comparer<ReadOnlyMemory<byte>>.Create((a, b) => a.Span.SequenceCompareTo(b.Span));

        public SortedList<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Rows { get; } = new(ByBytes);

        public ReadOnlyMemory<byte>? Read(ReadOnlyMemory<byte> key) =>
            Rows.TryGetValue(key, out var value) ? (ReadOnlyMemory<byte>?)value : null;

        public void Put(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value)
        {
            // Copies: what the ledger keeps is nobody's buffer.
            if (value is { } bytes) Rows[key.ToArray()] = bytes.ToArray();
            else Rows.Remove(key);
        }

        public List<ContractEntry> Scan(ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte>? after, int limit)
        {
            var (low, high) = (0, Rows.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                var key = Rows.GetKeyAtIndex(middle).Span;
                var isBefore = key.SequenceCompareTo(prefix.Span) < 0
                    || (after is { } last && key.SequenceCompareTo(last.Span) <= 0);
                if (isBefore) low = middle + 1;
                else high = middle;
            }

            var found = new List<ContractEntry>();
            for (; low < Rows.Count && found.Count < limit; low++)
            {
                var key = Rows.GetKeyAtIndex(low);
                if (!key.Span.StartsWith(prefix.Span)) break;
                found.Add(new ContractEntry(key, Rows.GetValueAtIndex(low)));
            }

            return found;
        }
    }
}
