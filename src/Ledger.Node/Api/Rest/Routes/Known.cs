using System.Globalization;
using Ledger.Core.Evidence;

namespace Ledger.Node.Api.Rest.Routes;

/// <summary>Parameters that several routes have.</summary>
internal static class Known
{
    /// <summary>An id that examples use.</summary>
    public const string ExampleHash = "6a09e667f3bcc908b2fb1366ea957d3e3adec17512775099da2f590b0667322a";

    /// <summary>The largest number that every JSON reader keeps exactly.</summary>
    public const ulong MaxNumber = (1UL << 53) - 1;

    public static RestParameter MinHeight { get; } = new(
        "minHeight", ParameterPlace.Query, ParameterKind.Number,
        "A node that has not certified this block yet refuses (BEHIND): for reading what was acknowledged elsewhere.", "1",
        MaxNumber);

    public static RestParameter Cursor { get; } = new(
        "cursor", ParameterPlace.Query, ParameterKind.Cursor, "nextCursor of the page before.", "AAAAAAAAAAo", 1024);

    public static RestParameter LastEventId { get; } = new(
        "Last-Event-ID", ParameterPlace.Header, ParameterKind.Number,
        "The id of the last event that was received: the stream goes on after it. Takes precedence over from.", "41",
        MaxNumber);

    public static RestParameter StreamFrom { get; } = new(
        "from", ParameterPlace.Query, ParameterKind.Number,
        "The first height wanted; without it the stream begins with the first block.", "1", MaxNumber);

    public static RestParameter EvidenceId { get; } = new(
        "evidenceId", ParameterPlace.Path, ParameterKind.EvidenceId,
        "The record's transaction id, followed for a place other than 0 by a dot and the place.", ExampleHash);

    public static RestParameter Contract { get; } = new(
        "name", ParameterPlace.Path, ParameterKind.Text, "The contract's name.", "payments", 64);

    public static RestParameter Limit(ulong max, ulong standard) => new(
        "limit", ParameterPlace.Query, ParameterKind.Number,
        $"The most items of a page, 1 to {max}; {standard} unless it is given. A page may be shorter and not the last.",
        standard.ToString(CultureInfo.InvariantCulture), max);

    public static RestParameter Number(string name, string description, string example) =>
        new(name, ParameterPlace.Query, ParameterKind.Number, description, example, MaxNumber);

    public static RestParameter Time(string name, string description) =>
        new(name, ParameterPlace.Query, ParameterKind.Time, description, "2026-01-01T00:00:00Z");

    public static RestParameter Text(string name, string description, string example) =>
        new(name, ParameterPlace.Query, ParameterKind.Text, description, example, EvidenceLimits.IdentifierBytes);

    public static RestParameter Id(string name, string description) =>
        new(name, ParameterPlace.Path, ParameterKind.Hash, description, ExampleHash);
}
