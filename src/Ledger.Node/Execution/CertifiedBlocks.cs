using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Storage;

namespace Ledger.Node.Execution;

/// <summary>
/// Keeps the blocks that are executed and not yet certified, and tells everybody once they are: certificates go to
/// disk, the chain view moves, waiting calls end.
/// </summary>
/// <remarks>Safe for concurrent use: executed on one thread, certified on another.</remarks>
internal sealed class CertifiedBlocks(LedgerStore store, ChainView chain, OutcomeHub outcomes)
{
    private readonly Lock _gate = new();

    // Bound: consensus orders at most a window above the stable checkpoint; sync certifies each block at once.
    private readonly SortedDictionary<ulong, Block> _executed = [];

    /// <summary>A block was made durable.</summary>
    public void Executed(Block block)
    {
        lock (_gate) _executed[block.Header.Height.Value] = block;
    }

    /// <summary>
    /// A block that was executed here is certified, and with it every block below. Repeats are harmless.
    /// </summary>
    public void Publish(BlockHeight height, QuorumCertificate certificate)
    {
        var final = new List<Block>();
        lock (_gate)
        {
            // An epoch's last certificate lets go of the votes behind it: it must not wait for the next block to be
            // synced.
            var endsEpoch = store.Live.Blocks.Header(height)?.Header.NextValidators is not null;
            if (store.Live.Blocks.Certificate(height) is null) store.SaveCertificate(height, certificate, endsEpoch);
            if (chain.Certified.Header.Height >= height) return;
            foreach (var block in _executed.Values.TakeWhile(b => b.Header.Height <= height)) final.Add(block);
            foreach (var block in final) _executed.Remove(block.Header.Height.Value);
            var header = store.Live.Blocks.Header(height)!;
            chain.PublishCertified(new CertifiedHead(
                header.Header, header.Hash, new CertifiedHeader(header.Bytes, certificate)));
        }

        foreach (var block in final) outcomes.Signal(block.Transactions.Select(t => t.Id));
    }
}
