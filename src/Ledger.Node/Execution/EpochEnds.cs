using Ledger.Core.Blocks;
using Ledger.Core.Receipts;
using Ledger.Node.Hosting;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// How each epoch ended: header, certificate and next validators. What receipts and clients need to follow the
/// validators from genesis.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class EpochEnds(LedgerStore store)
{
    private readonly Lock _gate = new();

    // By epoch. Bound: the epochs of the chain; a certified end never changes.
    private readonly List<EpochChange> _ends = [];

    /// <summary>How every epoch before one ended, from epoch 0 on. The epoch has begun here.</summary>
    public IReadOnlyList<EpochChange> Before(Epoch epoch)
    {
        lock (_gate)
        {
            while ((ulong)_ends.Count < epoch.Value) _ends.Add(EndOf(new Epoch((ulong)_ends.Count)));
            return _ends[..(int)epoch.Value];
        }
    }

    private EpochChange EndOf(Epoch epoch)
    {
        if (store.BaseManifest?.Epochs is { } before && epoch.Value < (ulong)before.Count)
            return before[(int)epoch.Value];
        var last = Recovery.LastOf(store, epoch);
        if (store.Live.Blocks.CertifiedHeader(last) is { } end
            && store.Live.Blocks.Validators(epoch.Next) is { } next)
        {
            return new EpochChange(end.HeaderBytes, end.Certificate.Encode(), next.Encoded);
        }

        throw new StorageException(
            StorageFault.Corruption, $"the end of epoch {epoch} at block {last} is not certified");
    }
}
