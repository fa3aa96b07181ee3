using Ledger.Core.Api.V1;
using Ledger.Node.Api.Grpc;

namespace Ledger.Node.Api;

/// <summary>Taking transactions, or refusing them, and telling what became of them.</summary>
internal interface ISubmission
{
    /// <summary>Takes a transaction and returns at once.</summary>
    ValueTask<RpcResult<SubmitResponse>> Submit(SubmitRequest request, ApiCall call);

    /// <summary>Takes a transaction and waits for its block's certificate.</summary>
    ValueTask<RpcResult<TransactionOutcome>> SubmitAndWait(SubmitAndWaitRequest request, ApiCall call);

    /// <summary>What became of a transaction.</summary>
    ValueTask<RpcResult<TransactionOutcome>> GetTransaction(GetTransactionRequest request, ApiCall call);
}
