using System.Collections.Concurrent;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Hosting;

namespace Ledger.Node.Audit;

/// <summary>
/// Bounds what observers cost: each has a number of requests a second, over all protocols, and more are refused. So the
/// consortium's throughput does not depend on how its auditors behave. Validators pass without a limit.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class ObserverGate(IReadOnlyList<Observer> observers, NodeClock clock)
{
    /// <summary>
    /// Requests of one observer in a second. Defaults to 64: enough to follow, and to catch up at some tens of MiB a
    /// second.
    /// </summary>
    public const int RequestsPerSecond = 64;

    private readonly HashSet<PeerId> _observers = [.. observers.Select(o => PeerId.FromPublicKey(o.Key.Encoded))];

    // Bound: one for each observer.
    private readonly ConcurrentDictionary<PeerId, Allowance> _allowances = new();

    /// <summary>Whether a peer is an observer.</summary>
    public bool IsObserver(PeerId peer) => _observers.Contains(peer);

    /// <summary>The handler behind the gate.</summary>
    public RequestHandler Guard(RequestHandler handler) => (from, request, stop) =>
    {
        if (IsObserver(from) && !_allowances.GetOrAdd(from, _ => new Allowance()).TryTake(clock.Elapsed))
            throw new RequestRefusedException($"observer {from} asks more often than {RequestsPerSecond} times a second");
        return handler(from, request, stop);
    };

    // A fixed window: simple, and twice the number at its edges does no harm.
    private sealed class Allowance
    {
        private readonly Lock _gate = new();
        private long _second = -1;
        private int _taken;

        public bool TryTake(long elapsed)
        {
            lock (_gate)
            {
                var second = elapsed / 1000;
                if (second != _second) (_second, _taken) = (second, 0);
                return ++_taken <= RequestsPerSecond;
            }
        }
    }
}
