using Ledger.Core.Api.V1;
using Ledger.Core.Crypto;
using Ledger.Node.Api.Grpc;

namespace Ledger.Node.Api.Rest;

/// <summary>The handlers of a node's API: those that gRPC calls too.</summary>
internal sealed record RestHandlers(
    ISubmission Submission,
    EvidenceApi Evidence,
    ChainApi Chain,
    ContractApi Contracts,
    GenesisApi Genesis,
    AttestationApi Attestations,
    FaultApi Faults,
    Func<GetAuditReportRequest, ApiCall, ValueTask<RpcResult<AuditReport>>> Report,
    INodeStatus Status,
    CryptoSuite Suite);
