using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Ledger.Client.Payments;

/// <summary>
/// The payments that settlement instructed together: what the query <c>batch</c> of the standard contract settlement
/// gives.
/// Immutable.
/// </summary>
/// <param name="Id">The batch's id.</param>
/// <param name="InstructedAt">The consensus time at which it was instructed.</param>
/// <param name="Payments">The payments, at least one.</param>
public sealed record PaymentBatch(string Id, DateTimeOffset InstructedAt, IReadOnlyList<PaymentInstruction> Payments)
{
    private const int MaxPayments = 10_000;
    private const long LastMillisecond = 253_402_300_799_999;

    /// <summary>Reads the query's answer; false, with a reason for people, when it is none.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out PaymentBatch? batch, [NotNullWhen(false)] out string? fault)
    {
        batch = null;
        fault = null;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            batch = Read(document.RootElement);
        }
        catch (Exception e) when (
            e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or OverflowException)
        {
            fault = $"this is no answer of the query 'batch' of settlement: {e.Message}";
        }

        return batch is not null;
    }

    private static PaymentBatch Read(JsonElement root)
    {
        var time = root.GetProperty("time").GetInt64();
        if (time is < 0 or > LastMillisecond) throw new FormatException("time lies outside the calendar");
        var list = root.GetProperty("payments");
        if (list.GetArrayLength() is 0 or > MaxPayments) throw new FormatException("a batch has 1 to 10,000 payments");
        return new PaymentBatch(
            Text(root, "batch"), DateTimeOffset.FromUnixTimeMilliseconds(time),
            [
                .. list.EnumerateArray().Select(p => new PaymentInstruction(
                    Text(p, "payment"), Text(p, "payer"), Text(p, "payee"), Text(p, "currency"),
                    UInt128.Parse(Text(p, "amount"), NumberStyles.None, CultureInfo.InvariantCulture),
                    Text(p, "reason"))),
            ]);
    }

    private static string Text(JsonElement parent, string name) =>
        parent.GetProperty(name).GetString() ?? throw new FormatException($"{name} is not a text");
}
