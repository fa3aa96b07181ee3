using System.Globalization;
using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;

namespace Ledger.Contracts.Runtime.Schedule;

/// <summary>
/// When a call repeats: in ISO 8601 periods counted in UTC from fixed points (1970-01-01T00:00Z for minutes, hours and days,
/// Monday 1970-01-05 for weeks, January of year 0 for months), so that nothing depends on when the contract was deployed.
/// </summary>
internal sealed record Recurrence
{
    private const ulong Minute = 60_000;
    private const ulong Hour = 60 * Minute;
    private const ulong Day = 24 * Hour;

    // Four days after the epoch, which was a Thursday.
    private const ulong FirstMonday = 4 * Day;

    private readonly uint _count;
    private readonly char _unit;

    private Recurrence(string every, uint count, char unit, uint atMinute, uint onDay)
    {
        Every = every;
        _count = count;
        _unit = unit;
        AtMinute = atMinute;
        OnDay = onDay;
    }

    /// <summary>The period, such as <c>P1D</c>.</summary>
    public string Every { get; }

    /// <summary>Minute of the day.</summary>
    public uint AtMinute { get; }

    /// <summary>Day of the month, for months; 0 for other periods.</summary>
    public uint OnDay { get; }

    /// <summary>Reads one entry of a contract's <c>schedule</c>; null with a fault when it breaks a rule.</summary>
    public static Recurrence? Read(JsonElement entry, out string fault)
    {
        fault = "every is a text such as P1D, at a text such as 02:00, on a day from 1 to 28; there is nothing else";
        if (entry.ValueKind != JsonValueKind.Object) return null;
        string? every = null;
        string? at = null;
        uint? on = null;
        foreach (var property in entry.EnumerateObject())
        {
            if (property is { Name: "every", Value.ValueKind: JsonValueKind.String }) every = property.Value.GetString();
            else if (property is { Name: "at", Value.ValueKind: JsonValueKind.String }) at = property.Value.GetString();
            else if (property is { Name: "on", Value.ValueKind: JsonValueKind.Number }
                && property.Value.TryGetUInt32(out var day)) on = day;
            else return null;
        }

        return every is null ? null : Create(every, at, on, out fault);
    }

    /// <summary>The recurrence of an entry on the schedule, which was checked when it was put there.</summary>
    public static Recurrence Of(ScheduledCall call)
    {
        if (!TryPeriod(call.Every, out var count, out var unit))
            throw new InvalidOperationException($"the schedule holds the period '{call.Every}'");
        return new Recurrence(call.Every, count, unit, call.AtMinute, call.OnDay);
    }

    private static Recurrence? Create(string every, string? at, uint? on, out string fault)
    {
        fault = "";
        uint minute = 0;
        if (!TryPeriod(every, out var count, out var unit))
        {
            fault = $"'{every}' is not a period of whole months (P1M), weeks (P1W), days (P1D), hours (PT6H) or minutes "
                + "(PT15M), 1 to 999 of them";
        }
        else if (at is not null && !TryMinute(at, out minute)) fault = $"'{at}' is not a time of day such as 02:00";
        else if (at is not null && unit is 'H' or 'm') fault = "at is for months, weeks and days";
        else if (on is not null && unit != 'M') fault = "on is for months";
        else if (on is < 1 or > 28) fault = "on is a day from 1 to 28, which every month has";
        return fault.Length == 0 ? new Recurrence(every, count, unit, minute, unit == 'M' ? on ?? 1 : 0) : null;
    }

    /// <summary>The first time after a moment; null when there is none before the year 10000.</summary>
    public Timestamp? Next(Timestamp after)
    {
        var next = _unit switch
        {
            'm' => NextOf(after.UnixMilliseconds, _count * Minute, 0),
            'H' => NextOf(after.UnixMilliseconds, _count * Hour, 0),
            'D' => NextOf(after.UnixMilliseconds, _count * Day, AtMinute * Minute),
            'W' => NextOf(after.UnixMilliseconds, _count * 7 * Day, FirstMonday + (AtMinute * Minute)),
            _ => NextMonth(after),
        };
        return next <= Timestamp.MaxUnixMilliseconds ? new Timestamp(next) : null;
    }

    private static ulong NextOf(ulong after, ulong period, ulong offset) =>
        after < offset ? offset : offset + ((((after - offset) / period) + 1) * period);

    private ulong NextMonth(Timestamp after)
    {
        var now = after.ToDateTimeOffset();
        var month = (uint)((now.Year * 12) + now.Month - 1);
        for (month -= month % _count; ; month += _count)
        {
            var year = (int)(month / 12);
            if (year > 9999) return ulong.MaxValue;
            if (year < 1970) continue;
            var first = new DateTimeOffset(year, (int)(month % 12) + 1, (int)OnDay, 0, 0, 0, TimeSpan.Zero);
            var due = (ulong)first.ToUnixTimeMilliseconds() + (AtMinute * Minute);
            if (due > after.UnixMilliseconds) return due;
        }
    }

    // P or PT, a number without leading zero, one unit. 'm' is minutes.
    private static bool TryPeriod(string text, out uint count, out char unit)
    {
        count = 0;
        unit = ' ';
        var isTime = text.StartsWith("PT", StringComparison.Ordinal);
        if (!text.StartsWith('P')) return false;
        var rest = text.AsSpan(isTime ? 2 : 1);
        if (rest.Length is < 2 or > 4 || rest[0] == '0') return false;
        unit = (isTime, rest[^1]) switch
        {
            (true, 'M') => 'm',
            (true, 'H') => 'H',
            (false, 'D' or 'W' or 'M') => rest[^1],
            _ => ' ',
        };
        return unit != ' ' && uint.TryParse(rest[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }

    private static bool TryMinute(string text, out uint minute)
    {
        minute = 0;
        if (text.Length != 5 || text[2] != ':' || !char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[1])
            || !char.IsAsciiDigit(text[3]) || !char.IsAsciiDigit(text[4]))
        {
            return false;
        }

        var hours = (uint)(((text[0] - '0') * 10) + text[1] - '0');
        var minutes = (uint)(((text[3] - '0') * 10) + text[4] - '0');
        minute = (hours * 60) + minutes;
        return hours < 24 && minutes < 60;
    }
}
