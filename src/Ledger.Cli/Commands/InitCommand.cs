using System.CommandLine;
using System.Net;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Contracts.Runtime;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Membership;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger init</c>: keys, genesis and configuration of a new consortium.</summary>
internal static class InitCommand
{
    private const int MaxValidators = 64;
    private const int MaxAuditNodes = 8;
    private const int MaxFurtherMembers = 32;

    public static Command Create(CliHost host)
    {
        var validators = new Option<int>("--validators")
        {
            Description =
                "Number of validator nodes, 1 to 64. Four tolerate one that fails or lies, seven tolerate two.",
            DefaultValueFactory = _ => 4,
            HelpName = "n",
        };
        var audit = new Option<int>("--audit")
        {
            Description = "Number of audit nodes, 0 to 8: they follow, check everything and do not vote.",
            DefaultValueFactory = _ => 0,
            HelpName = "n",
        };
        var folder = new Option<string>("--out")
        {
            Description = "Folder to create. It must not exist, or be empty.",
            Required = true,
            HelpName = "dir",
        };
        var suite = new Option<string>("--suite")
        {
            Description = $"Cryptographic suite of the channel: {string.Join(", ", CryptoSuites.Names)}.",
            DefaultValueFactory = _ => Secp256k1Suite.SuiteName,
            HelpName = "name",
        };
        var address = new Option<string>("--host")
        {
            Description = "IP address on which the nodes listen.",
            DefaultValueFactory = _ => "127.0.0.1",
            HelpName = "ip",
        };
        var port = new Option<int>("--base-port")
        {
            Description = "Port of the first node for its peers; +100 for clients (gRPC), +200 for health and metrics.",
            DefaultValueFactory = _ => 7400,
            HelpName = "port",
        };
        var readers = new Option<string?>("--readers")
        {
            Description = "Roles whose members read everything, such as regulator; the others then read what concerns "
                + "them. Left out: every member reads everything.",
            HelpName = "roles",
        };
        var member = new Option<string[]>("--member")
        {
            Description = "A member without a validator of its own, as ID=ROLE,ROLE, such as bank=consumer. Give one "
                + "for each.",
            HelpName = "id=roles",
        };
        var tls = new Option<bool>("--tls")
        {
            Description = "Serve clients over TLS, with certificates that the nodes' own keys vouch for.",
        };
        var noContracts = new Option<bool>("--no-contracts")
        {
            Description = "Make a channel without contracts: it takes evidence only, and never anything else.",
        };
        var command = new Command(
            "init", "Makes a new consortium: keys, genesis.json, a folder for each node, identities, a profile.")
        {
            validators, audit, folder, suite, address, port, tls, readers, member, noContracts,
        };
        command.SetAction(parsed =>
        {
            var passphraseFile = parsed.GetValue(GlobalOptions.PassphraseFile);
            var plan = new ConsortiumPlan
            {
                Folder = host.Resolve(parsed.GetRequiredValue(folder)),
                Suite = FindSuite(parsed.GetRequiredValue(suite)),
                Validators = InRange(parsed.GetValue(validators), 1, MaxValidators, "--validators"),
                AuditNodes = InRange(parsed.GetValue(audit), 0, MaxAuditNodes, "--audit"),
                Host = ParseAddress(parsed.GetRequiredValue(address)),
                BasePort = InRange(parsed.GetValue(port), 1024, 65_000, "--base-port"),
                Contracts = parsed.GetValue(noContracts)
                    ? null
                    : new ContractParameters { Engine = KnownEngines.Newest },
                Tls = parsed.GetValue(tls),
                Readers = parsed.GetValue(readers) is { } roles ? ParseRoles("--readers", roles) : [],
                Members = ParseMembers(parsed.GetValue(member) ?? []),
                PassphraseFile = passphraseFile is null ? null : host.Resolve(passphraseFile),
                Created = host.Time.GetUtcNow(),
            };
            var made = plan.Write();
            var faults = made.Validators.Quorum.Faults;
            new Result(host, parsed).Say(
                lines =>
                {
                    lines.WriteLine($"A consortium of {plan.Validators} validators in {plan.Folder}");
                    lines.WriteLine($"  channel   {made.ChannelName}  {made.Channel}");
                    lines.WriteLine($"  suite     {made.Suite.Name}");
                    lines.WriteLine(
                        $"  quorum    {made.Validators.Quorum.Quorum} of {plan.Validators}; {faults} may fail or lie");
                    if (plan.AuditNodes > 0)
                    {
                        lines.WriteLine(
                            $"  audit     {plan.AuditNodes} nodes, run by {made.Observers[0].Member}");
                    }

                    if (plan.Readers.Count > 0)
                        lines.WriteLine($"  readers   of everything: {string.Join(", ", plan.Readers)}");
                    lines.WriteLine($"  members   {string.Join(", ", made.Members.Select(m => m.Id))}");
                    lines.WriteLine($"Next: ledger up {parsed.GetRequiredValue(folder)}");
                },
                json =>
                {
                    json.WriteString("folder", plan.Folder);
                    json.WriteString("channel", made.Channel.ToString());
                    json.WriteString("channel_name", made.ChannelName);
                    json.WriteString("suite", made.Suite.Name);
                    json.WriteNumber("validators", plan.Validators);
                    json.WriteNumber("audit_nodes", plan.AuditNodes);
                    json.WriteNumber("quorum", made.Validators.Quorum.Quorum);
                    json.WriteNumber("faults_tolerated", faults);
                    json.WriteString("genesis", Path.Combine(plan.Folder, ConsortiumFolder.GenesisName));
                    json.WriteString("profile", Path.Combine(plan.Folder, ProfileFile.Name));
                });
            return ExitCodes.Ok;
        });
        return command;
    }

    private static CryptoSuite FindSuite(string name) => CryptoSuites.TryGet(name, out var suite)
        ? suite
        : throw new CliException(
            ExitCodes.Usage, $"there is no suite '{name}'; this version knows {string.Join(", ", CryptoSuites.Names)}");

    private static string[] ParseRoles(string option, string text)
    {
        string[] roles = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct().Order(StringComparer.Ordinal)];
        var known = EvidenceRoles.All.Select(r => r.Code).ToList();
        return roles.All(known.Contains)
            ? roles
            : throw new CliException(
                ExitCodes.Usage, $"{option} takes roles with commas between them: {string.Join(", ", known)}");
    }

    private static List<(string Id, string[] Roles)> ParseMembers(string[] given)
    {
        if (given.Length > MaxFurtherMembers)
            throw new CliException(ExitCodes.Usage, $"--member can be given {MaxFurtherMembers} times at most");
        var members = new List<(string Id, string[] Roles)>();
        foreach (var text in given)
        {
            if (text.Split('=') is not [var id, var roles] || id.Length is 0 or > 32
                || !char.IsAsciiLetterLower(id[0])
                || id.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
            {
                throw new CliException(
                    ExitCodes.Usage,
                    $"--member {text}: write ID=ROLE,ROLE with an id of a-z, 0-9 and '-', such as bank=consumer");
            }

            if (ConsortiumPlan.IsTaken(id) || members.Any(m => m.Id == id))
                throw new CliException(ExitCodes.Usage, $"--member {text}: there is a member '{id}' already");
            members.Add((id, ParseRoles("--member", roles)));
        }

        return members;
    }

    private static string ParseAddress(string text) => IPAddress.TryParse(text, out var address)
        ? address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString()
        : throw new CliException(ExitCodes.Usage, $"--host '{text}' is not an IP address");

    private static int InRange(int value, int least, int most, string option) => value >= least && value <= most
        ? value
        : throw new CliException(ExitCodes.Usage, $"{option} must be {least} to {most}, not {value}");
}
