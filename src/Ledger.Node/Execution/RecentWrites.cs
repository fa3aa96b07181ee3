using Ledger.Core.Blocks;
using Ledger.Core.State;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// What contracts wrote in the last blocks: it cannot be told from the state on disk, and a node that came to something
/// else asks for it (PITFALLS P18, P21).
/// </summary>
/// <remarks>Safe for concurrent use. Bound: so many blocks, and so many bytes of them.</remarks>
internal sealed class RecentWrites
{
    private const int MaxBlocks = 256;
    private const long MaxBytes = 32 << 20;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<ulong, IReadOnlyList<StateWrite>> _writes = [];
    private long _bytes;

    /// <summary>A block was executed.</summary>
    public void Add(BlockCommit commit)
    {
        List<StateWrite> writes = [.. commit.StateWrites.Where(w => IsContracts(w.Namespace))];
        if (writes.Count == 0) return;
        lock (_gate)
        {
            _writes[commit.Block.Header.Height.Value] = writes;
            _bytes += SizeOf(writes);
            while (_writes.Count > MaxBlocks || (_bytes > MaxBytes && _writes.Count > 1))
            {
                var (height, oldest) = _writes.First();
                _writes.Remove(height);
                _bytes -= SizeOf(oldest);
            }
        }
    }

    /// <summary>What contracts wrote in a block; nothing when that is not kept.</summary>
    public IReadOnlyList<StateWrite> Of(BlockHeight height)
    {
        lock (_gate) return _writes.TryGetValue(height.Value, out var writes) ? writes : [];
    }

    /// <summary>Whether a namespace is written by contracts and not by the ledger itself.</summary>
    public static bool IsContracts(string space) =>
        space is not (StateNamespaces.Timelines or StateNamespaces.Validators or StateNamespaces.Members);

    private static long SizeOf(IReadOnlyList<StateWrite> writes) =>
        writes.Sum(w => (long)w.Key.Length + (w.Value?.Length ?? 0) + 64);
}
