using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;

namespace Ledger.Core.Receipts;

/// <summary>
/// The validators of a channel's epochs as far as epoch changes lead from genesis: each certified by the validators
/// before. Immutable and safe for concurrent use.
/// </summary>
public sealed class EpochHistory
{
    private readonly Genesis _genesis;
    private readonly IReadOnlyList<EpochEnd> _ends;

    private EpochHistory(Genesis genesis, IReadOnlyList<EpochEnd> ends)
    {
        _genesis = genesis;
        _ends = ends;
    }

    /// <summary>The newest epoch whose validators are known.</summary>
    public Epoch Newest => new((ulong)_ends.Count);

    /// <summary>The history of a channel of which nothing but genesis is known.</summary>
    public static EpochHistory Begin(Genesis genesis) => new(genesis, []);

    /// <summary>Follows epoch changes from genesis, verifying each.</summary>
    /// <param name="changes">How each epoch ended, from epoch 0 on.</param>
    /// <param name="genesis">What is trusted.</param>
    /// <param name="history">The history, when all of them hold.</param>
    /// <param name="fault">The first that does not hold.</param>
    public static bool TryFollow(
        IReadOnlyList<EpochChange> changes,
        Genesis genesis,
        [NotNullWhen(true)] out EpochHistory? history,
        [NotNullWhen(false)] out ReceiptVerdict? fault)
    {
        var ends = new List<EpochEnd>();
        fault = ReceiptVerifier.FollowEpochs(changes, new Epoch((ulong)changes.Count), genesis, ends);
        history = fault is null ? new EpochHistory(genesis, ends) : null;
        return history is not null;
    }

    /// <summary>The validators of an epoch; null when the changes do not lead so far.</summary>
    public ValidatorSet? ValidatorsOf(Epoch epoch) => epoch.Value == 0
        ? _genesis.Validators
        : epoch.Value <= (ulong)_ends.Count ? _ends[(int)epoch.Value - 1].Next : null;

    /// <summary>
    /// Whether a height can be of an epoch: above the last block of the one before, and not above its own last block.
    /// </summary>
    public bool Contains(Epoch epoch, BlockHeight height) =>
        (epoch.Value == 0 || (epoch.Value <= (ulong)_ends.Count && height > _ends[(int)epoch.Value - 1].Header.Height))
        && (epoch.Value >= (ulong)_ends.Count || height <= _ends[(int)epoch.Value].Header.Height);
}
