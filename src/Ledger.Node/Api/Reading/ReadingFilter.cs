using Ledger.Node.Api.Callers;
using Ledger.Storage.Evidence;

namespace Ledger.Node.Api.Reading;

/// <summary>
/// What of one page of a search a caller is shown. The work of a page is bounded: when it is used up the page ends, and
/// the next goes on where it ended.
/// </summary>
/// <remarks>Not thread-safe; one for each page.</remarks>
internal sealed class ReadingFilter(ReadingPolicy policy, Caller? caller)
{
    // Bound: the leaves that a page looks at.
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);
    // Index entries that this page may still look at beside its own. The first timeline always fits.
    private int _left = 2 * policy.TimelineRecords;

    /// <summary>Whether a leaf is shown; null when that is for the next page to find out.</summary>
    public bool? IsShown(StoredLeaf leaf)
    {
        if (caller is null) return false;
        if (leaf.Leaf.Member == caller.Member.Id) return true;
        var subject = leaf.Record.Subject;
        if (_known.TryGetValue(subject, out var known)) return known;
        if (_left < policy.TimelineRecords) return null;
        known = policy.TookPart(caller, subject, out var lookedAt);
        _left -= lookedAt;
        return _known[subject] = known;
    }
}
