using Ledger.Core.Blocks;

namespace Ledger.Node.Hosting;

/// <summary>
/// The node's clocks: wall time for what is recorded, monotonic time for waiting. The only place that reads them.
/// </summary>
internal sealed class NodeClock(TimeProvider provider)
{
    private readonly long _start = provider.GetTimestamp();

    /// <summary>Wall time.</summary>
    public Timestamp Now => new((ulong)provider.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Milliseconds since the node started; never goes back.</summary>
    public long Elapsed => (long)provider.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>The provider, for timers.</summary>
    public TimeProvider Provider => provider;
}
