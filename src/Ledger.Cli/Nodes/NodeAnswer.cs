using Ledger.Client.Transport;
using Ledger.Core.Api.V1;

namespace Ledger.Cli.Nodes;

/// <summary>What one node said of itself, or why it did not.</summary>
/// <param name="Endpoint">Its address.</param>
/// <param name="Status">Its answer; null when there is none.</param>
/// <param name="Problem">Why there is no answer.</param>
/// <param name="AskedAt">This machine's clock half-way between question and answer.</param>
/// <param name="RoundTrip">How long the answer took.</param>
internal sealed record NodeAnswer(
    Uri Endpoint, NodeStatus? Status, string? Problem, DateTimeOffset AskedAt, TimeSpan RoundTrip)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public string Address => Endpoint.GetLeftPart(UriPartial.Authority);

    public bool IsAudit => Status?.Role == "audit";

    /// <summary>Whether it votes in the present epoch; what does not has no index among the validators.</summary>
    public bool IsValidator => Status?.Role == "validator";

    /// <summary>Asks all of them at once.</summary>
    public static Task<NodeAnswer[]> AskAllAsync(CliHost host, NodesToAsk nodes, CancellationToken cancellation) =>
        Task.WhenAll(nodes.Endpoints.Select(e => AskAsync(host, e, nodes.Connection, cancellation)));

    private static async Task<NodeAnswer> AskAsync(
        CliHost host, Uri endpoint, GrpcChannelOptions connection, CancellationToken cancellation)
    {
        using var node = host.ConnectNode(endpoint, connection);
        var (since, at) = (host.Time.GetTimestamp(), host.Time.GetUtcNow());
        try
        {
            var status = await node.GetStatusAsync(new GetStatusRequest(), Timeout, cancellation);
            var trip = host.Time.GetElapsedTime(since);
            return new NodeAnswer(endpoint, status, null, at + (trip / 2), trip);
        }
        catch (RpcException fault)
        {
            return new NodeAnswer(endpoint, null, fault.Status.Message, at, host.Time.GetElapsedTime(since));
        }
    }
}
