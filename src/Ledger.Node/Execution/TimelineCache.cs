using Ledger.Core.State;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// The newest entries of the timelines that blocks appended to lately. A subject that is busy now is mostly busy again soon,
/// and looking its timeline up in the database costs several times what the rest of its record does.
/// </summary>
/// <remarks>
/// Two generations stand in for "used lately": what is used moves to the young one, which becomes the old one when it is full.
/// Not thread-safe: the executor's. Bound: twice <see cref="Generation"/> subjects, some 200 bytes each.
/// </remarks>
internal sealed class TimelineCache
{
    /// <summary>Most subjects of a generation.</summary>
    public const int Generation = 1 << 16;

    private Dictionary<string, TimelineHead> _young = new(StringComparer.Ordinal);
    private Dictionary<string, TimelineHead> _old = new(StringComparer.Ordinal);

    /// <summary>The newest entry of a timeline; null when it is not at hand.</summary>
    public TimelineHead? Find(string subject)
    {
        if (_young.TryGetValue(subject, out var head)) return head;
        if (!_old.TryGetValue(subject, out head)) return null;
        Set(subject, head);
        return head;
    }

    /// <summary>A block is on disk that appended to these timelines.</summary>
    public void OnCommitted(BlockCommit commit)
    {
        var index = commit.Block.Header.LogSize - (ulong)commit.Leaves.Count;
        foreach (var item in commit.Leaves)
        {
            Set(item.Record.Subject, new TimelineHead(item.Leaf.SubjectSequence, item.Hash, new(index)));
            index++;
        }
    }

    /// <summary>An entry was read from the database.</summary>
    public void Set(string subject, in TimelineHead head)
    {
        if (_young.Count >= Generation) (_old, _young) = (_young, new(StringComparer.Ordinal));
        _young[subject] = head;
    }
}
