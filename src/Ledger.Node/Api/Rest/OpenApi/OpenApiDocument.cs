using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Core.Grpc;
using Ledger.Node.Api.Rest.Forms;

namespace Ledger.Node.Api.Rest.OpenApi;

/// <summary>Writes the OpenAPI 3.1 document of routes. Deterministic: the same routes give the same bytes.</summary>
internal static class OpenApiDocument
{
    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The document, indented, in UTF-8 with a newline at the end.</summary>
    public static byte[] Write(IReadOnlyList<RestRoute> routes)
    {
        var schemas = new SchemaCatalogue();
        var paths = new JsonObject();
        foreach (var path in routes.GroupBy(r => r.Path))
        {
            var item = new JsonObject();
            foreach (var route in path)
                item[route.Method == "GET" ? "get" : "post"] = OperationWriter.Write(route, schemas);
            paths[path.Key] = item;
        }

        schemas.Of(RestJson.Shared.ProblemForm);
        var components = schemas.ToJson();
        components["Problem"]!["properties"]!["reason"] = new JsonObject
        {
            ["type"] = "string",
            ["description"] = "What programs go by. A later version may have further ones.",
            ["examples"] = new JsonArray([.. ReasonTable.All.Select(r => (JsonNode)r)]),
        };
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.1/dialect/base",
            ["info"] = new JsonObject
            {
                ["title"] = "Ledger",
                ["version"] = "1",
                ["summary"] = "A permissioned evidence ledger.",
                ["description"] = "Mirrors the gRPC service ledger.v1. Hashes, ids and keys are lower-case "
                    + "hexadecimal; exact bytes stand in base64 in fields that end in Bytes, beside their decoded "
                    + "form; times are RFC 3339 in UTC; what is absent is left out. Refusals are problem details "
                    + "whose reason is that of gRPC.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "The node that serves this." }),
            ["security"] = new JsonArray(
                new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject { ["mutualTls"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. routes.Select(r => r.Tag).Distinct(StringComparer.Ordinal).Select(TagOf)]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = SecuritySchemes(),
                ["responses"] = new JsonObject
                {
                    ["Problem"] = Problem("The call is refused (RFC 9457)."),
                    ["UnknownCaller"] = Problem(
                        "The caller is not known. Reasons: " + string.Join(", ", ReasonTable.OfCallers) + "."),
                },
                ["schemas"] = components,
            },
        };
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using (var writer = new Utf8JsonWriter(buffer, Layout)) document.WriteTo(writer);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static JsonNode TagOf(string tag) => new JsonObject
    {
        ["name"] = tag,
        ["description"] = tag switch
        {
            "transactions" => "Handing in transactions and asking what became of them.",
            "evidence" => "Evidence, its receipts, and the log that it is in.",
            "blocks" => "Blocks, their contents, and the stream of them.",
            "contracts" => "Contracts: what there is, queries, and the stream of their events.",
            "chain" => "State, epochs, genesis and members.",
            _ => "The node and what it knows of the validators' conduct.",
        },
    };

    private static JsonObject SecuritySchemes() => new()
    {
        ["bearer"] = new JsonObject
        {
            ["type"] = "http",
            ["scheme"] = "bearer",
            ["bearerFormat"] = "JWT",
            ["description"] = "A short-lived ES256K token signed by a member's key, for this node's origin.",
        },
        ["mutualTls"] = new JsonObject
        {
            ["type"] = "mutualTLS",
            ["description"] = "A client certificate that a member's key vouches for.",
        },
    };

    private static JsonObject Problem(string description) => new()
    {
        ["description"] = description,
        ["content"] = new JsonObject
        {
            [MediaTypes.Problem] = new JsonObject
            {
                ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" },
                ["example"] = JsonSerializer.SerializeToNode(
                    Problems.Of(new RpcStatus(GrpcStatusCode.NotFound, "there is no contract 'x'", "NOT_FOUND"), 404),
                    RestJson.Shared.ProblemForm),
            },
        },
    };
}
