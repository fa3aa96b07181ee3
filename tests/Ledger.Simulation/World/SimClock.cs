using Ledger.Core.Blocks;

namespace Ledger.Simulation.World;

/// <summary>
/// A node's clock: the world's time, from a start in 2026, and how far the node's own idea of it is off. Monotonic time
/// is never off.
/// </summary>
internal sealed class SimClock(SimWorld world) : TimeProvider
{
    /// <summary>2026-01-01T00:00:00Z.</summary>
    public const long StartUnixMs = 1_767_225_600_000;

    public long SkewMs { get; set; }

    public override long TimestampFrequency => 1000;

    public Timestamp Now => new((ulong)(StartUnixMs + world.Now + SkewMs));

    public override long GetTimestamp() => world.Now;

    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.FromUnixTimeMilliseconds(StartUnixMs + world.Now + SkewMs);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("the simulated cores have no timers of their own");
}
