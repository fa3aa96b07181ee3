using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// The validators of the newest epoch that the node which answers has begun, followed from genesis: each set is
    /// certified by the one before. A node that is behind may answer with an earlier epoch's.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerIntegrityException">An epoch change does not hold.</exception>
    public async Task<ValidatorSet> GetValidatorsAsync(CancellationToken cancellation = default)
    {
        await FollowEpochsAsync(cancellation);
        return _verifier.Validators;
    }

    /// <summary>
    /// Makes a new signed transaction of a change of the validators; submit it with
    /// <see cref="AnchorAsync(SignedTransaction, CancellationToken)"/>. Any member may: what counts is who approved.
    /// </summary>
    /// <exception cref="ArgumentException">It exceeds the channel's limit.</exception>
    /// <exception cref="InvalidOperationException">The client has no identity.</exception>
    public SignedTransaction Sign(ValidatorChangeBody change) =>
        Sign(change.Encode(), null, TransactionKind.ValidatorChange);
}
