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

    /// <summary>
    /// The epoch among whose validators it is not any more, though its configuration says that it is a validator; null when
    /// it is one of them, was none, or the configuration is not at hand.
    /// </summary>
    public ulong? RemovedIn { get; private init; }

    /// <summary>Whether it is as it should be: ready, or nothing is expected of it any more.</summary>
    public bool IsWell => Status is { Ready: true } || RemovedIn is not null;

    /// <summary>Asks all of them at once.</summary>
    public static async Task<NodeAnswer[]> AskAllAsync(CliHost host, NodesToAsk nodes, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(
            nodes.Endpoints.Select(e => AskAsync(host, e, nodes.Connection, cancellation)));
        // The newest epoch that any of them is in: one that was removed may not have heard of it.
        if (nodes.Folders is null || answers.Select(a => a.Status).OfType<NodeStatus>().MaxBy(s => s.Epoch) is not { } newest)
            return answers;
        return
        [
            .. nodes.Folders.Zip(answers, (folder, answer) => IsRemoved(folder, answer, newest)
                ? answer with { RemovedIn = newest.Epoch }
                : answer),
        ];
    }

    private static bool IsRemoved(NodeFolder folder, NodeAnswer answer, NodeStatus newest)
    {
        if (folder.IsAudit || folder.IsCandidate || answer.Status is not { Ready: false } status) return false;
        // By its own chain it is none, or it has not got so far and the others know.
        return !answer.IsValidator || (status.ValidatorIndex < status.Validators.Count
            && newest.Validators.All(v => !v.Key.Equals(status.Validators[(int)status.ValidatorIndex].Key)));
    }

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
