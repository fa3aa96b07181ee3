using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Contracts;

namespace Ledger.Contracts.Runtime.Host;

/// <summary><c>ctx.emit</c>.</summary>
internal static class EventHost
{
    // Room for the result, and for what encoding adds.
    private const int Reserve = ContractLimits.ValueBytes + (16 << 10);

    public static string? Emit(Session session, Frame frame, in HostCall call)
    {
        var name = call.Text(0, "name");
        var text = call.Text(1, "payload");
        call.Charge(GasSchedule.Event + (text.Length * GasSchedule.WriteByte) + GasSchedule.OfJson(text));
        if (!frame.Code.Schema.Events.TryGetValue(name, out var schema))
        {
            throw new ScriptHostException(
                "UNKNOWN_EVENT", $"the schema of contract '{frame.Name}' declares no event '{CallResult.Line(name)}'");
        }

        var payload = JsonRules.Utf8Of(text);
        if (payload is null || payload.Length > ContractLimits.EventBytes)
        {
            throw new ScriptHostException(
                "EVENT_TOO_LARGE", $"an event has at most {ContractLimits.EventBytes} bytes of JSON");
        }

        if (CallRunner.Fault(schema, text, call.Meter) is { } fault)
            throw new ScriptHostException("EVENT_INVALID", $"event '{name}': {fault}");
        if (session.Events.Count == ContractLimits.Events)
            throw new ScriptHostException("TOO_MANY_EVENTS", $"a transaction emits at most {ContractLimits.Events} events");
        Take(session, payload.Length + frame.Name.Length + name.Length);
        session.Events.Add(new ContractEvent(frame.Name, name, payload));
        return null;
    }

    /// <summary>Takes room in the outcome for an event or record.</summary>
    public static void Take(Session session, int bytes)
    {
        session.OutcomeBytes += bytes + 16;
        if (session.OutcomeBytes > ContractLimits.OutcomeBytes - Reserve)
        {
            throw new ScriptHostException(
                "OUTCOME_TOO_LARGE", "the events and records of a transaction are too large together");
        }
    }
}
