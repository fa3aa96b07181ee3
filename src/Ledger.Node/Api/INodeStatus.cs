using Ledger.Core.Api.V1;
using Ledger.Node.Api.Grpc;

namespace Ledger.Node.Api;

/// <summary>How a node of some role is doing.</summary>
internal interface INodeStatus
{
    /// <summary>The status.</summary>
    ValueTask<RpcResult<NodeStatus>> GetStatus(GetStatusRequest request, ApiCall call);

    /// <summary>Why clients should not be sent here, as a sentence; null when the node can serve them.</summary>
    string? WhyNotReady();
}
