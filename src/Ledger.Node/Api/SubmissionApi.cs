using Ledger.Core.Api.V1;
using Ledger.Core.Crypto;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Execution;
using Ledger.Node.Mempool;
using Ledger.Storage;

namespace Ledger.Node.Api;

/// <summary>Submitting transactions and asking what became of them.</summary>
internal sealed class SubmissionApi(
    AdmissionService admission,
    TransactionPool pool,
    LedgerStore store,
    ChainView chain,
    OutcomeHub outcomes)
{
    public ValueTask<RpcResult<SubmitResponse>> Submit(SubmitRequest request, GrpcCall call)
    {
        var verdict = admission.Admit(request.Transaction.Memory, AdmissionSource.Client, out var id);
        if (!verdict.IsAccepted) return new(Statuses.Refused(verdict));
        return new(new SubmitResponse { TransactionId = ApiBytes.Of(id) });
    }

    public async ValueTask<RpcResult<TransactionOutcome>> SubmitAndWait(SubmitAndWaitRequest request, GrpcCall call)
    {
        var verdict = admission.Admit(request.Transaction.Memory, AdmissionSource.Client, out var id);
        if (!verdict.IsAccepted) return Statuses.Refused(verdict);
        while (true)
        {
            // Registered before the look-up: what happens behind it is signalled.
            using var wait = outcomes.Register(id);
            if (IsBeforeHistory(id)) return Statuses.BeforeHistory(store.Base!.Value);
            var outcome = OutcomeOf(id);
            if (outcome.State != TransactionOutcome.Types.State.Pending) return outcome;
            await wait.News.WaitAsync(call.Cancellation).ConfigureAwait(false);
        }
    }

    public ValueTask<RpcResult<TransactionOutcome>> GetTransaction(GetTransactionRequest request, GrpcCall call)
    {
        if (request.TransactionId.Length != Hash256.Size)
            return new(Statuses.InvalidArgument("transaction_id has 32 bytes"));
        var id = new Hash256(request.TransactionId.Span);
        return IsBeforeHistory(id) ? new(Statuses.BeforeHistory(store.Base!.Value)) : new(OutcomeOf(id));
    }

    private bool IsBeforeHistory(in Hash256 id) => store.Base is not null
        && store.Live.Blocks.Find(id) is { } place && store.Live.Blocks.IsBeforeHistory(place.Height);

    private TransactionOutcome OutcomeOf(in Hash256 id)
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
        if (!stored.Result.Succeeded) outcome.Reason = stored.Result.Refusal.WireName();
        return outcome;
    }
}
