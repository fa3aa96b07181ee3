using System.Globalization;
using System.Text.Json.Nodes;

namespace Ledger.Node.Api.Rest.OpenApi;

/// <summary>Writes one operation of the OpenAPI document.</summary>
internal static class OperationWriter
{
    // Of every operation: what the protocol around it refuses.
    private static readonly string[] Common =
        ["INVALID_ARGUMENT", "NOT_PERMITTED", "NOT_ACCEPTABLE", "INTERNAL", "TRY_AGAIN"];

    public static JsonObject Write(RestRoute route, SchemaCatalogue schemas)
    {
        var operation = new JsonObject
        {
            ["operationId"] = route.Id,
            ["tags"] = new JsonArray(route.Tag),
            ["summary"] = route.Summary,
        };
        if (route.Description is { } description) operation["description"] = description;
        if (route.Parameters.Count > 0)
            operation["parameters"] = new JsonArray([.. route.Parameters.Select(ParameterOf)]);
        if (route.Body is { } body)
        {
            operation["requestBody"] = new JsonObject
            {
                ["required"] = body.Required,
                ["content"] = Content(body.Media, schemas, null),
            };
        }

        var responses = new JsonObject { ["200"] = Success(route, "Done.", schemas) };
        if (route.OtherSuccess is var (status, meaning))
            responses[status.ToString(CultureInfo.InvariantCulture)] = Success(route, meaning, schemas);
        responses["401"] = new JsonObject { ["$ref"] = "#/components/responses/UnknownCaller" };
        foreach (var group in RefusalsOf(route))
        {
            responses[group.Key.ToString(CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["$ref"] = "#/components/responses/Problem",
                ["description"] = "Refused. Reasons: " + string.Join(", ", group) + ".",
            };
        }

        responses["default"] = new JsonObject { ["$ref"] = "#/components/responses/Problem" };
        operation["responses"] = responses;
        return operation;
    }

    private static IEnumerable<IGrouping<int, string>> RefusalsOf(RestRoute route) => route.Reasons.Concat(Common)
        .Distinct(StringComparer.Ordinal)
        .GroupBy(ReasonTable.HttpStatusOf)
        .OrderBy(g => g.Key);

    private static JsonObject Success(RestRoute route, string meaning, SchemaCatalogue schemas) => new()
    {
        ["description"] = meaning,
        ["content"] = Content(route.Answers, schemas, ExampleFiles.Of(route.Id)),
    };

    private static JsonObject Content(IReadOnlyList<RestMedia> media, SchemaCatalogue schemas, JsonNode? example)
    {
        var content = new JsonObject();
        foreach (var form in media)
        {
            var entry = new JsonObject();
            if (form.MediaType == MediaTypes.EventStream)
            {
                // OpenAPI 3.1 has no words for the events of a stream: the schema is that of the data of one.
                entry["schema"] = new JsonObject { ["type"] = "string" };
                entry["x-event-data"] = schemas.Of(form.Schema!);
            }
            else if (form.Schema is { } schema) entry["schema"] = schemas.Of(schema);
            else if (form.MediaType == MediaTypes.Json)
                entry["schema"] = new JsonObject { ["type"] = "object", ["description"] = form.Description };
            else entry["schema"] = new JsonObject { ["description"] = form.Description };
            if (example is not null && form.MediaType == MediaTypes.Json) entry["example"] = example.DeepClone();
            content[form.MediaType] = entry;
        }

        return content;
    }

    private static JsonNode ParameterOf(RestParameter parameter) => new JsonObject
    {
        ["name"] = parameter.Name,
        ["in"] = parameter.Place switch
        {
            ParameterPlace.Path => "path",
            ParameterPlace.Query => "query",
            _ => "header",
        },
        ["required"] = parameter.Place == ParameterPlace.Path,
        ["description"] = parameter.Description,
        ["schema"] = SchemaOf(parameter),
        ["example"] = ExampleOf(parameter),
    };

    private static JsonObject SchemaOf(RestParameter parameter) => parameter.Kind switch
    {
        ParameterKind.Number => new() { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = parameter.Max },
        ParameterKind.Flag => new() { ["type"] = "boolean" },
        ParameterKind.Hash => new() { ["type"] = "string", ["pattern"] = "^[0-9a-f]{64}$" },
        ParameterKind.Hex => new() { ["type"] = "string", ["pattern"] = $"^([0-9a-f]{{2}}){{1,{parameter.Max}}}$" },
        ParameterKind.Time => new() { ["type"] = "string", ["format"] = "date-time" },
        ParameterKind.EvidenceId => new() { ["type"] = "string", ["pattern"] = "^[0-9a-f]{64}(\\.[1-9][0-9]{0,2})?$" },
        ParameterKind.Cursor => new() { ["type"] = "string", ["pattern"] = "^[A-Za-z0-9_-]+$" },
        ParameterKind.Choice => new()
        {
            ["type"] = "string",
            ["enum"] = new JsonArray([.. parameter.Words!.Select(w => (JsonNode)w)]),
        },
        _ => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = parameter.Max },
    };

    private static JsonNode ExampleOf(RestParameter parameter) => parameter.Kind switch
    {
        ParameterKind.Number => ulong.Parse(parameter.Example, CultureInfo.InvariantCulture),
        ParameterKind.Flag => parameter.Example == "true",
        _ => parameter.Example,
    };
}
