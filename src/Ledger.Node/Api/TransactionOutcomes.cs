using Ledger.Core.Api.V1;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;
using Ledger.Core.Transactions;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Execution;
using Ledger.Node.Mempool;
using Ledger.Storage;

namespace Ledger.Node.Api;

/// <summary>What became of transactions, as this node knows it. Safe for concurrent use.</summary>
internal sealed class TransactionOutcomes(TransactionPool pool, LedgerStore store, ChainView chain)
{
    public ValueTask<RpcResult<TransactionOutcome>> GetTransaction(GetTransactionRequest request)
    {
        if (request.TransactionId.Length != Hash256.Size)
            return new(Statuses.InvalidArgument("transaction_id has 32 bytes"));
        var id = new Hash256(request.TransactionId.Span);
        return RefusalOf(id) is { } refusal ? new(refusal) : new(Of(id));
    }

    /// <summary>Why this node cannot say; null when it can.</summary>
    public RpcStatus? RefusalOf(in Hash256 id) => store.Base is { } began
        && store.Live.Blocks.Find(id) is { } place && store.Live.Blocks.IsBeforeHistory(place.Height)
        ? Statuses.BeforeHistory(began)
        : null;

    public TransactionOutcome Of(in Hash256 id)
    {
        var outcome = new TransactionOutcome { TransactionId = ApiBytes.Of(id) };
        // Certified first: a block that is certified a moment later is merely reported as pending.
        var certified = chain.Certified.Header.Height;
        if (store.Live.Blocks.Transaction(id) is not { } stored)
        {
            outcome.State = pool.Contains(id)
                ? TransactionOutcome.Types.State.Pending
                : TransactionOutcome.Types.State.Unknown;
            return outcome;
        }

        if (stored.Place.Height > certified)
        {
            outcome.State = TransactionOutcome.Types.State.Pending;
            return outcome;
        }

        outcome.State = stored.Result.Succeeded
            ? TransactionOutcome.Types.State.Committed
            : TransactionOutcome.Types.State.Failed;
        outcome.Height = stored.Place.Height.Value;
        outcome.Position = stored.Place.Position;
        outcome.FirstLeaf = stored.Result.FirstLeaf.Value;
        outcome.LeafCount = stored.Result.LeafCount;
        outcome.TimeMs = store.Live.Blocks.Header(stored.Place.Height)!.Header.Time.UnixMilliseconds;
        outcome.ContractOutcome = ApiBytes.Of(stored.Result.ContractOutcome);
        if (!stored.Result.Succeeded) outcome.Reason = stored.Result.Refusal.WireName();
        return outcome;
    }
}
