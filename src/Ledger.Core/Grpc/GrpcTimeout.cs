using System.Globalization;

namespace Ledger.Core.Grpc;

/// <summary>The grpc-timeout header: one to eight digits and a unit (H, M, S, m, u, n).</summary>
/// <remarks>gRPC over HTTP/2, "Timeout".</remarks>
public static class GrpcTimeout
{
    // The grammar allows eight digits.
    private const long MaxValue = 99_999_999;

    /// <summary>Parses a header value. Nanoseconds are rounded up to the framework's 100 ns.</summary>
    public static bool TryParse(ReadOnlySpan<char> value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > 9) return false;
        if (!long.TryParse(value[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var amount)) return false;
        // The largest product, 99,999,999 hours, is far inside a TimeSpan.
        var ticks = value[^1] switch
        {
            'H' => amount * TimeSpan.TicksPerHour,
            'M' => amount * TimeSpan.TicksPerMinute,
            'S' => amount * TimeSpan.TicksPerSecond,
            'm' => amount * TimeSpan.TicksPerMillisecond,
            'u' => amount * TimeSpan.TicksPerMicrosecond,
            'n' => (amount + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick,
            _ => -1,
        };
        if (ticks < 0) return false;
        timeout = TimeSpan.FromTicks(ticks);
        return true;
    }

    /// <summary>
    /// Formats a timeout in the finest unit whose value fits, rounded up, so that the peer never gives up first.
    /// A negative timeout counts as zero; one beyond the format's reach is cut to the largest value.
    /// </summary>
    public static string Format(TimeSpan timeout)
    {
        var ticks = Math.Max(0, timeout.Ticks);
        if (ticks <= MaxValue / TimeSpan.NanosecondsPerTick) return Text(ticks * TimeSpan.NanosecondsPerTick, 'n');
        if (TryUnit(ticks, TimeSpan.TicksPerMicrosecond, out var amount)) return Text(amount, 'u');
        if (TryUnit(ticks, TimeSpan.TicksPerMillisecond, out amount)) return Text(amount, 'm');
        if (TryUnit(ticks, TimeSpan.TicksPerSecond, out amount)) return Text(amount, 'S');
        if (TryUnit(ticks, TimeSpan.TicksPerMinute, out amount)) return Text(amount, 'M');
        return Text(TryUnit(ticks, TimeSpan.TicksPerHour, out amount) ? amount : MaxValue, 'H');
    }

    private static bool TryUnit(long ticks, long unit, out long amount)
    {
        amount = (ticks / unit) + (ticks % unit == 0 ? 0 : 1);
        return amount <= MaxValue;
    }

    private static string Text(long amount, char unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{amount}{unit}");
}
