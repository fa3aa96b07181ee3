using Ledger.Core.Blocks;
using Ledger.Core.Evidence;

namespace Ledger.Client.Import.Mapping;

/// <summary>How a whole record is made from a row, except for the row's own digest. Immutable.</summary>
internal sealed class RecordExpression
{
    public required ValueExpression Type { get; init; }

    public required ValueExpression Subject { get; init; }

    public required ValueExpression Actor { get; init; }

    public required ValueExpression Action { get; init; }

    public required ValueExpression Role { get; init; }

    public required (ValueExpression Value, TimeReading Reading)? OccurredAt { get; init; }

    public required IReadOnlyList<AttributeExpression> Attributes { get; init; }

    public required IReadOnlyList<DigestExpression> Digests { get; init; }

    /// <summary>The record for a row; <paramref name="rowDigest"/> is its first digest.</summary>
    /// <exception cref="ImportException">The row does not fit.</exception>
    public EvidenceRecord Evaluate(ImportRow row, EvidenceDigest rowDigest)
    {
        var type = Needed(Type, row);
        return new EvidenceRecord
        {
            Type = type,
            Subject = Needed(Subject, row),
            Actor = Needed(Actor, row),
            Action = Needed(Action, row),
            Role = Needed(Role, row),
            OccurredAt = TimeOf(row),
            Digests = [rowDigest, .. Digests.Select(d => d.Evaluate(row)).OfType<EvidenceDigest>()],
            Attributes = [.. Attributes.Select(a => a.Evaluate(row, type)).OfType<EvidenceAttribute>()],
        };
    }

    private Timestamp TimeOf(ImportRow row) =>
        OccurredAt is { } time && time.Value.Evaluate(row) is { } text
            ? time.Reading.Read(row, time.Value.Field, text)
            : default;

    private static string Needed(ValueExpression expression, ImportRow row) => expression.Evaluate(row)
        ?? throw new ImportException(
            row.Line, expression.Field, $"the row lacks it and {expression.Path} cannot be left out");
}
