using System.Text;
using System.Text.Json;
using Ledger.Contracts.Authoring;
using Ledger.Core.Contracts;

namespace Ledger.Cli.Contracts;

/// <summary>An author's folder: <c>contract.json</c> says which of its files is what. Immutable.</summary>
internal sealed record ContractProject
{
    private const string FileName = "contract.json";
    private const int MaxTestBytes = 4 << 20;

    public required string Folder { get; init; }

    public required string Name { get; init; }

    /// <summary>The contract's file, relative to the folder.</summary>
    public required string Source { get; init; }

    public required string Schema { get; init; }

    public required string Tests { get; init; }

    public bool IsTypeScript => Source.EndsWith(".ts", StringComparison.Ordinal);

    public string PathOf(string file) => Path.Combine(Folder, file);

    public static ContractProject Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new CliException(
                ExitCodes.Input,
                    $"{folder} is no contract project: it has no {FileName}. Make one with: ledger contract new NAME");
        try
        {
            using var document = JsonDocument.Parse(InputFiles.Read(path, 1 << 16, "project file"));
            var project = new ContractProject
            {
                Folder = folder,
                Name = Text(document.RootElement, "name"),
                Source = Text(document.RootElement, "source"),
                Schema = Text(document.RootElement, "schema"),
                Tests = Text(document.RootElement, "tests"),
            };
            return ContractLimits.IsName(project.Name)
                ? project
                : throw new CliException(ExitCodes.Input,
                    $"{path}: '{project.Name}' is no contract's name: a-z, 0-9 and single '-'");
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCodes.Input, $"{path} is not well-formed JSON: {e.Message}", e);
        }
    }

    public string ReadSchema() => Encoding.UTF8.GetString(InputFiles.Read(PathOf(Schema), ContractLimits.SchemaBytes,
        "schema"));

    /// <summary>A file of the project with the modules that it is written in, as one module.</summary>
    public BuiltModule Build(string file, CliHost host)
    {
        if (IsTypeScript) return Esbuild.Bundle(this, file, host);
        return new BuiltModule(
            Encoding.UTF8.GetString(InputFiles.Read(PathOf(file), MaxTestBytes, "source")), new StackMapper(file,
                null));
    }

    private static string Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0
            ? value.GetString()!
            : throw new CliException(ExitCodes.Input, $"{FileName} lacks the text '{name}'");
}

/// <summary>One module of text, and the way from its stacks to the author's lines.</summary>
internal sealed record BuiltModule(string Text, StackMapper Stacks);
