using System.CommandLine;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client;
using Ledger.Client.Identity;
using Ledger.Core.Membership;
using Ledger.Node.Hosting;

namespace Ledger.Cli.Commands;

/// <summary>
/// <c>ledger validator new</c>: key, configuration and claim of a node that is to become a validator.
/// </summary>
internal static class ValidatorNewCommand
{
    private const string GenesisName = "genesis.json";

    public static Command Create(CliHost host)
    {
        var folder = new Option<string>("--out")
        {
            Description = "Folder to create for the node. It must not exist, or be empty.",
            Required = true,
            HelpName = "dir",
        };
        var member = new Option<string>("--member")
        {
            Description = "The member of the channel that runs the node.",
            Required = true,
            HelpName = "id",
        };
        var address = new Option<string>("--address")
        {
            Description = "Where the other validators reach the node, as host:port.",
            Required = true,
            HelpName = "host:port",
        };
        var peer = Listen("--peer-listen", "Where the node listens for them, as ip:port. Default: the address.", null);
        var grpc = Listen("--grpc-listen", "Where the node serves clients, as ip:port.", "127.0.0.1:7500");
        var http = Listen("--http-listen", "Where the node serves health and metrics, as ip:port.", "127.0.0.1:7600");
        var command = new Command(
            "new", "Makes a folder for a node that is to become a validator: its key, its configuration, its claim.")
        {
            folder, member, address, peer, grpc, http,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var session = new Session(host, parsed);
            var genesis = session.Genesis;
            var path = host.Resolve(parsed.GetRequiredValue(folder));
            var owner = parsed.GetRequiredValue(member);
            var at = parsed.GetRequiredValue(address);
            if (!genesis.Members.Any(m => m.Id == owner))
            {
                throw new CliException(
                    ExitCodes.Usage,
                    $"--member '{owner}' is not one of {string.Join(", ", genesis.Members.Select(m => m.Id))}");
            }

            if (!ValidatorClaim.IsAddress(at))
                throw new CliException(ExitCodes.Usage, $"--address '{at}' is not host:port");
            if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            {
                throw new CliException(
                    ExitCodes.Usage, $"{path} exists and is not empty; name another folder with --out");
            }

            var known = await KnownPeersAsync(session, cancellation);
            FirstStart.MakeDataFolder(Path.Combine(path, "data"));
            var passphraseFile = parsed.GetValue(GlobalOptions.PassphraseFile) is { } p ? host.Resolve(p) : null;
            var signer = IdentityFile.Create(
                Path.Combine(path, "validator.key"), genesis.Suite, Session.ReadPassphrase(passphraseFile));
            var validator = new Validator(owner, signer.PublicKey, at);
            var claim = ValidatorClaim.Sign(genesis.Channel, validator, signer);
            OutputFile.Write(
                Path.Combine(path, "claim.json"), ValidatorChangeJson.Write(genesis.Channel, validator, claim));
            OutputFile.Write(Path.Combine(path, GenesisName), GenesisJson.Write(genesis));
            File.WriteAllText(
                Path.Combine(path, ConsortiumFolder.NodeConfigName),
                NodeConfig(
                    passphraseFile,
                    parsed.GetValue(peer) ?? at,
                    parsed.GetValue(grpc)!,
                    parsed.GetValue(http)!,
                    known));
            new Result(host, parsed).Say(
                lines =>
                {
                    lines.WriteLine($"A node for {owner} in {path}");
                    lines.WriteLine($"  key    {Convert.ToHexStringLower(signer.PublicKey.Encoded)}");
                    lines.WriteLine($"  claim  {Path.Combine(path, "claim.json")}: hand it to who proposes the change");
                    lines.WriteLine($"Next: ledger up {path}, then: ledger validator add {Path.Combine(path, "claim.json")}");
                },
                json =>
                {
                    json.WriteString("folder", path);
                    json.WriteString("member", owner);
                    json.WriteString("address", at);
                    json.WriteString("key", Convert.ToHexStringLower(signer.PublicKey.Encoded));
                    json.WriteString("claim", Path.Combine(path, "claim.json"));
                });
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string NodeConfig(
        string? passphraseFile, string peer, string grpc, string http, IReadOnlyList<string> known) =>
        Result.ToJson(node =>
    {
        node.WriteString("role", "candidate");
        node.WriteString("genesis", GenesisName);
        node.WriteString("key", "validator.key");
        if (passphraseFile is not null) node.WriteString("key_passphrase_file", passphraseFile);
        node.WriteString("data", "data");
        node.WriteString("peer_listen", peer);
        if (known.Count > 0)
        {
            node.WriteStartArray("known_peers");
            foreach (var text in known) node.WriteStringValue(text);
            node.WriteEndArray();
        }

        node.WriteString("grpc_listen", grpc);
        node.WriteString("http_listen", http);
        node.WriteString("log_level", "Information");
    });

    // A newcomer knows the validators of genesis. Where they have changed since, it is told the present ones, followed from
    // genesis; a node must be asked for them.
    private static async Task<IReadOnlyList<string>> KnownPeersAsync(Session session, CancellationToken cancellation)
    {
        if (!session.HasEndpoints) return [];
        using var client = session.Connect();
        try
        {
            var present = await client.GetValidatorsAsync(cancellation);
            return present.Epoch.Value == 0
                ? []
                : [.. present.Validators.Select(v => $"{Convert.ToHexStringLower(v.Key.Encoded)}@{v.Address}")];
        }
        catch (LedgerUnavailableException)
        {
            // Without a node, genesis has to do.
            return [];
        }
    }

    private static Option<string?> Listen(string name, string description, string? fallback) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
        HelpName = "ip:port",
    };
}
