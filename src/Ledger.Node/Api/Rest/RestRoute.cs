using System.Text.Json.Serialization.Metadata;

namespace Ledger.Node.Api.Rest;

/// <summary>Answers a call of a route.</summary>
internal delegate ValueTask<RestAnswer> RestHandler(RestRequest request);

/// <summary>A form in which a route answers.</summary>
/// <param name="MediaType">Its media type.</param>
/// <param name="Schema">What JSON of it looks like; null for bytes and for formats that another page describes.</param>
/// <param name="Description">What it is, where there is no schema.</param>
internal sealed record RestMedia(string MediaType, JsonTypeInfo? Schema, string? Description = null)
{
    public static RestMedia Json(JsonTypeInfo schema) => new(MediaTypes.Json, schema);
}

/// <summary>What a route takes as its body.</summary>
/// <param name="Media">The media types that it understands.</param>
/// <param name="MaxBytes">The most bytes.</param>
/// <param name="Required">Whether there must be one.</param>
internal sealed record RestBody(IReadOnlyList<RestMedia> Media, int MaxBytes, bool Required);

/// <summary>
/// One operation of the REST API. Requests are read, and the OpenAPI document is written, from this one table.
/// Immutable.
/// </summary>
internal sealed record RestRoute
{
    /// <summary>GET, which HEAD goes with, or POST.</summary>
    public required string Method { get; init; }

    /// <summary>The path; parameters stand in braces.</summary>
    public required string Path { get; init; }

    /// <summary>The operation's name in the document.</summary>
    public required string Id { get; init; }

    /// <summary>What it belongs to.</summary>
    public required string Tag { get; init; }

    /// <summary>A line for people.</summary>
    public required string Summary { get; init; }

    /// <summary>More than a line, if that is needed.</summary>
    public string? Description { get; init; }

    public IReadOnlyList<RestParameter> Parameters { get; init; } = [];

    public RestBody? Body { get; init; }

    /// <summary>In which forms it answers; the first when the caller does not mind.</summary>
    public required IReadOnlyList<RestMedia> Answers { get; init; }

    /// <summary>Its own HTTP status beside 200, if there is one, with what it means.</summary>
    public (int Status, string Meaning)? OtherSuccess { get; init; }

    /// <summary>The reasons of refusals that belong to this operation; those of every operation come beside.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Whether it answers for as long as the caller listens.</summary>
    public bool IsStream { get; init; }

    /// <summary>How long a call may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    public required RestHandler Handle { get; init; }
}

/// <summary>Media types that the API speaks.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";
    public const string Protobuf = "application/protobuf";
    public const string Octets = "application/octet-stream";
    public const string EventStream = "text/event-stream";
}
