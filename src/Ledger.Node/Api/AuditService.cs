using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Grpc;

namespace Ledger.Node.Api;

/// <summary>Maps ledger.v1.AuditService to its handlers.</summary>
internal static class AuditService
{
    public const string Name = "ledger.v1.AuditService";

    public static void Map(
        IEndpointRouteBuilder routes,
        FaultApi faults,
        Func<GetAuditReportRequest, GrpcCall, ValueTask<RpcResult<AuditReport>>> report)
    {
        routes.MapUnary(Method<ListFaultsRequest, ListFaultsResponse>("ListFaults"), faults.ListFaults);
        routes.MapUnary(Method<GetAuditReportRequest, AuditReport>("GetAuditReport"), report);
    }

    /// <summary>What a node answers that audits nobody.</summary>
    public static ValueTask<RpcResult<AuditReport>> RefuseReport(GetAuditReportRequest request, ApiCall call) =>
        new(new RpcStatus(
            GrpcStatusCode.FailedPrecondition,
            "this node is a validator and cannot report on validators; ask an audit node",
            "NOT_AN_AUDIT_NODE"));

    private static GrpcMethod<TRequest, TResponse> Method<TRequest, TResponse>(string name)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(AuditReflection.Descriptor.Services[0], name);
}
