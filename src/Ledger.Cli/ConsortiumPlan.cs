using System.Globalization;
using System.Net;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Identity;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Node.Hosting;

namespace Ledger.Cli;

/// <summary>A consortium to be made. Immutable.</summary>
internal sealed record ConsortiumPlan
{
    public required string Folder { get; init; }

    public required CryptoSuite Suite { get; init; }

    public required int Validators { get; init; }

    /// <summary>Number of audit nodes; the regulator's, or the last member's where there is none.</summary>
    public int AuditNodes { get; init; }

    /// <summary>Members without a validator: ids that are free, and roles.</summary>
    public IReadOnlyList<(string Id, string[] Roles)> Members { get; init; } = [];

    /// <summary>What contracts may use; null for a channel without contracts.</summary>
    public ContractParameters? Contracts { get; init; }

    /// <summary>The roles that read everything; empty where every member does.</summary>
    public IReadOnlyList<string> Readers { get; init; } = [];

    /// <summary>Whether nodes serve clients over TLS, each with a certificate that its own key vouches for.</summary>
    public bool Tls { get; init; }

    public required string Host { get; init; }

    public required int BasePort { get; init; }

    public required string? PassphraseFile { get; init; }

    public required DateTimeOffset Created { get; init; }

    // The first organisations have parts in the examples; any further ones are plain members.
    private static readonly (string Id, string Name, string[] Roles)[] Known =
    [
        ("data-operator", "Data operator 授权运营方", ["consumer", "operator", "platform", "provider"]),
        ("car-maker", "Car maker 数据提供方", ["developer", "provider"]),
        ("insurer", "Insurer 保险公司", ["consumer", "insurer"]),
        ("regulator", "Regulator 监督管理方", ["auditor", "regulator"]),
    ];

    /// <summary>Whether an id is, or could be, a validator's, or names the first member's identity files.</summary>
    public static bool IsTaken(string id) =>
        Known.Any(k => k.Id == id) || id.StartsWith("member-", StringComparison.Ordinal) || id is "admin" or "client";

    /// <summary>Makes keys and files. Secrets are readable by their owner only.</summary>
    /// <exception cref="CliException">The folder holds something already.</exception>
    public Genesis Write()
    {
        if (File.Exists(Folder) || (Directory.Exists(Folder) && Directory.EnumerateFileSystemEntries(Folder).Any()))
            throw new CliException(
                ExitCodes.Usage, $"{Folder} exists and is not empty; name another folder with --out");
        var passphrase = Session.ReadPassphrase(PassphraseFile);
        if (passphrase is "") throw new CliException(ExitCodes.Input, $"the first line of {PassphraseFile} is empty");
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Path.Combine(Folder, "identities"));
        var validators = new List<Validator>();
        var members = new List<Member>();
        for (var i = 0; i < Validators; i++)
        {
            var (id, name, roles) = i < Known.Length
                ? Known[i]
                : (Id: $"member-{i + 1}", Name: $"Member {i + 1}", Roles: ["consumer", "developer", "provider"]);
            FirstStart.MakeDataFolder(Path.Combine(Folder, "nodes", Number(i), "data"));
            var key = IdentityFile.Create(Path.Combine(Folder, "nodes", Number(i), "validator.key"), Suite, passphrase);
            validators.Add(new Validator(id, key.PublicKey, Address(0, i)));
            members.Add(new Member { Id = id, Name = name, Roles = roles, Keys = ClientKeys(id, i, passphrase) });
        }

        foreach (var (id, roles) in Members)
            members.Add(new Member { Id = id, Name = id, Roles = roles, Keys = ClientKeys(id, members.Count, passphrase) });

        var observers = MakeAuditNodes(members, passphrase);
        var genesis = new Genesis(
            "Demonstration consortium",
            "main",
            Suite,
            new Timestamp((ulong)Created.ToUnixTimeMilliseconds()),
            new ChannelParameters
            {
                Contracts = Contracts,
                Reading = Readers.Count == 0 ? null : new ReadingParameters { Roles = Readers },
            },
            new ValidatorSet(new Epoch(0), validators),
            [.. members.OrderBy(m => m.Id, StringComparer.Ordinal)],
            observers);
        OutputFile.Write(Path.Combine(Folder, ConsortiumFolder.GenesisName), GenesisJson.Write(genesis));
        for (var i = 0; i < Validators; i++) WriteNode(i, "validator", "validator.key");
        for (var i = 0; i < AuditNodes; i++) WriteNode(Validators + i, "audit", "audit.key");
        ProfileFile.Write(
            Path.Combine(Folder, ProfileFile.Name),
            Enumerable.Range(0, Validators).Select(i => $"{Scheme}://{Address(100, i)}"),
            "identities/client.key",
            ConsortiumFolder.GenesisName,
            PassphraseFile,
            Tls
                ? validators.Select((v, i) => (Address: $"{Scheme}://{Address(100, i)}", v.Key))
                    .ToDictionary(p => p.Address, p => Convert.ToHexStringLower(p.Key.Encoded))
                : null);
        File.WriteAllText(Path.Combine(Folder, "README.md"), Readme(genesis));
        return genesis;
    }

    // Every member has an administrator's and a client's key. The operator's are named after what they are, the others'
    // after their member.
    private List<MemberKey> ClientKeys(string member, int index, string? passphrase)
    {
        var keys = new List<MemberKey>();
        foreach (var label in (string[])[ValidatorChangeRules.AdministratorLabel, "client"])
        {
            var name = index == 0 ? label : label == "client" ? member : $"{member}.{label}";
            var file = Path.Combine(Folder, "identities", $"{name}.key");
            keys.Add(new MemberKey(IdentityFile.Create(file, Suite, passphrase).PublicKey, label));
        }

        return keys;
    }

    private List<Observer> MakeAuditNodes(List<Member> members, string? passphrase)
    {
        var observers = new List<Observer>();
        var auditor = members.Find(m => m.Roles.Contains("auditor")) ?? members[^1];
        for (var i = Validators; i < Validators + AuditNodes; i++)
        {
            Directory.CreateDirectory(Path.Combine(Folder, "nodes", Number(i), "data"));
            var key = IdentityFile.Create(Path.Combine(Folder, "nodes", Number(i), "audit.key"), Suite, passphrase);
            observers.Add(new Observer(auditor.Id, key.PublicKey, Address(0, i)));
        }

        return observers;
    }

    private void WriteNode(int index, string role, string key)
    {
        var json = Result.ToJson(node =>
        {
            node.WriteString("role", role);
            node.WriteString("genesis", "../../" + ConsortiumFolder.GenesisName);
            node.WriteString("key", key);
            if (PassphraseFile is not null) node.WriteString("key_passphrase_file", PassphraseFile);
            node.WriteString("data", "data");
            node.WriteString("peer_listen", Address(0, index));
            node.WriteString("grpc_listen", Address(100, index));
            node.WriteString("http_listen", Address(200, index));
            if (Tls)
            {
                node.WriteStartObject("tls");
                node.WriteEndObject();
            }

            node.WriteStartArray("audiences");
            foreach (var host in Hosts)
            {
                node.WriteStringValue($"{Scheme}://{host}:{Number(BasePort + 100 + index)}");
                node.WriteStringValue($"{Scheme}://{host}:{Number(BasePort + 200 + index)}");
            }

            node.WriteEndArray();
            node.WriteString("metrics", "open");
            node.WriteString("log_level", "Information");
        });
        File.WriteAllText(Path.Combine(Folder, "nodes", Number(index), ConsortiumFolder.NodeConfigName), json);
    }

    private string Scheme => Tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;

    // What clients call the nodes: across machines, their operators write down the names that the others use.
    private IEnumerable<string> Hosts
    {
        get
        {
            var address = IPAddress.Parse(Host);
            var everywhere = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
            string[] hosts = everywhere || IPAddress.IsLoopback(address) ? [Host, "127.0.0.1", "localhost"] : [Host];
            return hosts.Distinct(StringComparer.Ordinal);
        }
    }

    private string Address(int offset, int index) => $"{Host}:{Number(BasePort + offset + index)}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Readme(Genesis genesis) => $"""
        # {genesis.Consortium}, channel {genesis.ChannelName}

        Made by `ledger init`. The channel id is `{genesis.Channel}`.

        | path | what it is | secret |
        |---|---|---|
        | `genesis.json` | starts the channel; whoever has it can verify every receipt. Hand it to everybody. | no |
        | `nodes/N/node.json` | configuration of node N | no |
        | `nodes/N/validator.key` | the key with which node N votes; belongs on that node's machine only | yes |
        | `nodes/N/audit.key` | where node N is an audit node: its identity on the network; it votes on nothing | yes |
        | `nodes/N/data` | the node's databases | no |
        | `identities/admin.key`, `identities/client.key` | keys with which member `data-operator` signs | yes |
        | `identities/MEMBER.admin.key`, `identities/MEMBER.key` | likewise for each other member | yes |
        | `ledger.profile.json` | what `ledger` reads, so that addresses and files are typed once | no |

        Start all nodes on this machine with `ledger up`, see them with `ledger status`, stop them with `ledger down`;
        each takes this folder.

        """;
}
