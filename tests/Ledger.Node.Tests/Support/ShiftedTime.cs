namespace Ledger.Node.Tests.Support;

/// <summary>
/// The system's clock, which a test may put ahead. Its timers and its stopwatch are the system's: nobody waits longer or
/// shorter. Safe for concurrent use.
/// </summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _aheadTicks;

    /// <summary>From now on the clock shows so much more.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _aheadTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _aheadTicks));
}
