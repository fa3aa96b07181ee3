using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>
/// The API of one node, one method for each call of ledger.v1. <see cref="GrpcNodeApi"/> is the real one; tests of
/// programs that use the SDK put a fake in its place.
/// </summary>
/// <remarks>
/// Implementations are safe for concurrent use. Every method throws <see cref="RpcException"/> when the call fails.
/// </remarks>
public interface INodeApi : IDisposable
{
    /// <summary>What messages call the node: its address.</summary>
    string Name { get; }

    /// <summary>Admits a transaction.</summary>
    Task<SubmitResponse> SubmitAsync(SubmitRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>Admits a transaction and waits for its block's certificate.</summary>
    Task<TransactionOutcome> SubmitAndWaitAsync(
        SubmitAndWaitRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>What became of a transaction.</summary>
    Task<TransactionOutcome> GetTransactionAsync(
        GetTransactionRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>The receipt of one record.</summary>
    Task<GetReceiptResponse> GetReceiptAsync(
        GetReceiptRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>The node's signature over a certified header in the form of another standard.</summary>
    Task<AttestResponse> AttestAsync(AttestRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>A page of evidence.</summary>
    Task<QueryEvidenceResponse> QueryEvidenceAsync(
        QueryEvidenceRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>A certified block.</summary>
    Task<Block> GetBlockAsync(GetBlockRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>A page of a block's transactions. A node of an earlier version has no such call.</summary>
    Task<ListTransactionsResponse> ListTransactionsAsync(
        ListTransactionsRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Lacks<ListTransactionsResponse>();

    /// <summary>One record as it stands in the log. A node of an earlier version has no such call.</summary>
    Task<Evidence> GetEvidenceAsync(
        GetEvidenceRequest request, TimeSpan timeout, CancellationToken cancellation) => Lacks<Evidence>();

    /// <summary>A page of blocks, newest first. A node of an earlier version has no such call.</summary>
    Task<ListBlocksResponse> ListBlocksAsync(
        ListBlocksRequest request, TimeSpan timeout, CancellationToken cancellation) => Lacks<ListBlocksResponse>();

    /// <summary>The genesis document that the node runs with. A node of an earlier version has no such call.</summary>
    Task<GetGenesisResponse> GetGenesisAsync(
        GetGenesisRequest request, TimeSpan timeout, CancellationToken cancellation) => Lacks<GetGenesisResponse>();

    /// <summary>A page of the members. A node of an earlier version has no such call.</summary>
    Task<ListMembersResponse> ListMembersAsync(
        ListMembersRequest request, TimeSpan timeout, CancellationToken cancellation) => Lacks<ListMembersResponse>();

    /// <summary>A page of the proofs of faults that the node keeps.</summary>
    Task<ListFaultsResponse> ListFaultsAsync(
        ListFaultsRequest request, TimeSpan timeout, CancellationToken cancellation) => Lacks<ListFaultsResponse>();

    /// <summary>What an audit node checked and found in a period.</summary>
    Task<AuditReport> GetAuditReportAsync(
        GetAuditReportRequest request, TimeSpan timeout, CancellationToken cancellation) => Lacks<AuditReport>();

    /// <summary>Certified blocks from a height on, without end.</summary>
    IAsyncEnumerable<Block> SubscribeAsync(SubscribeRequest request, CancellationToken cancellation);

    /// <summary>Proof that the log of one size is a prefix of the log of another.</summary>
    Task<GetConsistencyProofResponse> GetConsistencyProofAsync(
        GetConsistencyProofRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>Proof of a key's value in the state tree, or of its absence.</summary>
    Task<GetStateProofResponse> GetStateProofAsync(
        GetStateProofRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>How epochs ended, from one on.</summary>
    Task<GetEpochChangesResponse> GetEpochChangesAsync(
        GetEpochChangesRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>Runs a contract's query.</summary>
    Task<QueryContractResponse> QueryContractAsync(
        QueryContractRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>What the chain knows of a contract.</summary>
    Task<GetContractResponse> GetContractAsync(
        GetContractRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>A page of the contracts.</summary>
    Task<ListContractsResponse> ListContractsAsync(
        ListContractsRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>The receipt of a result.</summary>
    Task<GetResultReceiptResponse> GetResultReceiptAsync(
        GetResultReceiptRequest request, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>Events of contracts from a height on, without end.</summary>
    IAsyncEnumerable<ContractEvents> SubscribeEventsAsync(
        SubscribeEventsRequest request, CancellationToken cancellation);

    /// <summary>How the node is doing.</summary>
    Task<NodeStatus> GetStatusAsync(GetStatusRequest request, TimeSpan timeout, CancellationToken cancellation);

    private static Task<T> Lacks<T>() => Task.FromException<T>(
        new RpcException(new RpcStatus(GrpcStatusCode.Unimplemented, "the node has no such call")));
}
