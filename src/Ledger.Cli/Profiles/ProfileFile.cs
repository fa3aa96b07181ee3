using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ledger.Cli.Profiles;

/// <summary>
/// A profile file: which nodes, which identity, which channel. Paths are relative to the file. Immutable.
/// </summary>
internal sealed record ProfileFile
{
    public const string Name = "ledger.profile.json";

    /// <summary>The value of <see cref="Trust"/> where nodes make their own certificates.</summary>
    public const string TrustGenesis = "genesis";

    private const int MaxBytes = 64 << 10;

    /// <summary>Version of the file's form: 1.</summary>
    [JsonRequired]
    public int LedgerProfile { get; init; }

    /// <summary>Addresses of nodes.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>Key file.</summary>
    public string? Identity { get; init; }

    /// <summary>File whose first line is the key file's passphrase.</summary>
    public string? PassphraseFile { get; init; }

    /// <summary>The channel's genesis.json.</summary>
    public string? Genesis { get; init; }

    /// <summary>
    /// What vouches for nodes at https addresses: <c>genesis</c>, or null for the system's trust store.
    /// </summary>
    public string? Trust { get; init; }

    /// <summary>
    /// Whose node is at an address: the node's key, in hexadecimal, by the address as <see cref="Endpoints"/> writes it.
    /// For <c>trust</c>: <c>genesis</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> NodeKeys { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder that the paths start from.</summary>
    [JsonIgnore]
    public string Folder { get; init; } = "";

    /// <summary>A path of the profile as an absolute path.</summary>
    public string? Resolve(string? path) => path is null ? null : Path.GetFullPath(path, Folder);

    /// <summary>The file's own name.</summary>
    [JsonIgnore]
    public string FileName { get; init; } = Name;

    /// <inheritdoc cref="Find(CliHost, string?, out string)"/>
    public static ProfileFile? Find(CliHost host, string? named) => Find(host, named, out _);

    /// <summary>
    /// Finds the profile: the one that is named, else that of the variable LEDGER_PROFILE, else that of the current
    /// folder, else the default of this person; null when there is none. A file or folder goes before a name.
    /// </summary>
    /// <exception cref="CliException">The one that is named is not there, or is not a profile.</exception>
    public static ProfileFile? Find(CliHost host, string? named, out string why)
    {
        why = "--profile";
        if (string.IsNullOrEmpty(named)) (named, why) = (host.Variable("LEDGER_PROFILE"), "LEDGER_PROFILE");
        if (!string.IsNullOrEmpty(named))
        {
            var path = host.Resolve(named);
            if (Directory.Exists(path)) return Read(Path.Combine(path, Name));
            return Read(
                !File.Exists(path) && ProfileRegister.Read(host).Profiles.TryGetValue(named, out var known) ? known : path);
        }

        why = "current folder";
        var here = Path.Combine(host.Folder, Name);
        if (File.Exists(here)) return Read(here);
        why = "default";
        var register = ProfileRegister.Read(host);
        return register.Default is { } name && register.Profiles.TryGetValue(name, out var file) ? Read(file) : null;
    }

    /// <summary>Writes a profile; with <paramref name="trusted"/>, one that takes those nodes by their keys.</summary>
    public static void Write(
        string path, IEnumerable<string> endpoints, string identity, string genesis, string? passphraseFile,
        IReadOnlyDictionary<string, string>? trusted = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("ledger_profile", 1);
            json.WriteStartArray("endpoints");
            foreach (var endpoint in endpoints) json.WriteStringValue(endpoint);
            json.WriteEndArray();
            json.WriteString("identity", identity);
            if (passphraseFile is not null) json.WriteString("passphrase_file", passphraseFile);
            json.WriteString("genesis", genesis);
            if (trusted is not null)
            {
                json.WriteString("trust", TrustGenesis);
                json.WriteStartObject("node_keys");
                foreach (var (address, key) in trusted.OrderBy(p => p.Key, StringComparer.Ordinal))
                    json.WriteString(address, key);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        File.WriteAllBytes(path, [.. buffer.WrittenSpan, (byte)'\n']);
    }

    private static ProfileFile Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new CliException(ExitCodes.Input, $"{path} is too large to be a profile");
            var profile = JsonSerializer.Deserialize(File.ReadAllBytes(path), ProfileJson.Default.ProfileFile);
            if (profile is not { LedgerProfile: 1 })
                throw new CliException(ExitCodes.Input, $"{path} is not a profile of version 1 (ledger_profile: 1)");
            if (profile.Trust is not (null or TrustGenesis))
                throw new CliException(ExitCodes.Input, $"{path}: trust '{profile.Trust}' is not '{TrustGenesis}'");
            if (profile.NodeKeys is { Count: > 0 } && profile.Trust is null)
                throw new CliException(ExitCodes.Input, $"{path}: node_keys need trust: '{TrustGenesis}'");
            if (profile.NodeKeys is { Count: > 0 }
                && profile.Endpoints?.FirstOrDefault(e => !profile.NodeKeys.ContainsKey(e)) is { } bare)
            {
                throw new CliException(ExitCodes.Input, $"{path}: node_keys do not say whose node is at {bare}");
            }

            return profile with { Folder = Path.GetDirectoryName(path)!, FileName = Path.GetFileName(path) };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(
                ExitCodes.Usage, $"there is no profile {path}; 'ledger init' writes one, or name another with "
                    + "--profile", e);
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCodes.Input, $"{path} is not a profile: {e.Message}", e);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ProfileFile))]
internal sealed partial class ProfileJson : JsonSerializerContext;
