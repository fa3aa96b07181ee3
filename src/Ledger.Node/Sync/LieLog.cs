using Ledger.Network;
using Ledger.Node.Observability;

namespace Ledger.Node.Sync;

/// <summary>
/// Reports wrong answers of peers: each is counted; of each peer at most one a minute is logged, so that a peer cannot fill
/// the disk.
/// </summary>
/// <remarks>Not thread-safe; owned by one loop.</remarks>
internal sealed partial class LieLog(ILogger logger, NodeMetrics metrics)
{
    private const long Interval = 60_000;

    // Bound: the peers that were ever asked, which are validators.
    private readonly Dictionary<PeerId, long> _logged = [];

    /// <summary>Reports one wrong answer.</summary>
    public void Report(PeerId peer, SyncFault fault, long now)
    {
        metrics.SyncRefused(fault.ToString());
        if (_logged.TryGetValue(peer, out var last) && now - last < Interval) return;
        _logged[peer] = now;
        LogRefused(logger, peer, fault.Describe());
    }

    [LoggerMessage(4021, LogLevel.Warning, "An answer of peer {Peer} was refused, and it is left alone: {Reason}.")]
    private static partial void LogRefused(ILogger logger, PeerId peer, string reason);
}
