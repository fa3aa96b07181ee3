namespace Ledger.Consensus;

/// <summary>
/// A moment as the host counts it: milliseconds since some start of its own. The replica compares such moments and
/// never fetches one.
/// </summary>
public readonly record struct LogicalTime(long Milliseconds) : IComparable<LogicalTime>
{
    /// <summary>The moment <paramref name="milliseconds"/> later; the end of time when that overflows.</summary>
    public LogicalTime After(long milliseconds) =>
        new(Milliseconds > long.MaxValue - milliseconds ? long.MaxValue : Milliseconds + milliseconds);

    /// <inheritdoc/>
    public int CompareTo(LogicalTime other) => Milliseconds.CompareTo(other.Milliseconds);

    /// <summary>Order in time.</summary>
    public static bool operator <(LogicalTime left, LogicalTime right) => left.Milliseconds < right.Milliseconds;

    /// <summary>Order in time.</summary>
    public static bool operator <=(LogicalTime left, LogicalTime right) => left.Milliseconds <= right.Milliseconds;

    /// <summary>Order in time.</summary>
    public static bool operator >(LogicalTime left, LogicalTime right) => left.Milliseconds > right.Milliseconds;

    /// <summary>Order in time.</summary>
    public static bool operator >=(LogicalTime left, LogicalTime right) => left.Milliseconds >= right.Milliseconds;
}
