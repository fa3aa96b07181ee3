using System.CommandLine;
using Ledger.Client;
using Ledger.Client.Identity;
using Ledger.Client.Transport;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Cli.Profiles;

/// <summary>
/// What a command line and its profile say together; the command line wins. Values are read when a command needs them,
/// so that no command asks for more than it uses. Not thread-safe.
/// </summary>
internal sealed class Session
{
    private readonly CliHost _host;
    private readonly ParseResult _command;
    private readonly ProfileFile? _profile;
    private Genesis? _genesis;
    private ISigner? _identity;
    private GrpcChannelOptions? _connection;

    /// <param name="host">The surroundings.</param>
    /// <param name="command">The command line.</param>
    /// <param name="consortium">
    /// The folder of the consortium that the command is about, if it names one: its own profile is meant unless the
    /// command line names another.
    /// </param>
    public Session(CliHost host, ParseResult command, string? consortium = null)
    {
        _host = host;
        _command = command;
        var own = consortium is null ? null : Path.Combine(consortium, ProfileFile.Name);
        var named = command.GetValue(GlobalOptions.Profile) ?? (File.Exists(own) ? own : null);
        _profile = ProfileFile.Find(host, named);
    }

    /// <summary>
    /// Where files go that belong to no other place, such as import journals: the profile's folder, or this one.
    /// </summary>
    public string StateFolder => _profile?.Folder ?? _host.Folder;

    public string GenesisPath => Option(GlobalOptions.Genesis) ?? _profile?.Resolve(_profile.Genesis)
        ?? throw Missing("the channel's genesis", "--genesis FILE");

    public Genesis Genesis => _genesis ??= ReadGenesis(GenesisPath);

    public IReadOnlyList<Uri> Endpoints
    {
        get
        {
            var given = _command.GetValue(GlobalOptions.Endpoint) ?? [];
            IReadOnlyList<string> texts = given.Length > 0 ? given : _profile?.Endpoints ?? [];
            return texts.Count > 0
                ? [.. texts.Select(ParseEndpoint)]
                : throw Missing("the address of a node", "--endpoint URL");
        }
    }

    /// <summary>Whether anybody said where nodes are.</summary>
    public bool HasEndpoints =>
        _command.GetValue(GlobalOptions.Endpoint) is { Length: > 0 } || _profile?.Endpoints is { Count: > 0 };

    /// <summary>Settings of a connection to one node, for calls beside those of <see cref="Connect"/>.</summary>
    public GrpcChannelOptions Connection => _connection ??= Options().ToConnection();

    /// <summary>
    /// Connects to the nodes, with the identity: nodes answer members only, so every command that asks one needs it.
    /// </summary>
    public LedgerClient Connect()
    {
        var endpoints = Endpoints;
        return _host.Connect(Options() with { Endpoints = endpoints });
    }

    /// <summary>Reads a genesis document.</summary>
    public static Genesis ReadGenesis(string path)
    {
        var bytes = InputFiles.Read(path, GenesisJson.MaxBytes, "genesis document");
        return GenesisJson.TryParse(bytes, out var genesis, out var error)
            ? genesis
            : throw new CliException(ExitCodes.Input, $"{path} is not a genesis document: {error}");
    }

    /// <summary>Reads the first line of a passphrase file; null when none is named.</summary>
    public static string? ReadPassphrase(string? path) => path is null
        ? null
        : System.Text.Encoding.UTF8.GetString(
            InputFiles.Read(path, 4096, "passphrase file")).Split('\n')[0].TrimEnd('\r');

    /// <summary>The key file that signs; null when none is named.</summary>
    public string? IdentityPath => Option(GlobalOptions.Identity) ?? _profile?.Resolve(_profile.Identity);

    /// <summary>The passphrase of the key file; null when no file with one is named.</summary>
    public string? Passphrase() =>
        ReadPassphrase(Option(GlobalOptions.PassphraseFile) ?? _profile?.Resolve(_profile.PassphraseFile));

    /// <summary>Reads the identity that signs.</summary>
    public ISigner Identity() => _identity ??= IdentityFile.Load(
        IdentityPath ?? throw Missing("an identity (nodes answer members only)", "--identity FILE"), Passphrase());

    private LedgerClientOptions Options() => new()
    {
        Genesis = Genesis,
        Identity = Identity(),
        Trust = _profile?.Trust is null ? NodeTrust.System : NodeTrust.Genesis,
        NodeKeys = NodeKeys(),
        Time = _host.Time,
    };

    private Dictionary<Uri, PublicKey> NodeKeys()
    {
        var keys = new Dictionary<Uri, PublicKey>();
        foreach (var (address, text) in _profile?.NodeKeys ?? new Dictionary<string, string>())
        {
            if (!Genesis.Suite.TryParsePublicKeyHex(text, out var key))
            {
                throw new CliException(
                    ExitCodes.Input, $"{_profile!.FileName}: the key of {address} is not a public key in hexadecimal");
            }

            // Another spelling of the same address would hide the first.
            if (!keys.TryAdd(ParseEndpoint(address), key))
                throw new CliException(ExitCodes.Input, $"{_profile!.FileName}: node_keys have {address} twice");
        }

        return keys;
    }

    private string? Option(Option<string?> option) =>
        _command.GetValue(option) is { } path ? _host.Resolve(path) : null;

    /// <summary>Reads the address of a node.</summary>
    public static Uri ParseEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? uri
            : throw new CliException(
                ExitCodes.Usage, $"'{text}' is not the address of a node; write it as http://host:port");

    private static CliException Missing(string what, string option) => new(
        ExitCodes.Usage,
        $"{what} is needed: give {option}, or a profile (--profile, $LEDGER_PROFILE, {ProfileFile.Name} in this folder, or "
            + "'ledger profile use')");
}
