using System.Runtime.CompilerServices;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;

namespace Ledger.Benchmarks.Load;

/// <summary>A node that records at once, without a chain: what is left is the client's own cost.</summary>
internal sealed class InstantNode(HashFunction hash) : INodeApi
{
    private long _height;
    private long _leaves;

    public string Name => "instant";

    public long Leaves => Volatile.Read(ref _leaves);

    public async Task<TransactionOutcome> SubmitAndWaitAsync(
        SubmitAndWaitRequest request, TimeSpan timeout, CancellationToken cancellation)
    {
        await Task.Yield();
        if (!SignedTransaction.TryDecode(request.Transaction.Memory, hash, out var transaction, out _)
            || !EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _))
        {
            throw new InvalidOperationException("not a transaction of evidence");
        }

        var first = Interlocked.Add(ref _leaves, body.Items.Count) - body.Items.Count;
        return new TransactionOutcome
        {
            TransactionId = Google.Protobuf.ByteString.CopyFrom(transaction.Id.AsSpan()),
            State = TransactionOutcome.Types.State.Committed,
            Height = (ulong)Interlocked.Increment(ref _height),
            FirstLeaf = (ulong)first,
            LeafCount = (uint)body.Items.Count,
            TimeMs = 1,
        };
    }

    public Task<SubmitResponse> SubmitAsync(SubmitRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<TransactionOutcome> GetTransactionAsync(
        GetTransactionRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<GetReceiptResponse> GetReceiptAsync(
        GetReceiptRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<QueryEvidenceResponse> QueryEvidenceAsync(
        QueryEvidenceRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<Block> GetBlockAsync(GetBlockRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public async IAsyncEnumerable<Block> SubscribeAsync(
        SubscribeRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    public Task<GetConsistencyProofResponse> GetConsistencyProofAsync(
        GetConsistencyProofRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<GetStateProofResponse> GetStateProofAsync(
        GetStateProofRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<GetEpochChangesResponse> GetEpochChangesAsync(
        GetEpochChangesRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<QueryContractResponse> QueryContractAsync(
        QueryContractRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<GetContractResponse> GetContractAsync(
        GetContractRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<ListContractsResponse> ListContractsAsync(
        ListContractsRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<GetResultReceiptResponse> GetResultReceiptAsync(
        GetResultReceiptRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public async IAsyncEnumerable<ContractEvents> SubscribeEventsAsync(
        SubscribeEventsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    public Task<AttestResponse> AttestAsync(
        AttestRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<NodeStatus> GetStatusAsync(
        GetStatusRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public void Dispose()
    {
    }
}
