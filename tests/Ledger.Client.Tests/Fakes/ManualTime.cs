namespace Ledger.Client.Tests.Fakes;

/// <summary>
/// A clock that moves only when told to, except that each look at the stopwatch costs a second: loops that wait for a
/// time to pass end by themselves.
/// </summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks;

    public DateTimeOffset Now { get; set; } = TestChannel.Epoch + TimeSpan.FromHours(1);

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimestampFrequency);
}
