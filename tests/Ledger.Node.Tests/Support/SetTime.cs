using Ledger.Core.Blocks;

namespace Ledger.Node.Tests.Support;

/// <summary>A clock that stands still until a test moves it. Its timers are the system's.</summary>
internal sealed class SetTime(Timestamp start) : TimeProvider
{
    private long _elapsed;

    public override long TimestampFrequency => 1000;

    /// <summary>Moves on, by milliseconds.</summary>
    public void Advance(long milliseconds) => Interlocked.Add(ref _elapsed, milliseconds);

    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    public override DateTimeOffset GetUtcNow() => start.ToDateTimeOffset().AddMilliseconds(GetTimestamp());
}
