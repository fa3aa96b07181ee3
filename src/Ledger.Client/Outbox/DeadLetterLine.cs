using System.Text.Json.Serialization;
using Ledger.Core.Evidence;

namespace Ledger.Client.Outbox;

/// <summary>A line of the dead letters' file.</summary>
internal sealed record DeadLetterLine(
    long Sequence, string? Key, string Reason, string? Detail, DateTimeOffset At, string? Type, string? Subject,
    string Record)
{
    public static DeadLetterLine Of(DeadLetter letter)
    {
        _ = EvidenceRecord.TryDecode(letter.Record.Span, out var record, out _);
        return new DeadLetterLine(
            letter.Sequence, letter.Key, letter.Reason, letter.Detail, letter.At, record?.Type, record?.Subject,
            Convert.ToBase64String(letter.Record.Span));
    }

    public DeadLetter ToLetter() => new(Sequence, Key, Reason, Detail, At, Convert.FromBase64String(Record));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeadLetterLine))]
internal sealed partial class DeadLetterJson : JsonSerializerContext;
