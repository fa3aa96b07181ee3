using Ledger.Core.Api.V1;
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
    OutcomeHub outcomes) : ISubmission
{
    private readonly TransactionOutcomes _outcomes = new(pool, store, chain);

    public ValueTask<RpcResult<SubmitResponse>> Submit(SubmitRequest request, ApiCall call)
    {
        var verdict = admission.Admit(request.Transaction.Memory, AdmissionSource.Client, out var id);
        if (!verdict.IsAccepted) return new(Statuses.Refused(verdict));
        return new(new SubmitResponse { TransactionId = ApiBytes.Of(id) });
    }

    public async ValueTask<RpcResult<TransactionOutcome>> SubmitAndWait(SubmitAndWaitRequest request, ApiCall call)
    {
        var verdict = admission.Admit(request.Transaction.Memory, AdmissionSource.Client, out var id);
        if (!verdict.IsAccepted) return Statuses.Refused(verdict);
        while (true)
        {
            // Registered before the look-up: what happens behind it is signalled.
            using var wait = outcomes.Register(id);
            if (_outcomes.RefusalOf(id) is { } refusal) return refusal;
            var outcome = _outcomes.Of(id);
            if (outcome.State != TransactionOutcome.Types.State.Pending) return outcome;
            await wait.News.WaitAsync(call.Cancellation).ConfigureAwait(false);
        }
    }

    public ValueTask<RpcResult<TransactionOutcome>> GetTransaction(GetTransactionRequest request, ApiCall call) =>
        _outcomes.GetTransaction(request);
}
