using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>The methods of ledger.v1.LedgerService.</summary>
internal static class LedgerMethods
{
    public static readonly GrpcMethod<SubmitRequest, SubmitResponse> Submit = Find<SubmitRequest, SubmitResponse>(
        "Submit");

    public static readonly GrpcMethod<SubmitAndWaitRequest, TransactionOutcome> SubmitAndWait =
        Find<SubmitAndWaitRequest, TransactionOutcome>("SubmitAndWait");

    public static readonly GrpcMethod<GetTransactionRequest, TransactionOutcome> GetTransaction =
        Find<GetTransactionRequest, TransactionOutcome>("GetTransaction");

    public static readonly GrpcMethod<GetReceiptRequest, GetReceiptResponse> GetReceipt =
        Find<GetReceiptRequest, GetReceiptResponse>("GetReceipt");

    public static readonly GrpcMethod<QueryEvidenceRequest, QueryEvidenceResponse> QueryEvidence =
        Find<QueryEvidenceRequest, QueryEvidenceResponse>("QueryEvidence");

    public static readonly GrpcMethod<GetBlockRequest, Block> GetBlock = Find<GetBlockRequest, Block>("GetBlock");

    public static readonly GrpcMethod<ListTransactionsRequest, ListTransactionsResponse> ListTransactions =
        Find<ListTransactionsRequest, ListTransactionsResponse>("ListTransactions");

    public static readonly GrpcMethod<GetEvidenceRequest, Evidence> GetEvidence =
        Find<GetEvidenceRequest, Evidence>("GetEvidence");

    public static readonly GrpcMethod<ListBlocksRequest, ListBlocksResponse> ListBlocks =
        Find<ListBlocksRequest, ListBlocksResponse>("ListBlocks");

    public static readonly GrpcMethod<GetGenesisRequest, GetGenesisResponse> GetGenesis =
        Find<GetGenesisRequest, GetGenesisResponse>("GetGenesis");

    public static readonly GrpcMethod<ListMembersRequest, ListMembersResponse> ListMembers =
        Find<ListMembersRequest, ListMembersResponse>("ListMembers");

    public static readonly GrpcMethod<SubscribeRequest, Block> Subscribe = Find<SubscribeRequest, Block>("Subscribe");

    public static readonly GrpcMethod<GetConsistencyProofRequest, GetConsistencyProofResponse> GetConsistencyProof =
        Find<GetConsistencyProofRequest, GetConsistencyProofResponse>("GetConsistencyProof");

    public static readonly GrpcMethod<GetStateProofRequest, GetStateProofResponse> GetStateProof =
        Find<GetStateProofRequest, GetStateProofResponse>("GetStateProof");

    public static readonly GrpcMethod<GetEpochChangesRequest, GetEpochChangesResponse> GetEpochChanges =
        Find<GetEpochChangesRequest, GetEpochChangesResponse>("GetEpochChanges");

    public static readonly GrpcMethod<AttestRequest, AttestResponse> Attest =
        Find<AttestRequest, AttestResponse>("Attest");

    public static readonly GrpcMethod<GetStatusRequest, NodeStatus> GetStatus =
        Find<GetStatusRequest, NodeStatus>("GetStatus");

    public static readonly GrpcMethod<QueryContractRequest, QueryContractResponse> QueryContract =
        Find<QueryContractRequest, QueryContractResponse>("QueryContract");

    public static readonly GrpcMethod<GetContractRequest, GetContractResponse> GetContract =
        Find<GetContractRequest, GetContractResponse>("GetContract");

    public static readonly GrpcMethod<ListContractsRequest, ListContractsResponse> ListContracts =
        Find<ListContractsRequest, ListContractsResponse>("ListContracts");

    public static readonly GrpcMethod<GetResultReceiptRequest, GetResultReceiptResponse> GetResultReceipt =
        Find<GetResultReceiptRequest, GetResultReceiptResponse>("GetResultReceipt");

    public static readonly GrpcMethod<SubscribeEventsRequest, ContractEvents> SubscribeEvents =
        Find<SubscribeEventsRequest, ContractEvents>("SubscribeEvents");

    private static GrpcMethod<TRequest, TResponse> Find<TRequest, TResponse>(string name)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse> =>
        new(LedgerReflection.Descriptor.Services[0], name);
}
