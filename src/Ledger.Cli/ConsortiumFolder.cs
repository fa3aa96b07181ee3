using System.Globalization;
using System.Text.Json;

namespace Ledger.Cli;

/// <summary>One node of a consortium folder.</summary>
/// <param name="Index">Its number: a validator's index, or for an audit node one beyond those.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="GrpcListen">Where it serves clients.</param>
/// <param name="HttpListen">Where it serves health and readiness.</param>
/// <param name="IsAudit">Whether it is an audit node.</param>
/// <param name="HasTls">Whether it serves both over TLS.</param>
internal sealed record NodeFolder(
    int Index, string Folder, string GrpcListen, string HttpListen, bool IsAudit, bool HasTls)
{
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

/// <summary>A folder that <c>ledger init</c> made.</summary>
internal static class ConsortiumFolder
{
    public const string GenesisName = "genesis.json";

    public const string NodeConfigName = "node.json";

    /// <summary>Its nodes, by number.</summary>
    /// <exception cref="CliException">It is not such a folder.</exception>
    public static IReadOnlyList<NodeFolder> Nodes(string folder)
    {
        var nodes = Path.Combine(folder, "nodes");
        if (!Directory.Exists(nodes))
        {
            throw new CliException(
                ExitCodes.Usage, $"{folder} is not a consortium's folder: it has no folder 'nodes'; 'ledger init "
                    + "--out DIR' makes one");
        }

        var found = new List<NodeFolder>();
        foreach (var path in Directory.EnumerateDirectories(nodes))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                found.Add(Read(path, index));
        }

        return found.Count > 0
            ? [.. found.OrderBy(n => n.Index)]
            : throw new CliException(ExitCodes.Usage, $"{nodes} holds no node");
    }

    private static NodeFolder Read(string path, int index)
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
                document.RootElement.GetProperty("grpc_listen").GetString()!,
                document.RootElement.GetProperty("http_listen").GetString()!,
                document.RootElement.GetProperty("role").GetString() == "audit",
                document.RootElement.TryGetProperty("tls", out var tls) && tls.ValueKind == JsonValueKind.Object);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CliException(ExitCodes.Input, $"{config} is not a node's configuration: {e.Message}", e);
        }
    }
}
