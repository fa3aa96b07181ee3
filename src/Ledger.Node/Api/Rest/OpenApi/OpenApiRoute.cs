namespace Ledger.Node.Api.Rest.OpenApi;

/// <summary>Serves the document that describes the API.</summary>
internal static class OpenApiRoute
{
    /// <summary>The route, over those that the document describes and itself.</summary>
    public static RestRoute Make(IReadOnlyList<RestRoute> others)
    {
        // Made when it is first asked for, and then kept: it is the same for ever.
        byte[]? document = null;
        RestRoute? self = null;
        return self = new RestRoute
        {
            Method = "GET",
            Path = "/v1/openapi.json",
            Id = "getOpenApi",
            Tag = "node",
            Summary = "This API as an OpenAPI 3.1 document.",
            Answers = [new(MediaTypes.Json, null, "An OpenAPI 3.1 document.")],
            Handle = _ => new(RestAnswer.Bytes(
                MediaTypes.Json, document ??= OpenApiDocument.Write([.. others, self!]), isImmutable: false)),
        };
    }
}
