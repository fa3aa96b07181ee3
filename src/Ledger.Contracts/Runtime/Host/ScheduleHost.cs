using System.Globalization;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Schedule;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;

namespace Ledger.Contracts.Runtime.Host;

/// <summary><c>ctx.schedule</c>.</summary>
internal static class ScheduleHost
{
    // An entry, the number of the next, and the contract's list.
    private const int Keys = 3;

    public static string At(Session session, Frame frame, in HostCall call)
    {
        var time = call.Text(0, "time");
        var function = call.Text(1, "function");
        var arguments = call.Text(2, "arguments");
        call.Charge(
            (Keys * (GasSchedule.StateRead + GasSchedule.StateWrite)) + (arguments.Length * GasSchedule.WriteByte));
        if (!ulong.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var due)
            || due < session.Time.UnixMilliseconds || due > Timestamp.MaxUnixMilliseconds)
        {
            throw HostCall.Invalid("time is not before the block's own, in milliseconds");
        }

        if (!ContractLimits.IsIdentifier(function) || ContractSchema.IsReserved(function) || !frame.Code.Has(function))
            throw new ScriptHostException("NO_SUCH_FUNCTION", $"contract '{frame.Name}' exports no such function");
        var utf8 = JsonRules.Utf8Of(arguments);
        if (utf8 is null || utf8.Length > ContractLimits.ScheduledArgumentBytes)
        {
            throw HostCall.Invalid(
                $"the argument of a scheduled call has at most {ContractLimits.ScheduledArgumentBytes} bytes of JSON");
        }

        using var document = JsonRules.Parse(utf8, out var fault);
        if (document is null) throw new ScriptHostException("NOT_JSON", fault);
        var entry = new ScheduledCall { Contract = frame.Name, Function = function, Arguments = utf8 };
        return ScheduleStore.Add(session.Journal, new Timestamp(due), entry, out var key) switch
        {
            ScheduleStore.Refusal.None => Convert.ToHexStringLower(key),
            ScheduleStore.Refusal.TooMany => throw new ScriptHostException(
                "SCHEDULE_FULL", $"a contract has at most {ScheduledCall.MaxPerContract} calls on the schedule"),
            _ => throw session.TooManyWrites(),
        };
    }

    public static string Cancel(Session session, Frame frame, in HostCall call)
    {
        var id = call.Text(0, "id");
        call.Charge(Keys * (GasSchedule.StateRead + GasSchedule.StateWrite));
        if (id.Length != 2 * ScheduledCall.KeySize || !id.All(char.IsAsciiHexDigitLower)) return "false";
        var key = Convert.FromHexString(id);
        if (ScheduleStore.Remove(session.Journal, frame.Name, key)) return "true";
        return ScheduleStore.KeysOf(session.Journal, frame.Name).Any(k => k.AsSpan().SequenceEqual(key))
            ? throw session.TooManyWrites()
            : "false";
    }
}
