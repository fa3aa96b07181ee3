using Google.Protobuf;
using Ledger.Client.Submit;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Tells what became of a transaction, whoever sent it. That it is in a block, and what it came to, is proven by its
    /// result's receipt; that it is pending or unknown is the node's word.
    /// </summary>
    /// <param name="id">The transaction's id, or a scheduled call's.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">The caller may not read it.</exception>
    /// <exception cref="LedgerIntegrityException">The proof does not hold, or contradicts the answer.</exception>
    public async Task<TransactionReport> GetTransactionAsync(Hash256 id, CancellationToken cancellation = default)
    {
        var request = new GetTransactionRequest { TransactionId = ByteString.CopyFrom(id.AsSpan()) };
        var answer = await _pool.CallAsync(
            (node, timeout, stop) => node.GetTransactionAsync(request, timeout, stop), cancellation);
        var state = answer.State switch
        {
            TransactionOutcome.Types.State.Pending => TransactionState.Pending,
            TransactionOutcome.Types.State.Committed => TransactionState.Committed,
            TransactionOutcome.Types.State.Failed => TransactionState.Failed,
            _ => TransactionState.Unknown,
        };
        if (state is TransactionState.Unknown or TransactionState.Pending) return new TransactionReport(state, null);
        var proven = await GetResultReceiptAsync(id, new BlockHeight(answer.Height), cancellation);
        return proven.Content.Result.Succeeded == (state == TransactionState.Committed)
            ? new TransactionReport(state, proven)
            : throw new LedgerIntegrityException("what the node says of the transaction is not what its receipt proves");
    }
}
