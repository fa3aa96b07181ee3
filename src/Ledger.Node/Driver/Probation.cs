using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;

namespace Ledger.Node.Driver;

/// <summary>
/// Keeps a validator whose vote log is empty from voting before it is certain that it cannot contradict votes that it
/// sent and lost: until then it follows the chain, and proposes, votes and asks for views as little as a stopped one.
/// docs/spec/sync.md section 7.
/// </summary>
/// <remarks>
/// It could have voted up to a window above the newest block that it had certified. A quorum certified that block too: so,
/// with this validator counted among the faulty, of any n - 2 others at least f honest ones executed it, and the f-th
/// highest of what they say they executed is no lower. Once a block a window above that is certified, every height in
/// which it could have voted is settled. Where 2f others have executed nothing of the epoch, neither had this one
/// certified anything of it:
/// the epoch is new. Not thread-safe; owned by the core.
/// </remarks>
/// <param name="start">The last block before the epoch that this validator starts in.</param>
/// <param name="window">The channel's window.</param>
internal sealed class Probation(BlockHeight start, ulong window)
{
    // By validator. Bound: the validators.
    private readonly SortedDictionary<int, ulong> _claims = [];
    private Epoch? _epoch;
    private ulong? _until;

    /// <summary>Whether it may vote.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The block that must be certified first; null until enough others were heard.</summary>
    public BlockHeight? Until => _until is { } height ? new BlockHeight(height) : null;

    /// <summary>
    /// Whether a message may reach the replica: those that tell of the chain, and none that asks for a vote.
    /// </summary>
    public static bool Allows(ConsensusMessage message) => message is Status or StableNotice or Checkpoint;

    /// <summary>Another validator says how far it has executed.</summary>
    public void OnStatus(ValidatorSet validators, ValidatorIndex from, BlockHeight executed)
    {
        if (_until is not null) return;
        // Others have other indexes in another epoch.
        if (_epoch != validators.Epoch) _claims.Clear();
        _epoch = validators.Epoch;
        var size = validators.Quorum;
        _claims[from.Value] = executed.Value;
        if (_claims.Count >= 2 * size.Faults && _claims.Values.All(c => c <= start.Value))
        {
            IsOver = true;
            return;
        }

        if (_claims.Count < size.Validators - 2) return;
        var highest = _claims.Values.OrderDescending().ElementAt(Math.Max(size.Faults, 1) - 1);
        // One that claims the end of all heights keeps this validator from voting, and must not end its node.
        _until = highest <= ulong.MaxValue - window ? highest + window : ulong.MaxValue;
    }

    /// <summary>How far the chain is certified here.</summary>
    public void OnStable(BlockHeight height)
    {
        if (_until is { } until && height.Value >= until) IsOver = true;
    }
}
