using System.Text.Json;
using Ledger.Core.Contracts;

namespace Ledger.Contracts.Runtime.Schema;

/// <summary>What goes into a function and comes out of it.</summary>
internal sealed record FunctionSchema(SchemaNode Arguments, SchemaNode Result);

/// <summary>
/// A contract's interface: its functions, queries and events with the schemas of what they carry. What is not in it cannot
/// be called, asked or emitted. Immutable.
/// </summary>
internal sealed class ContractSchema
{
    private const int MaxEntries = 256;
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private ContractSchema(
        SortedDictionary<string, FunctionSchema> functions,
        SortedDictionary<string, FunctionSchema> queries,
        SortedDictionary<string, SchemaNode> events)
    {
        Functions = functions;
        Queries = queries;
        Events = events;
    }

    /// <summary>Functions by name; <c>init</c> and <c>migrate</c> may be among them.</summary>
    public SortedDictionary<string, FunctionSchema> Functions { get; }

    public SortedDictionary<string, FunctionSchema> Queries { get; }

    public SortedDictionary<string, SchemaNode> Events { get; }

    /// <summary>Names that the runtime calls itself, and nobody else can.</summary>
    public static bool IsReserved(string function) => function is "init" or "migrate" or "queries" or "schedule";

    /// <summary>Reads a schema; null with a fault that begins with a JSON pointer when it breaks a rule.</summary>
    public static ContractSchema? Parse(ReadOnlyMemory<byte> utf8, out string fault)
    {
        using var document = JsonRules.Parse(utf8, out fault);
        if (document is null) return null;
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            fault = "/: a contract's schema is an object";
            return null;
        }

        var compiler = new SchemaCompiler(root.TryGetProperty("$defs", out var definitions) ? definitions : default);
        var functions = new SortedDictionary<string, FunctionSchema>(StringComparer.Ordinal);
        var queries = new SortedDictionary<string, FunctionSchema>(StringComparer.Ordinal);
        var events = new SortedDictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            compiler.Path.Push(property.Name);
            switch (property.Name)
            {
                case "functions":
                    ReadEntries(compiler, property.Value, (name, value) => functions[name] = ReadFunction(compiler, value));
                    break;
                case "queries":
                    ReadEntries(compiler, property.Value, (name, value) => queries[name] = ReadFunction(compiler, value));
                    break;
                case "events":
                    ReadEntries(compiler, property.Value, (name, value) => events[name] = compiler.Compile(value));
                    break;
                case "$defs":
                    // Those that nothing refers to are checked too.
                    if (property.Value.ValueKind != JsonValueKind.Object) compiler.Fail("must be an object of schemas");
                    else CheckDefinitions(compiler, property.Value);
                    break;
                case "$schema":
                    if (property.Value.ValueKind != JsonValueKind.String || property.Value.GetString() != Dialect)
                        compiler.Fail($"must be {Dialect}");
                    break;
                case "title" or "description" or "$comment":
                    break;
                default:
                    compiler.Fail("is not known here; a contract's schema has functions, queries, events and $defs");
                    break;
            }

            compiler.Path.Pop();
        }

        if (functions.Keys.FirstOrDefault(n => n is "queries" or "schedule") is { } reserved)
            compiler.Fail($"'{reserved}' is no function");
        fault = compiler.Fault ?? "";
        return compiler.Fault is null ? new ContractSchema(functions, queries, events) : null;
    }

    private static void CheckDefinitions(SchemaCompiler compiler, JsonElement definitions)
    {
        foreach (var definition in definitions.EnumerateObject())
        {
            compiler.Path.Push(definition.Name);
            compiler.Compile(definition.Value);
            compiler.Path.Pop();
        }
    }

    private static void ReadEntries(SchemaCompiler compiler, JsonElement entries, Action<string, JsonElement> read)
    {
        if (entries.ValueKind != JsonValueKind.Object)
        {
            compiler.Fail("must be an object");
            return;
        }

        if (entries.GetPropertyCount() > MaxEntries) compiler.Fail($"has more than {MaxEntries} entries");
        foreach (var entry in entries.EnumerateObject())
        {
            if (compiler.Fault is not null) return;
            compiler.Path.Push(entry.Name);
            if (!ContractLimits.IsIdentifier(entry.Name)) compiler.Fail("is not an identifier");
            read(entry.Name, entry.Value);
            compiler.Path.Pop();
        }
    }

    private static FunctionSchema ReadFunction(SchemaCompiler compiler, JsonElement value)
    {
        var arguments = SchemaNode.Anything;
        var result = SchemaNode.Anything;
        if (value.ValueKind != JsonValueKind.Object) compiler.Fail("must be an object with arguments and result");
        else
        {
            foreach (var property in value.EnumerateObject())
            {
                compiler.Path.Push(property.Name);
                if (property.Name == "arguments") arguments = compiler.Compile(property.Value);
                else if (property.Name == "result") result = compiler.Compile(property.Value);
                else if (property.Name is not ("title" or "description" or "$comment"))
                    compiler.Fail("is not known here; a function has arguments and result");
                compiler.Path.Pop();
            }
        }

        return new FunctionSchema(arguments, result);
    }
}
