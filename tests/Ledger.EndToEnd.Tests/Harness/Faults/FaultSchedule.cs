using Ledger.Testing.Consensus;

namespace Ledger.EndToEnd.Tests.Harness.Faults;

/// <summary>
/// Faults of network and processes, drawn from a seed: each begins, lasts a while and ends. At most one node is down or cut
/// off from a quorum at a time, but for the splits, which stop everybody for a moment. Not thread-safe.
/// </summary>
internal sealed class FaultSchedule(Consortium consortium, FaultProxy proxy, ulong seed, Action<string> report)
{
    private const int Size = Consortium.Size;

    private const int Kinds = 11;

    private readonly SplitMix64 _random = new(seed);

    // A shuffled deck, so that few rounds meet many kinds.
    private readonly Stack<int> _deck = [];

    /// <summary>One fault from its beginning to its end. Nodes that were killed are ready again.</summary>
    public async Task RunOneAsync()
    {
        var node = _random.Below(Size);
        var other = (node + 1 + _random.Below(Size - 1)) % Size;
        var lasts = TimeSpan.FromMilliseconds(200 + _random.Below(1500));
        if (_deck.Count == 0) Shuffle();
        var kind = _deck.Pop();
        report($"{await BeginAsync(kind, node, other)}, {lasts.TotalMilliseconds:0} ms");
        await Eventually.PassAsync(lasts);
        await EndAsync(kind, node);
    }

    private void Shuffle()
    {
        var kinds = Enumerable.Range(0, Kinds).ToList();
        while (kinds.Count > 0)
        {
            var at = _random.Below(kinds.Count);
            _deck.Push(kinds[at]);
            kinds.RemoveAt(at);
        }
    }

    private async Task<string> BeginAsync(int kind, int node, int other)
    {
        switch (kind)
        {
            case 0:
                proxy.Cut(node, other);
                return $"{node} and {other} are cut apart";
            case 1:
                proxy[node, other].Hold();
                return $"{other} hears nothing of {node}";
            case 2:
                foreach (var i in Others(node)) proxy[node, i].Hold();
                return $"nobody hears {node}";
            case 3:
                foreach (var link in proxy.All) (link.Delay, link.Jitter) = (Milliseconds(20), Milliseconds(40));
                return "everything takes 20 to 60 ms";
            case 4:
                foreach (var i in Others(node)) proxy[i, node].BytesPerSecond = 100_000;
                return $"{node} receives 100 kB/s from each";
            case 5:
                return $"{proxy.HalfOpen(node, other)} connections of {node} and {other} are half open";
            case 6:
                proxy[node, other].ResetOnce();
                return $"a connection of {node} and {other} is reset within a frame";
            case 7:
                proxy[node, other].CorruptOnce();
                return $"a bit from {node} to {other} is flipped";
            case 8:
                proxy.Split([node, other]);
                return $"{node} and {other} are split from the rest: nobody has a quorum";
            case 9:
                await consortium.Nodes[node].PauseAsync();
                return $"{node} is frozen";
            default:
                consortium.Nodes[node].Kill();
                return $"{node} is killed";
        }
    }

    private async Task EndAsync(int kind, int node)
    {
        proxy.Heal();
        if (kind == 9) consortium.Nodes[node].Resume();
        if (kind != 10) return;
        consortium.Nodes[node].Start();
        await consortium.Nodes[node].IsReadyAsync();
    }

    private static IEnumerable<int> Others(int node) => Enumerable.Range(0, Size).Where(i => i != node);

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
