using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;

namespace Ledger.Client.Records;

/// <summary>Puts a record together for the helpers of this namespace, and checks it as nodes will. Not thread-safe.</summary>
internal sealed class RecordMaker(string type, string action, RecordAuthor by, string subject)
{
    private readonly List<EvidenceAttribute> _attributes = [];

    public RecordMaker Text(string key, string? value, bool required = false)
    {
        if (required) ArgumentException.ThrowIfNullOrEmpty(value, key);
        if (value is not null) _attributes.Add(EvidenceAttribute.Text(key, value));
        return this;
    }

    public RecordMaker Integer(string key, long? value)
    {
        if (value is { } number) _attributes.Add(EvidenceAttribute.Integer(key, number));
        return this;
    }

    public RecordMaker Decimal(string key, decimal? value)
    {
        if (value is { } number) _attributes.Add(EvidenceAttribute.Decimal(key, Shortest(number)));
        return this;
    }

    public RecordMaker Boolean(string key, bool? value)
    {
        if (value is { } flag) _attributes.Add(EvidenceAttribute.Boolean(key, flag));
        return this;
    }

    public RecordMaker Time(string key, DateTimeOffset? value)
    {
        if (value is { } time) _attributes.Add(EvidenceAttribute.Time(key, ToTimestamp(time)));
        return this;
    }

    public RecordMaker Bytes(string key, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes) _attributes.Add(EvidenceAttribute.Bytes(key, bytes));
        return this;
    }

    /// <exception cref="ArgumentException">The record breaks a rule of its type; the message names the field.</exception>
    public EvidenceRecord Make(
        IReadOnlyList<EvidenceDigest>? digests, IReadOnlyList<EvidenceId>? links, IReadOnlyList<EvidenceAttribute>? more)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        ArgumentException.ThrowIfNullOrEmpty(by.Actor, "by.Actor");
        ArgumentException.ThrowIfNullOrEmpty(by.Role, "by.Role");
        var record = new EvidenceRecord
        {
            Type = type,
            Subject = subject,
            Actor = by.Actor,
            Action = action,
            Role = by.Role,
            OccurredAt = by.At is { } at ? ToTimestamp(at) : default,
            Digests = digests ?? [],
            Attributes = [.. _attributes.Concat(more ?? []).OrderBy(a => a.Key, StringComparer.Ordinal)],
            Links = links ?? [],
        };
        // Bounds of the format, too: a text that is too long is found here and not at a node.
        record.Encode();
        var verdict = EvidenceCatalogue.Check(record);
        return verdict.IsAccepted ? record : throw new ArgumentException(verdict.Detail);
    }

    private static Timestamp ToTimestamp(DateTimeOffset time) =>
        new(checked((ulong)time.ToUnixTimeMilliseconds()));

    private static string Shortest(decimal value)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        if (text.Contains('.', StringComparison.Ordinal)) text = text.TrimEnd('0').TrimEnd('.');
        return text is "-0" ? "0" : text;
    }
}
