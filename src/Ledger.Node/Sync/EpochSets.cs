using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Storage;

namespace Ledger.Node.Sync;

/// <summary>
/// The validators of each epoch that has begun here, decoded once. Safe for concurrent use.
/// </summary>
internal sealed class EpochSets(LedgerStore store)
{
    // Blocks come in order, so one epoch is asked for at a time, and at its end two.
    private const int Remembered = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, ValidatorSet> _sets = [];

    /// <summary>The validators of an epoch; null before the block is applied that begins it.</summary>
    public ValidatorSet? Find(Epoch epoch)
    {
        lock (_gate)
        {
            if (_sets.TryGetValue(epoch.Value, out var known)) return known;
            if (store.Live.Blocks.Validators(epoch) is not { } set) return null;
            if (_sets.Count == Remembered) _sets.Clear();
            _sets.Add(epoch.Value, set);
            return set;
        }
    }
}
