using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Driver;

namespace Ledger.Node.Api;

/// <summary>
/// An audit node takes no transactions: it would have to pass them on, and the consortium takes nothing from observers.
/// The refusal says who does.
/// </summary>
internal sealed class AuditSubmission(TransactionOutcomes outcomes, EpochView epochs) : ISubmission
{
    private RpcStatus Refusal => new(
        GrpcStatusCode.FailedPrecondition,
        "this is an audit node and takes no transactions; submit to a validator, run by "
        + string.Join(", ", epochs.Validators.Set.Validators.Select(v => v.Member).Distinct(StringComparer.Ordinal)),
        "READ_ONLY_NODE");

    public ValueTask<RpcResult<SubmitResponse>> Submit(SubmitRequest request, ApiCall call) => new(Refusal);

    public ValueTask<RpcResult<TransactionOutcome>> SubmitAndWait(SubmitAndWaitRequest request, ApiCall call) =>
        new(Refusal);

    public ValueTask<RpcResult<TransactionOutcome>> GetTransaction(GetTransactionRequest request, ApiCall call) =>
        outcomes.GetTransaction(request);
}
