using Ledger.Core.Crypto;

namespace Ledger.Core.Blocks;

/// <summary>A channel's identity: the hash of its genesis document.</summary>
public readonly record struct ChannelId(Hash256 Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A block's place in its chain. Genesis is 0.</summary>
public readonly record struct BlockHeight(ulong Value) : IComparable<BlockHeight>
{
    /// <summary>The height after this one.</summary>
    public BlockHeight Next => new(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(BlockHeight other) => Value.CompareTo(other.Value);

    /// <summary>Order by height.</summary>
    public static bool operator <(BlockHeight left, BlockHeight right) => left.Value < right.Value;

    /// <summary>Order by height.</summary>
    public static bool operator <=(BlockHeight left, BlockHeight right) => left.Value <= right.Value;

    /// <summary>Order by height.</summary>
    public static bool operator >(BlockHeight left, BlockHeight right) => left.Value > right.Value;

    /// <summary>Order by height.</summary>
    public static bool operator >=(BlockHeight left, BlockHeight right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A period with one validator set. The first is 0.</summary>
public readonly record struct Epoch(ulong Value)
{
    /// <summary>The epoch after this one.</summary>
    public Epoch Next => new(Value + 1);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A leaf's place in the channel's log tree. The first is 0.</summary>
public readonly record struct LogIndex(ulong Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A moment: milliseconds since 1970-01-01T00:00:00Z. 0 means "none".</summary>
public readonly record struct Timestamp(ulong UnixMilliseconds) : IComparable<Timestamp>
{
    /// <summary>The last millisecond of the year 9999, the largest value that any field may hold.</summary>
    public const ulong MaxUnixMilliseconds = 253_402_300_799_999;

    /// <summary>This moment as a UTC date and time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies beyond the year 9999.</exception>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeMilliseconds(checked((long)UnixMilliseconds));

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) => UnixMilliseconds.CompareTo(other.UnixMilliseconds);

    /// <summary>Order by time.</summary>
    public static bool operator <(Timestamp left, Timestamp right) => left.UnixMilliseconds < right.UnixMilliseconds;

    /// <summary>Order by time.</summary>
    public static bool operator <=(Timestamp left, Timestamp right) => left.UnixMilliseconds <= right.UnixMilliseconds;

    /// <summary>Order by time.</summary>
    public static bool operator >(Timestamp left, Timestamp right) => left.UnixMilliseconds > right.UnixMilliseconds;

    /// <summary>Order by time.</summary>
    public static bool operator >=(Timestamp left, Timestamp right) => left.UnixMilliseconds >= right.UnixMilliseconds;

    /// <summary>ISO 8601 in UTC with milliseconds.</summary>
    public override string ToString() => ToDateTimeOffset()
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A validator's place in its epoch's set, from 0.</summary>
public readonly record struct ValidatorIndex(int Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
