using Ledger.Contracts.Runtime;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.State;
using Ledger.Node.Admission;
using Ledger.Storage;
using Ledger.Storage.Evidence;
using Ledger.Storage.State;

namespace Ledger.Node.Execution;

/// <summary>What is on disk, as contracts read it: the ledger after a block. docs/spec/contracts.md section 5.</summary>
/// <remarks>
/// As safe for concurrent use as the view. Every node of a channel with contracts holds every leaf of the log, wherever its
/// history began (docs/adr/0032): what contracts ask has one answer.
/// </remarks>
internal sealed class StoredContractLedger(LedgerView view, MemberDirectory members) : IContractLedger
{
    public ReadOnlyMemory<byte>? Read(string space, ReadOnlyMemory<byte> key) =>
        // The cast decides: without it, null would become an empty value.
        view.State.Get(space, key.Span) is { } value ? (ReadOnlyMemory<byte>?)value : null;

    public IReadOnlyList<ContractEntry> Scan(
        string space, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte>? after, int limit)
    {
        var found = new List<ContractEntry>();
        var from = after ?? default;
        while (found.Count < limit)
        {
            var wanted = Math.Min(limit - found.Count, StateReader.MaxPageSize);
            var page = view.State.List(space, prefix.Span, from.Span, wanted);
            foreach (var entry in page) found.Add(new ContractEntry(entry.Key, entry.Value));
            if (page.Count < wanted) break;
            from = page[^1].Key;
        }

        return found;
    }

    public Member? Member(string id) => members.Find(id);

    public ContractLeaf? Evidence(EvidenceId id) => view.Evidence.Leaf(id) is { } leaf ? Of(leaf) : null;

    public IReadOnlyList<ContractLeaf> EvidenceByDigest(ReadOnlyMemory<byte> digest, ulong from, int limit) =>
        Find(new EvidenceFilter { Digest = digest }, from, limit);

    public IReadOnlyList<ContractLeaf> Timeline(string subject, ulong afterSequence, int limit)
    {
        var stored = view.State.Get(StateNamespaces.Timelines, System.Text.Encoding.UTF8.GetBytes(subject));
        if (stored is null || !TimelineHead.TryDecode(stored, out var head, out _)) return [];
        if (head.Value.Sequence <= afterSequence) return [];
        var filter = new EvidenceFilter { Subject = subject };
        var from = afterSequence == 0 ? 0 : FirstAfter(filter, afterSequence, head.Value.Index.Value);
        return Find(filter, from, limit);
    }

    // The sequence numbers of a subject ascend with the log, so halving finds the place: the cost of a contract's
    // question must not grow with how much it skips.
    private ulong FirstAfter(EvidenceFilter filter, ulong sequence, ulong newest)
    {
        var (low, high) = (0UL, newest);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var found = Find(filter, middle, 1);
            if (found.Count > 0 && found[0].Leaf.SubjectSequence <= sequence) low = found[0].Index + 1;
            else high = middle;
        }

        return low;
    }

    private List<ContractLeaf> Find(EvidenceFilter filter, ulong from, int limit)
    {
        var found = new List<ContractLeaf>();
        var range = new LeafRange { From = from, Limit = Math.Clamp(limit, 1, LeafRange.MaxLimit) };
        while (found.Count < limit)
        {
            var page = view.Evidence.Query(filter, range);
            foreach (var leaf in page.Leaves.Take(limit - found.Count)) found.Add(Of(leaf));
            if (page.Next is not { } next) break;
            range = next;
        }

        return found;
    }

    private static ContractLeaf Of(StoredLeaf leaf) => new(leaf.Index.Value, leaf.Leaf, leaf.Record);
}
