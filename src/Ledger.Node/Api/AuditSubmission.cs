using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;
using Ledger.Core.Membership;
using Ledger.Node.Api.Grpc;

namespace Ledger.Node.Api;

/// <summary>
/// An audit node takes no transactions: it would have to pass them on, and the consortium takes nothing from observers.
/// The refusal says who does.
/// </summary>
internal sealed class AuditSubmission(TransactionOutcomes outcomes, ValidatorSet validators) : ISubmission
{
    private readonly RpcStatus _refusal = new(
        GrpcStatusCode.FailedPrecondition,
        "this is an audit node and takes no transactions; submit to a validator, run by "
        + string.Join(", ", validators.Validators.Select(v => v.Member).Distinct(StringComparer.Ordinal)),
        "READ_ONLY_NODE");

    public ValueTask<RpcResult<SubmitResponse>> Submit(SubmitRequest request, GrpcCall call) => new(_refusal);

    public ValueTask<RpcResult<TransactionOutcome>> SubmitAndWait(SubmitAndWaitRequest request, GrpcCall call) =>
        new(_refusal);

    public ValueTask<RpcResult<TransactionOutcome>> GetTransaction(GetTransactionRequest request, GrpcCall call) =>
        outcomes.GetTransaction(request);
}
