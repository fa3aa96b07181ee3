using System.CommandLine;
using Ledger.Client;
using Ledger.Client.Identity;
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

    public Session(CliHost host, ParseResult command)
    {
        _host = host;
        _command = command;
        _profile = ProfileFile.Find(host, command.GetValue(GlobalOptions.Profile));
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

    /// <summary>Connects to the nodes; <paramref name="signing"/> says whether the command needs an identity.</summary>
    public LedgerClient Connect(bool signing) => _host.Connect(new LedgerClientOptions
    {
        Endpoints = Endpoints,
        Genesis = Genesis,
        Identity = signing ? Identity() : null,
        Time = _host.Time,
    });

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
    public ISigner Identity() =>
        IdentityFile.Load(IdentityPath ?? throw Missing("an identity", "--identity FILE"), Passphrase());

    private string? Option(Option<string?> option) =>
        _command.GetValue(option) is { } path ? _host.Resolve(path) : null;

    private static Uri ParseEndpoint(string text) =>
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
