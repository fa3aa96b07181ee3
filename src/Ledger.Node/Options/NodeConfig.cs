using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ledger.Node.Options;

/// <summary>
/// A node's configuration file, <c>node.json</c>. Everything that nodes must share is in genesis instead. Paths are
/// relative to the file. Unknown properties stop the node: a typo must not silently mean a default.
/// </summary>
internal sealed record NodeConfig
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>The role of a node whose key is a validator's, or was.</summary>
    public const string ValidatorRole = "validator";

    /// <summary>The role of a node whose key is to be a validator's: it follows until it is.</summary>
    public const string CandidateRole = "candidate";

    private static readonly string[] Levels = ["Trace", "Debug", "Information", "Warning", "Error"];

    /// <summary>
    /// What the node does: <c>validator</c>, or <c>candidate</c> before the chain knows its key. A candidate that has
    /// become a validator is one; the difference is only that a wrong key stops a validator at once.
    /// </summary>
    [JsonRequired]
    public string Role { get; init; } = "";

    /// <summary>The genesis document.</summary>
    [JsonRequired]
    public string Genesis { get; init; } = "";

    /// <summary>The validator's key file.</summary>
    [JsonRequired]
    public string Key { get; init; } = "";

    /// <summary>
    /// File that holds the passphrase of <see cref="Key"/>; absent when the key file is not protected by one.
    /// </summary>
    public string? KeyPassphraseFile { get; init; }

    /// <summary>Folder of the databases. One process at a time.</summary>
    [JsonRequired]
    public string Data { get; init; } = "";

    /// <summary>Where other validators reach this node, as <c>address:port</c>.</summary>
    [JsonRequired]
    public string PeerListen { get; init; } = "";

    /// <summary>
    /// Peers besides the validators, each as <c>KEY@host:port</c> with the key in hexadecimal: they are dialled, may connect,
    /// and are asked for blocks. For a node that joins when none of the genesis validators is left. Defaults to none.
    /// </summary>
    public IReadOnlyList<string> KnownPeers { get; init; } = [];

    /// <summary>Where clients reach the gRPC API (HTTP/2), as <c>address:port</c>.</summary>
    [JsonRequired]
    public string GrpcListen { get; init; } = "";

    /// <summary>Where health, readiness and metrics are served (HTTP/1.1), as <c>address:port</c>.</summary>
    [JsonRequired]
    public string HttpListen { get; init; } = "";

    /// <summary>
    /// Least severe level that is logged: Trace, Debug, Information, Warning, Error. Defaults to Information.
    /// </summary>
    public string LogLevel { get; init; } = "Information";

    /// <summary>The folder that relative paths start from.</summary>
    [JsonIgnore]
    public string BaseFolder { get; init; } = "";

    /// <summary>Reads and checks a configuration file.</summary>
    /// <exception cref="ConfigurationException">
    /// It cannot be read or something in it is wrong; the message says what.
    /// </exception>
    public static NodeConfig Load(string path)
    {
        NodeConfig? config;
        try
        {
            config = JsonSerializer.Deserialize<NodeConfig>(File.ReadAllBytes(path), Json);
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{path}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be read: {e.Message}", e);
        }

        if (config is null) throw new ConfigurationException($"{path} is empty");
        if (config.Role is not (ValidatorRole or CandidateRole))
        {
            throw new ConfigurationException(
                $"{path}: role '{config.Role}' is not known; this version runs '{ValidatorRole}' and "
                + $"'{CandidateRole}'");
        }
        RequirePath(path, "genesis", config.Genesis);
        RequirePath(path, "key", config.Key);
        RequirePath(path, "data", config.Data);
        if (config.KeyPassphraseFile is { } file) RequirePath(path, "key_passphrase_file", file);
        ParseEndpoint(path, "peer_listen", config.PeerListen);
        ParseEndpoint(path, "grpc_listen", config.GrpcListen);
        ParseEndpoint(path, "http_listen", config.HttpListen);
        if (!Levels.Contains(config.LogLevel, StringComparer.Ordinal))
        {
            throw new ConfigurationException(
                $"{path}: log_level '{config.LogLevel}' is not one of {string.Join(", ", Levels)}");
        }

        return config with { BaseFolder = Path.GetDirectoryName(Path.GetFullPath(path))! };
    }

    /// <summary>A path of the configuration as an absolute path.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, BaseFolder);

    /// <summary>A listen address that <see cref="Load"/> has checked.</summary>
    public static IPEndPoint Endpoint(string value) => IPEndPoint.Parse(value);

    private static void RequirePath(string path, string name, string value)
    {
        if (string.IsNullOrWhiteSpace(value)) throw new ConfigurationException($"{path}: {name} is empty");
    }

    private static void ParseEndpoint(string path, string name, string value)
    {
        if (!IPEndPoint.TryParse(value, out var endpoint) || endpoint.Port == 0)
            throw new ConfigurationException($"{path}: {name} '{value}' is not an address and port such as 127.0.0.1:7400");
    }
}

/// <summary>The node cannot start as configured; the message says what to change.</summary>
internal sealed class ConfigurationException : Exception
{
    public ConfigurationException()
    {
    }

    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
