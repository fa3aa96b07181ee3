namespace Ledger.Node.Api.Rest;

/// <summary>One request that a route takes: its caller, its arguments, its body, and the form of the answer.</summary>
/// <param name="Call">The call.</param>
/// <param name="Arguments">What the caller gave.</param>
/// <param name="Body">The body; empty when there is none.</param>
/// <param name="BodyType">The body's media type; empty when there is none.</param>
/// <param name="Answer">The media type that the caller takes.</param>
internal sealed record RestRequest(
    RestCall Call, RestArguments Arguments, ReadOnlyMemory<byte> Body, string BodyType, string Answer);
