using System.Collections.Concurrent;
using Ledger.Client.Submit;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>
/// Clients that anchor one record after the other, at most fifty a second each, on one subject while faults happen, and
/// remember what was acknowledged. Each begins with another node and goes to the next when that does not answer, as the
/// SDK does.
/// </summary>
internal sealed class Load
{
    /// <summary>How many clients there are unless a test says so.</summary>
    public const int Writers = 4;

    // A fault is there for seconds, and the processors are the nodes' rather than the clients'.
    private static readonly TimeSpan BetweenRecords = TimeSpan.FromMilliseconds(20);

    private readonly Consortium _consortium;
    private readonly IReadOnlyList<TestNode> _nodes;
    private readonly ConcurrentQueue<AnchorOutcome> _acknowledged = [];
    private volatile bool _stopping;
    private readonly Task[] _writers;

    private Load(Consortium consortium, string subject, int writers, IReadOnlyList<TestNode> nodes)
    {
        (_consortium, _nodes, Subject) = (consortium, nodes, subject);
        _writers = [.. Enumerable.Range(0, writers).Select(WriteAsync)];
    }

    /// <summary>The subject that all records belong to.</summary>
    public string Subject { get; }

    /// <summary>How many records were acknowledged so far.</summary>
    public int Count => _acknowledged.Count;

    /// <summary>Clients of all nodes, or of the given ones.</summary>
    public static Load Start(
        Consortium consortium, string subject, int writers = Writers, IReadOnlyList<TestNode>? nodes = null) =>
        new(consortium, subject, writers, nodes ?? consortium.Nodes);

    /// <summary>Waits until so many more records are acknowledged.</summary>
    public Task<TimeSpan> MakesProgressAsync(int more)
    {
        var target = Count + more;
        return Eventually.HoldsAsync($"{more} more records are acknowledged", _ =>
        {
            if (Array.Find(_writers, w => w.IsFaulted) is { } failed) failed.GetAwaiter().GetResult();
            return Task.FromResult((Count >= target, $"{target - Count} are missing"));
        });
    }

    /// <summary>
    /// Lets every client finish the record that it is about. Then everything that was ever sent has been acknowledged.
    /// </summary>
    public async Task<IReadOnlyList<AnchorOutcome>> StopAsync()
    {
        _stopping = true;
        await Task.WhenAll(_writers);
        return [.. _acknowledged];
    }

    private async Task WriteAsync(int writer)
    {
        var first = writer % _nodes.Count;
        using var client = _consortium.ClientOf([.. _nodes.Skip(first), .. _nodes.Take(first)]);
        using var pace = new PeriodicTimer(BetweenRecords);
        for (var number = 1; !_stopping; number++)
        {
            await pace.WaitForNextTickAsync();
            var outcome = await client.AnchorAsync(Records.Payment(Subject, $"writer-{writer}", number));
            Assert.True(
                outcome.IsRecorded,
                $"record {number} of writer {writer}: {outcome.State} {outcome.Reason} {outcome.Detail}");
            _acknowledged.Enqueue(outcome);
        }
    }
}
