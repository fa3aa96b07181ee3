using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ledger.Core.Callers;

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

    /// <summary>The role of a node that follows, checks and reports, and does not vote.</summary>
    public const string AuditRole = "audit";

    /// <summary>
    /// What the node does: <c>validator</c>, or <c>candidate</c> before the chain knows its key, or <c>audit</c>. A
    /// candidate that has become a validator is one; the difference is only that a wrong key stops a validator at once.
    /// </summary>
    [JsonRequired]
    public string Role { get; init; } = "";

    /// <summary>The genesis document.</summary>
    [JsonRequired]
    public string Genesis { get; init; } = "";

    /// <summary>The node's key file.</summary>
    [JsonRequired]
    public string Key { get; init; } = "";

    /// <summary>
    /// File that holds the passphrase of <see cref="Key"/>; absent when the key file is not protected by one.
    /// </summary>
    public string? KeyPassphraseFile { get; init; }

    /// <summary>Folder of the databases. One process at a time.</summary>
    [JsonRequired]
    public string Data { get; init; } = "";

    /// <summary>Where other nodes reach this node, as <c>address:port</c>.</summary>
    [JsonRequired]
    public string PeerListen { get; init; } = "";

    /// <summary>
    /// Peers besides the validators, each as <c>KEY@host:port</c> with the key in hexadecimal: they are dialled, may
    /// connect, and are asked for blocks. For a node that joins when none of the genesis validators is left. Defaults
    /// to none.
    /// </summary>
    public IReadOnlyList<string> KnownPeers { get; init; } = [];

    /// <summary>Where clients reach the gRPC API (HTTP/2), as <c>address:port</c>.</summary>
    [JsonRequired]
    public string GrpcListen { get; init; } = "";

    /// <summary>Where health, readiness and metrics are served (HTTP/1.1), as <c>address:port</c>.</summary>
    [JsonRequired]
    public string HttpListen { get; init; } = "";

    /// <summary>TLS of both listeners; absent for none, as behind a proxy that brings it or on one machine.</summary>
    public TlsConfig? Tls { get; init; }

    /// <summary>
    /// The origins that this node answers to, each as <c>scheme://host:port</c>: a token must be for one of them.
    /// Defaults to the listen addresses, and those of this machine alone where the node listens on all addresses. Name
    /// them where clients use a host name, or reach the node through something else.
    /// </summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>
    /// Who may read <c>/metrics</c>: <c>open</c>, anybody who reaches the port; <c>callers</c>, members. Defaults to
    /// <c>open</c>, as collectors of metrics expect: there is nothing in them but numbers of this node.
    /// </summary>
    public string Metrics { get; init; } = MetricsModes.Open;

    /// <summary>
    /// Least severe level that is logged: Trace, Debug, Information, Warning, Error. Defaults to Information.
    /// </summary>
    public string LogLevel { get; init; } = "Information";

    /// <summary>
    /// How a node catches up that is far behind. <c>auto</c>: an empty one, or one that began from a snapshot, begins
    /// from a snapshot; one that holds the history executes what it missed. <c>snapshot</c>: every one begins from a
    /// snapshot, and drops the history it holds. <c>full</c>: every one executes the whole chain. Defaults to
    /// <c>auto</c>.
    /// </summary>
    public string Sync { get; init; } = SyncModes.Auto;

    /// <summary>
    /// How many blocks behind is far. Defaults to 10,000: below that, executing them takes less than a few minutes.
    /// </summary>
    public int SnapshotBehindBlocks { get; init; } = 10_000;

    /// <summary>
    /// Blocks between the snapshots that this node keeps for others; 1,000 on every node, so that all keep the same.
    /// </summary>
    [JsonIgnore]
    public int SnapshotIntervalBlocks { get; init; } = (int)Ledger.Node.Sync.SnapshotKeeper.DefaultInterval;

    /// <summary>The scheme of this node's addresses.</summary>
    [JsonIgnore]
    public string Scheme => Tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;

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
        RequireRole(path, config.Role);
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

        if (config.Sync is not (SyncModes.Auto or SyncModes.Snapshot or SyncModes.Full))
            throw new ConfigurationException($"{path}: sync '{config.Sync}' is not one of auto, snapshot, full");
        if (config.SnapshotBehindBlocks < 1)
            throw new ConfigurationException($"{path}: snapshot_behind_blocks must be at least 1");

        if (config.Metrics is not (MetricsModes.Open or MetricsModes.Callers))
            throw new ConfigurationException($"{path}: metrics '{config.Metrics}' is not one of open, callers");
        if (config.Tls is { } tls && tls.Certificate is null != tls.Key is null)
            throw new ConfigurationException($"{path}: tls has a certificate and a key, or neither");
        RequireOrigins(path, config.Audiences);
        return config with { BaseFolder = Path.GetDirectoryName(Path.GetFullPath(path))! };
    }

    /// <summary>A path of the configuration as an absolute path.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, BaseFolder);

    /// <summary>A listen address that <see cref="Load"/> has checked.</summary>
    public static IPEndPoint Endpoint(string value) => IPEndPoint.Parse(value);

    /// <summary>The same configuration in another role, as the command line may ask for.</summary>
    /// <exception cref="ConfigurationException">There is no such role.</exception>
    public NodeConfig InRole(string role)
    {
        RequireRole("--role", role);
        return this with { Role = role };
    }

    private static void RequireRole(string where, string role)
    {
        if (role is not (ValidatorRole or CandidateRole or AuditRole))
        {
            throw new ConfigurationException(
                $"{where}: role '{role}' is not known; this version runs '{ValidatorRole}', '{CandidateRole}' and "
                + $"'{AuditRole}'");
        }
    }

    private static void RequireOrigins(string path, IReadOnlyList<string> audiences)
    {
        if (audiences.Count > CallerRules.MaxAudiences)
            throw new ConfigurationException($"{path}: audiences has more than {CallerRules.MaxAudiences} items");
        if (audiences.FirstOrDefault(a => !CallerAudience.IsOrigin(a)) is { } wrong)
        {
            throw new ConfigurationException(
                $"{path}: audiences '{wrong}' is not an origin such as https://node.example:7500, in lower case, with its "
                + "port and nothing behind it");
        }
    }

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

/// <summary>Values of <see cref="NodeConfig.Sync"/>.</summary>
internal static class SyncModes
{
    public const string Auto = "auto";
    public const string Snapshot = "snapshot";
    public const string Full = "full";
}

/// <summary>Values of <see cref="NodeConfig.Metrics"/>.</summary>
internal static class MetricsModes
{
    public const string Open = "open";
    public const string Callers = "callers";
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
