using System.Text;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Contracts;
using Ledger.Core.State;

namespace Ledger.Contracts.Runtime.Host;

/// <summary><c>ctx.state</c>: a contract's own namespace of the state.</summary>
internal static class StateHost
{
    private const int DefaultRows = 100;
    private const int MaxRows = 1000;

    // A page ends with the row that takes it over this.
    private const int PageBytes = 1 << 20;

    public static string? Get(Session session, Frame frame, in HostCall call)
    {
        call.Charge(GasSchedule.StateRead);
        var value = session.Journal.Read(StateNamespaces.OfContract(frame.Name), Key(call.Text(0, "key")));
        return value is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
    }

    public static string? Put(Session session, Frame frame, in HostCall call)
    {
        var key = Key(call.Text(0, "key"));
        var text = call.Text(1, "value");
        call.Charge(GasSchedule.StateWrite + (text.Length * GasSchedule.WriteByte) + GasSchedule.OfJson(text));
        var value = JsonRules.Utf8Of(text);
        if (value is null || value.Length > ContractLimits.StateValueBytes)
        {
            throw new ScriptHostException(
                "VALUE_TOO_LARGE", $"a state value has at most {ContractLimits.StateValueBytes} bytes of JSON");
        }

        using var document = JsonRules.Parse(value, out var fault);
        if (document is null) throw new ScriptHostException("NOT_JSON", fault);
        // Also what JSON.stringify makes of NaN and of infinity.
        if (text == "null") throw new ScriptHostException("NOT_JSON", "a state value is anything but null: delete the key");
        session.Write(StateNamespaces.OfContract(frame.Name), key, value);
        return null;
    }

    public static string? Delete(Session session, Frame frame, in HostCall call)
    {
        call.Charge(GasSchedule.StateWrite);
        session.Write(StateNamespaces.OfContract(frame.Name), Key(call.Text(0, "key")), null);
        return null;
    }

    public static string Scan(Session session, Frame frame, in HostCall call)
    {
        call.Charge(GasSchedule.StateRead);
        var prefix = Bytes(call.Text(0, "prefix"), "prefix");
        var after = call.Optional(1) is { } text ? Bytes(text, "after") : null;
        var limit = (int)call.Number(2, "limit", DefaultRows, 1, MaxRows);
        var meter = call.Meter;
        var json = new JsonText().Open('{').Name("entries").Open('[');
        var count = 0;
        string? last = null;
        var isFull = false;
        session.Journal.Scan(
            StateNamespaces.OfContract(frame.Name),
            prefix,
            after is null ? (ReadOnlyMemory<byte>?)null : after,
            (key, value) =>
            {
                meter.Charge(GasSchedule.ScanRow + ((key.Length + (value?.Length ?? 0)) * GasSchedule.TextByte));
                if (value is not { } bytes) return true;
                last = Encoding.UTF8.GetString(key.Span);
                json.Open('{').Name("key").Text(last).Name("value").Raw(Encoding.UTF8.GetString(bytes.Span)).Close('}');
                isFull = ++count == limit || json.Length > PageBytes;
                return !isFull;
            });
        return json.Close(']').Name("next").Text(isFull ? last : null).Close('}').ToString();
    }

    private static byte[] Key(string text)
    {
        var key = Bytes(text, "key");
        return key.Length > 0 ? key : throw HostCall.Invalid("key is empty");
    }

    private static byte[] Bytes(string text, string name) =>
        JsonRules.Utf8Of(text) is { Length: <= ContractLimits.KeyBytes } bytes
            ? bytes
            : throw HostCall.Invalid($"{name} is text of at most {ContractLimits.KeyBytes} bytes of UTF-8");
}
