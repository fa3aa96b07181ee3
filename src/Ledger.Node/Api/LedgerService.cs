using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Grpc;
using Google.Protobuf;
using WireBlock = Ledger.Core.Api.V1.Block;

namespace Ledger.Node.Api;

/// <summary>Maps ledger.v1.LedgerService to its handlers.</summary>
internal static class LedgerService
{
    public const string Name = "ledger.v1.LedgerService";

    /// <summary>Streams of one caller at once.</summary>
    public const int StreamsPerCaller = 64;

    /// <summary>Streams of all callers at once.</summary>
    public const int StreamsInAll = 512;

    public static void Map(
        IEndpointRouteBuilder routes, ISubmission submission, EvidenceApi evidence, ChainApi chain,
        ContractApi contracts, GenesisApi genesis, AttestationApi attestations, INodeStatus status)
    {
        var seats = new StreamSeats(StreamsPerCaller, StreamsInAll);
        routes.MapUnary(Method<SubmitRequest, SubmitResponse>("Submit"), submission.Submit);
        routes.MapUnary(Method<SubmitAndWaitRequest, TransactionOutcome>("SubmitAndWait"), submission.SubmitAndWait);
        routes.MapUnary(Method<GetTransactionRequest, TransactionOutcome>("GetTransaction"), submission.GetTransaction);
        routes.MapUnary(Method<GetReceiptRequest, GetReceiptResponse>("GetReceipt"), evidence.GetReceipt);
        routes.MapUnary(Method<QueryEvidenceRequest, QueryEvidenceResponse>("QueryEvidence"), evidence.QueryEvidence);
        routes.MapUnary(Method<GetBlockRequest, WireBlock>("GetBlock"), chain.GetBlock);
        routes.MapServerStreaming(
            Method<SubscribeRequest, WireBlock>("Subscribe"), seats.Guard<SubscribeRequest, WireBlock>(chain.Subscribe));
        routes.MapUnary(
            Method<GetConsistencyProofRequest, GetConsistencyProofResponse>("GetConsistencyProof"),
            chain.GetConsistencyProof);
        routes.MapUnary(Method<GetStateProofRequest, GetStateProofResponse>("GetStateProof"), chain.GetStateProof);
        routes.MapUnary(
            Method<GetEpochChangesRequest, GetEpochChangesResponse>("GetEpochChanges"), chain.GetEpochChanges);
        routes.MapUnary(Method<QueryContractRequest, QueryContractResponse>("QueryContract"), contracts.QueryContract);
        routes.MapUnary(Method<GetContractRequest, GetContractResponse>("GetContract"), contracts.GetContract);
        routes.MapUnary(Method<ListContractsRequest, ListContractsResponse>("ListContracts"), contracts.ListContracts);
        routes.MapUnary(
            Method<GetResultReceiptRequest, GetResultReceiptResponse>("GetResultReceipt"), contracts.GetResultReceipt);
        routes.MapServerStreaming(
            Method<SubscribeEventsRequest, ContractEvents>("SubscribeEvents"),
            seats.Guard<SubscribeEventsRequest, ContractEvents>(contracts.SubscribeEvents));
        routes.MapUnary(Method<AttestRequest, AttestResponse>("Attest"), attestations.Attest);
        routes.MapUnary(Method<GetEvidenceRequest, Evidence>("GetEvidence"), evidence.GetEvidence);
        routes.MapUnary(Method<ListBlocksRequest, ListBlocksResponse>("ListBlocks"), chain.ListBlocks);
        routes.MapUnary(
            Method<ListTransactionsRequest, ListTransactionsResponse>("ListTransactions"), chain.ListTransactions);
        routes.MapUnary(Method<GetGenesisRequest, GetGenesisResponse>("GetGenesis"), genesis.GetGenesis);
        routes.MapUnary(Method<ListMembersRequest, ListMembersResponse>("ListMembers"), genesis.ListMembers);
        routes.MapUnary(Method<GetStatusRequest, NodeStatus>("GetStatus"), status.GetStatus);
    }

    private static GrpcMethod<TRequest, TResponse> Method<TRequest, TResponse>(string name)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(LedgerReflection.Descriptor.Services[0], name);
}
