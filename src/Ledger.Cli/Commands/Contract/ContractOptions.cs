using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ledger.Cli.Output;
using Ledger.Client.Contracts;
using Ledger.Core.Contracts;

namespace Ledger.Cli.Commands.Contract;

/// <summary>What the commands that send contract transactions have in common.</summary>
internal static class ContractOptions
{
    public static Argument<string> Name() => new("name") { Description = "The contract's name." };

    public static Argument<string?> Arguments() => new("arguments")
    {
        Description = "The argument as JSON, or @FILE to read it from a file. Left out: null.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Option<string?> InitArguments() => new("--args")
    {
        Description = "The argument of init or migrate as JSON, or @FILE. Left out: null.",
        HelpName = "json",
    };

    public static Option<string> Source() => new("--source", "-s")
    {
        Description = "The contract: an ES module, as 'ledger contract build' makes it.",
        HelpName = "file",
        Required = true,
    };

    public static Option<string> Schema() => new("--schema")
    {
        Description = "The JSON schema of its functions.",
        HelpName = "file",
        Required = true,
    };

    public static Option<ulong?> Gas() => new("--gas")
    {
        Description = "Most gas that it may use. What is declared takes room in blocks.",
        HelpName = "n",
    };

    /// <summary>The argument, checked to be JSON.</summary>
    public static string ReadArguments(CliHost host, string? given)
    {
        if (given is null) return "null";
        var text = given.StartsWith('@')
            ? ReadText(host, given[1..], ContractLimits.ArgumentBytes, "argument file")
            : given;
        try
        {
            using var document = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCodes.Usage, $"the argument is not JSON: {e.Message}", e);
        }
    }

    /// <summary>A text file, whole.</summary>
    public static string ReadText(CliHost host, string path, int maxBytes, string what)
    {
        var bytes = InputFiles.Read(host.Resolve(path), maxBytes, what);
        return System.Text.Unicode.Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new CliException(ExitCodes.Input, $"{path} is not UTF-8 text");
    }

    /// <summary>Says what a contract transaction did.</summary>
    public static void Say(Result output, string what, ContractResult result)
    {
        var outcome = result.Outcome;
        output.Say(
            lines =>
            {
                lines.WriteLine(what);
                lines.WriteLine($"  returned      {result.Value}");
                foreach (var item in outcome.Events)
                    lines.WriteLine($"  event         {LineOf(item)}");
                if (outcome.Records.Count > 0)
                    lines.WriteLine($"  evidence      {outcome.Records.Count} records, {result.Transaction.IdOf(0)} on");
                lines.WriteLine($"  gas           {outcome.GasUsed.ToString("N0", CultureInfo.InvariantCulture)}");
                lines.WriteLine($"  transaction   {result.Transaction.Transaction.Id}");
                lines.WriteLine($"  block         {result.Transaction.Height} at {result.Transaction.Time}");
            },
            json =>
            {
                json.WriteString("transaction", result.Transaction.Transaction.Id.ToString());
                json.WriteNumber("height", result.Transaction.Height.Value);
                json.WriteString("time", result.Transaction.Time.ToString());
                json.WriteNumber("gas_used", outcome.GasUsed);
                WriteRaw(json, "value", outcome.Value);
                json.WriteStartArray("events");
                foreach (var item in outcome.Events) WriteEvent(json, item);
                json.WriteEndArray();
                json.WriteNumber("records", outcome.Records.Count);
            });
    }

    /// <summary>An event on one line.</summary>
    public static string LineOf(ContractEvent item) =>
        $"{item.Contract}.{item.Name} {Encoding.UTF8.GetString(item.Payload.Span)}";

    /// <summary>JSON of a contract within our own.</summary>
    public static void WriteRaw(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.Span);
    }

    public static void WriteEvent(Utf8JsonWriter json, ContractEvent item)
    {
        json.WriteStartObject();
        json.WriteString("contract", item.Contract);
        json.WriteString("name", item.Name);
        WriteRaw(json, "payload", item.Payload);
        json.WriteEndObject();
    }
}
