using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>The API of one node over gRPC.</summary>
/// <remarks>Safe for concurrent use. Owns its channel.</remarks>
public sealed class GrpcNodeApi : INodeApi
{
    private readonly GrpcChannel _channel;
    // Of its own, as proofs of faults are larger than anything else.
    private readonly GrpcAuditApi _audit;

    /// <summary>
    /// Makes the API of the node at an address such as <c>http://127.0.0.1:7500</c>. Nothing is sent yet.
    /// </summary>
    /// <exception cref="ArgumentException">The address is neither http nor https.</exception>
    public GrpcNodeApi(Uri endpoint, GrpcChannelOptions? options = null)
    {
        _channel = new GrpcChannel(endpoint, options);
        _audit = new GrpcAuditApi(endpoint, options);
    }

    /// <inheritdoc/>
    public string Name => _channel.Address.GetLeftPart(UriPartial.Authority);

    /// <inheritdoc/>
    public Task<SubmitResponse> SubmitAsync(SubmitRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.Submit, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<TransactionOutcome> SubmitAndWaitAsync(
        SubmitAndWaitRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.SubmitAndWait, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<TransactionOutcome> GetTransactionAsync(
        GetTransactionRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetTransaction, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<GetReceiptResponse> GetReceiptAsync(
        GetReceiptRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetReceipt, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<AttestResponse> AttestAsync(AttestRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.Attest, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<QueryEvidenceResponse> QueryEvidenceAsync(
        QueryEvidenceRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.QueryEvidence, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<Block> GetBlockAsync(GetBlockRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetBlock, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<ListTransactionsResponse> ListTransactionsAsync(
        ListTransactionsRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.ListTransactions, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<Evidence> GetEvidenceAsync(
        GetEvidenceRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetEvidence, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<ListBlocksResponse> ListBlocksAsync(
        ListBlocksRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.ListBlocks, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<GetGenesisResponse> GetGenesisAsync(
        GetGenesisRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetGenesis, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<ListMembersResponse> ListMembersAsync(
        ListMembersRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.ListMembers, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<ListFaultsResponse> ListFaultsAsync(
        ListFaultsRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        _audit.ListFaultsAsync(request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<AuditReport> GetAuditReportAsync(
        GetAuditReportRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        _audit.GetReportAsync(request, timeout, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<Block> SubscribeAsync(SubscribeRequest request, CancellationToken cancellation) =>
        _channel.ServerStreamingAsync(LedgerMethods.Subscribe, request, default, cancellation);

    /// <inheritdoc/>
    public Task<GetConsistencyProofResponse> GetConsistencyProofAsync(
        GetConsistencyProofRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetConsistencyProof, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<GetStateProofResponse> GetStateProofAsync(
        GetStateProofRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetStateProof, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<GetEpochChangesResponse> GetEpochChangesAsync(
        GetEpochChangesRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetEpochChanges, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<QueryContractResponse> QueryContractAsync(
        QueryContractRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.QueryContract, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<GetContractResponse> GetContractAsync(
        GetContractRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetContract, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<ListContractsResponse> ListContractsAsync(
        ListContractsRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.ListContracts, request, timeout, cancellation);

    /// <inheritdoc/>
    public Task<GetResultReceiptResponse> GetResultReceiptAsync(
        GetResultReceiptRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetResultReceipt, request, timeout, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<ContractEvents> SubscribeEventsAsync(
        SubscribeEventsRequest request, CancellationToken cancellation) =>
        _channel.ServerStreamingAsync(LedgerMethods.SubscribeEvents, request, default, cancellation);

    /// <inheritdoc/>
    public Task<NodeStatus> GetStatusAsync(
        GetStatusRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        CallAsync(LedgerMethods.GetStatus, request, timeout, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _audit.Dispose();
    }

    private Task<TResponse> CallAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, TimeSpan timeout, CancellationToken cancellation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        _channel.UnaryAsync(method, request, new GrpcCallOptions { Timeout = timeout }, cancellation);
}
