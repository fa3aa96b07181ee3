using System.Globalization;
using System.Text.Json;

namespace Ledger.Cli;

/// <summary>One node of a consortium folder.</summary>
/// <param name="Index">Its number: a validator's index, or for an audit node one beyond those.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="PeerListen">Where it meets other nodes; empty where its configuration does not say.</param>
/// <param name="GrpcListen">Where it serves clients.</param>
/// <param name="HttpListen">Where it serves health and readiness.</param>
/// <param name="Role">What it is, as its configuration says.</param>
/// <param name="HasTls">Whether it serves both over TLS.</param>
internal sealed record NodeFolder(
    int Index, string Folder, string PeerListen, string GrpcListen, string HttpListen, string Role, bool HasTls)
{
    /// <summary>What people call it: its number in a consortium's folder, else the name of its own.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));

    /// <summary>Whether it is an audit node.</summary>
    public bool IsAudit => Role == "audit";

    /// <summary>Whether its key is yet to become a validator's.</summary>
    public bool IsCandidate => Role == "candidate";

    /// <summary>Where clients reach it.</summary>
    public Uri Endpoint => new($"{Scheme}://{GrpcListen}");

    /// <summary>The same as people write it.</summary>
    public string Address => Endpoint.GetLeftPart(UriPartial.Authority);

    /// <summary>Where it tells its readiness.</summary>
    public Uri Readiness => new($"{Scheme}://{HttpListen}/readyz");

    private string Scheme => HasTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;

    public string ConfigPath => Path.Combine(Folder, ConsortiumFolder.NodeConfigName);

    public string LogPath => Path.Combine(Folder, "node.log");

    public string PidPath => Path.Combine(Folder, "node.pid");
}

/// <summary>A folder that <c>ledger init</c> made, or that of one node.</summary>
internal static class ConsortiumFolder
{
    public const string GenesisName = "genesis.json";

    public const string NodeConfigName = "node.json";

    /// <summary>Its nodes, by number; of a node's own folder that node.</summary>
    /// <exception cref="CliException">It is not such a folder.</exception>
    public static IReadOnlyList<NodeFolder> Nodes(string folder) =>
        File.Exists(Path.Combine(folder, NodeConfigName))
            ? [Read(folder, NumberOf(folder) ?? 0)]
            : [.. Find(folder).Select(n => Read(n.Path, n.Index))];

    /// <summary>The folders of its nodes, by number, whatever is in them.</summary>
    /// <exception cref="CliException">It is not such a folder.</exception>
    public static IReadOnlyList<(int Index, string Path)> Find(string folder)
    {
        var nodes = Path.Combine(folder, "nodes");
        if (!Directory.Exists(nodes))
        {
            throw new CliException(
                ExitCodes.Usage, $"{folder} is not a consortium's folder: it has no folder 'nodes'; 'ledger init "
                    + $"--out DIR' makes one. Nor is it a node's: it has no {NodeConfigName}");
        }

        var found = new List<(int Index, string Path)>();
        foreach (var path in Directory.EnumerateDirectories(nodes))
        {
            if (NumberOf(path) is { } index) found.Add((index, path));
        }

        return found.Count > 0
            ? [.. found.OrderBy(n => n.Index)]
            : throw new CliException(ExitCodes.Usage, $"{nodes} holds no node");
    }

    /// <summary>Reads a node's configuration.</summary>
    /// <exception cref="CliException">It is not there, or no node's configuration.</exception>
    public static NodeFolder Read(string path, int index)
    {
        var config = Path.Combine(path, NodeConfigName);
        try
        {
            using var document = JsonDocument.Parse(
                InputFiles.Read(config, 64 << 10, "node's configuration"),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            return new NodeFolder(
                index,
                path,
                document.RootElement.TryGetProperty("peer_listen", out _) ? Text(document, "peer_listen") : "",
                Address(document, "grpc_listen"),
                Address(document, "http_listen"),
                Text(document, "role"),
                document.RootElement.TryGetProperty("tls", out var tls) && tls.ValueKind == JsonValueKind.Object);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new CliException(ExitCodes.Input, $"{config} is not a node's configuration: {e.Message}", e);
        }
    }

    private static int? NumberOf(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static string Text(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"it has no text '{name}'");

    // Addresses become parts of URLs, which must not fail later.
    private static string Address(JsonDocument document, string name) =>
        Text(document, name) is var text && Uri.TryCreate($"http://{text}", UriKind.Absolute, out var uri)
            && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0
            ? text
            : throw new FormatException($"'{name}' is not an address and port, as 127.0.0.1:7500 is");
}
