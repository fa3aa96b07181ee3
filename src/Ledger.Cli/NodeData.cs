using System.CommandLine;
using System.Text.Json;
using Ledger.Cli.Profiles;

namespace Ledger.Cli;

/// <summary>Where a node keeps its databases.</summary>
/// <param name="Chain">The channel's database.</param>
/// <param name="Votes">The vote log.</param>
/// <param name="Genesis">The channel's genesis document.</param>
internal sealed record NodeData(string Chain, string Votes, string Genesis)
{
    /// <summary>Finds the databases of a node's folder (with node.json) or of a data folder.</summary>
    /// <exception cref="CliException">It is neither.</exception>
    public static NodeData Find(CliHost host, ParseResult parsed, string folder)
    {
        var path = host.Resolve(folder);
        var config = Path.Combine(path, ConsortiumFolder.NodeConfigName);
        var data = path;
        var genesis = parsed.GetValue(GlobalOptions.Genesis) is { } given ? host.Resolve(given) : null;
        if (File.Exists(config))
        {
            using var document = JsonDocument.Parse(
                InputFiles.Read(config, 64 << 10, "node's configuration"),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            data = Path.GetFullPath(Text(document, "data", config), path);
            genesis ??= Path.GetFullPath(Text(document, "genesis", config), path);
        }

        var chain = Path.Combine(data, "chain");
        return Directory.Exists(chain)
            ? new NodeData(chain, Path.Combine(data, "votes"), genesis ?? new Session(host, parsed).GenesisPath)
            : throw new CliException(ExitCodes.Usage, $"{path} holds no database: there is no folder {chain}");
    }

    private static string Text(JsonDocument document, string name, string config) =>
        document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new CliException(ExitCodes.Input, $"{config} is not a node's configuration: it lacks '{name}'");
}
