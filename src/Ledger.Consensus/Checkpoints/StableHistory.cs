using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;

namespace Ledger.Consensus.Checkpoints;

/// <summary>
/// The last few certified headers, so that a peer that lost a few checkpoints gets each height's certificate and not
/// only the latest one.
/// </summary>
internal sealed class StableHistory
{
    // A peer that is further behind than the pipeline is deep needs sync anyway.
    private const int Capacity = 16;

    // Bound: Capacity. Ascending.
    private readonly Queue<StableProof> _proofs = new();

    /// <summary>The latest; null while only genesis is stable.</summary>
    public StableProof? Latest { get; private set; }

    public void Add(StableProof proof)
    {
        if (_proofs.Count == Capacity) _proofs.Dequeue();
        _proofs.Enqueue(proof);
        Latest = proof;
    }

    /// <summary>The proofs above a height, ascending.</summary>
    public IEnumerable<StableProof> Above(BlockHeight height) => _proofs.Where(proof => proof.Height > height);
}
