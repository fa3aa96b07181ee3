using System.Runtime.CompilerServices;
using Google.Protobuf;
using Ledger.Core.Accountability;
using Ledger.Core.Api.V1;
using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>
/// What one node knows about the validators' conduct (ledger.v1.AuditService). Nothing is verified here: verify every
/// proof, and believe a report as far as you trust its auditor.
/// </summary>
/// <remarks>Safe for concurrent use. Owns its channel.</remarks>
public sealed class GrpcAuditApi : IDisposable
{
    private const uint PageSize = 20;

    private static readonly GrpcMethod<ListFaultsRequest, ListFaultsResponse> ListFaults =
        new(AuditReflection.Descriptor.Services[0], "ListFaults");

    private static readonly GrpcMethod<GetAuditReportRequest, AuditReport> GetAuditReport =
        new(AuditReflection.Descriptor.Services[0], "GetAuditReport");

    private readonly GrpcChannel _channel;

    /// <summary>Makes the API of the node at an address such as <c>http://127.0.0.1:7500</c>.</summary>
    /// <exception cref="ArgumentException">The address is neither http nor https.</exception>
    public GrpcAuditApi(Uri endpoint, GrpcChannelOptions? options = null) => _channel = new GrpcChannel(
        endpoint, (options ?? new()) with { MaxReceiveMessageBytes = FaultProof.MaxBytes + (4 << 20) });

    /// <summary>What messages call the node: its address.</summary>
    public string Name => _channel.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>One page of the encoded proofs that the node keeps.</summary>
    /// <exception cref="RpcException">The node does not answer.</exception>
    public Task<ListFaultsResponse> ListFaultsAsync(
        ListFaultsRequest request, TimeSpan timeout, CancellationToken cancellation = default) =>
        CallAsync(ListFaults, request, timeout, cancellation);

    /// <summary>The encoded proofs that the node keeps, page by page.</summary>
    /// <exception cref="RpcException">The node does not answer, or with pages that do not end.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ListFaultsAsync(
        TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new ListFaultsRequest { PageSize = PageSize };
        while (true)
        {
            var page = await CallAsync(ListFaults, request, timeout, cancellation);
            foreach (var proof in page.Proofs) yield return proof.Memory;
            // A page without proofs, or one that begins where the last began, would go on for ever.
            if (page.NextCursor.IsEmpty || page.Proofs.Count == 0 || page.NextCursor == request.Cursor) yield break;
            request = new ListFaultsRequest { PageSize = PageSize, Cursor = page.NextCursor };
        }
    }

    /// <summary>An audit node's report of a period of consensus time.</summary>
    /// <exception cref="RpcException">The node does not answer, or is no audit node.</exception>
    public Task<AuditReport> GetReportAsync(
        GetAuditReportRequest request, TimeSpan timeout, CancellationToken cancellation = default) =>
        CallAsync(GetAuditReport, request, timeout, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private Task<TResponse> CallAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, TimeSpan timeout, CancellationToken cancellation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        _channel.UnaryAsync(method, request, new GrpcCallOptions { Timeout = timeout }, cancellation);
}
