using System.CommandLine;
using Ledger.Cli.Doctor;
using Ledger.Cli.Nodes;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Identity;
using Ledger.Contracts.Engine;
using Ledger.Core.Membership;

namespace Ledger.Cli.Commands;

/// <summary><c>ledger doctor</c>: looks at everything that operators get wrong, and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create(CliHost host)
    {
        var folder = new Argument<string?>("dir")
        {
            Description = "Folder that 'ledger init' made. Left out: what command line and profile name.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var offline = new Option<bool>("--offline") { Description = "Asks no node: before the first start." };
        var all = new Option<bool>("--all", "-a") { Description = "Also lists what is as it should be." };
        var command = new Command(
            "doctor",
            "Checks machine, disk, ports, keys, genesis, certificates, clocks, peers, versions; says what to do.")
        {
            folder, offline, all,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var findings = await ExamineAsync(
                host, parsed, parsed.GetValue(folder), parsed.GetValue(offline), cancellation);
            Say(host, parsed, findings, parsed.GetValue(all));
            return findings.Any(f => f.Severity == Severity.Fail) ? ExitCodes.DoctorFindings : ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<List<Finding>> ExamineAsync(
        CliHost host, ParseResult parsed, string? folder, bool offline, CancellationToken cancellation)
    {
        var session = new Session(host, parsed);
        List<Finding> findings = [.. MachineChecks.Machine()];
        List<NodeFolder> nodes = folder is null ? [] : ReadNodes(host.Resolve(folder), findings);
        var genesis = ReadGenesis(host, session, folder, findings);
        if (genesis is not null) findings.AddRange(MachineChecks.Engine(genesis, () => PrecompiledEngine.Problem));
        foreach (var node in nodes) findings.AddRange(FolderChecks.Node(node, genesis));
        if (folder is null) findings.AddRange(Identity(session, genesis));
        if (offline) return findings;
        if (folder is null && !session.HasEndpoints)
        {
            findings.Add(Finding.Warn(
                "node", "nobody said where nodes are", "give a folder, --endpoint URL, or a profile; or --offline"));
            return findings;
        }

        if (folder is not null && nodes.Count == 0) return findings;
        NodesToAsk asked;
        try
        {
            asked = NodesToAsk.Of(host, parsed, folder, nodes);
        }
        catch (Exception e) when (e is CliException or IdentityFileException)
        {
            findings.Add(Finding.Warn("node", $"no node was asked: {e.Message}", "nodes answer members only"));
            return findings;
        }

        findings.AddRange(NodeChecks.Check(await NodeAnswer.AskAllAsync(host, asked, cancellation), genesis));
        findings.AddRange(await CertificateChecks.CheckAsync(asked.Endpoints, host.Time.GetUtcNow(), cancellation));
        return findings;
    }

    // A node whose configuration cannot be read is a finding like any other, and the others are looked at all the same.
    private static List<NodeFolder> ReadNodes(string folder, List<Finding> findings)
    {
        var nodes = new List<NodeFolder>();
        foreach (var (index, path) in ConsortiumFolder.Find(folder))
        {
            try
            {
                nodes.Add(ConsortiumFolder.Read(path, index));
            }
            catch (CliException e)
            {
                findings.Add(Finding.Fail(
                    "config", $"node {index}: {e.Message}",
                    $"correct {Path.Combine(path, ConsortiumFolder.NodeConfigName)}: another node's, with this one's ports, "
                        + "is a pattern"));
            }
        }

        return nodes;
    }

    private static Genesis? ReadGenesis(CliHost host, Session session, string? folder, List<Finding> findings)
    {
        try
        {
            var genesis = folder is null
                ? session.Genesis
                : Session.ReadGenesis(Path.Combine(host.Resolve(folder), ConsortiumFolder.GenesisName));
            findings.Add(Finding.Ok(
                "genesis", $"channel '{genesis.ChannelName}' of {genesis.Consortium}, {genesis.Channel}"));
            return genesis;
        }
        catch (CliException e)
        {
            findings.Add(
                Finding.Fail("genesis", e.Message, "get genesis.json from a member, and compare the channel id"));
            return null;
        }
    }

    private static IEnumerable<Finding> Identity(Session session, Genesis? genesis)
    {
        if (session.IdentityPath is not { } path) yield break;
        yield return FolderChecks.KeyFile("your identity", path, session.Passphrase(), key =>
            genesis is null || genesis.FindKey(key.Id) is not null
                ? null
                : Finding.Fail(
                    "keys", "your identity: it belongs to no member of the channel, so nothing that it signs is taken",
                    "use the key of a member with --identity"));
    }

    private static void Say(CliHost host, ParseResult parsed, List<Finding> findings, bool all)
    {
        var paint = Paint.Of(host);
        var fails = findings.Count(f => f.Severity == Severity.Fail);
        var warns = findings.Count(f => f.Severity == Severity.Warn);
        new Result(host, parsed).Say(
            lines =>
            {
                foreach (var finding in findings.Where(f => all || f.Severity != Severity.Ok))
                {
                    lines.WriteLine($"{Mark(finding.Severity, paint)} {finding.Check,-11} {finding.What}");
                    if (finding.Advice is { } advice) lines.WriteLine($"       {paint.Strong("do:")} {advice}");
                }

                lines.WriteLine($"{findings.Count - fails - warns} checks are well, {warns} warn, {fails} fail");
            },
            json =>
            {
                json.WriteNumber("failed", fails);
                json.WriteNumber("warned", warns);
                json.WriteStartArray("findings");
                foreach (var finding in findings)
                {
                    json.WriteStartObject();
                    json.WriteString("check", finding.Check);
                    json.WriteString("severity", Name(finding.Severity));
                    json.WriteString("what", finding.What);
                    if (finding.Advice is { } advice) json.WriteString("advice", advice);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
    }

    private static string Mark(Severity severity, Paint paint) => severity switch
    {
        Severity.Ok => paint.Good("ok    "),
        Severity.Warn => paint.Warn("WARN  "),
        _ => paint.Bad("FAIL  "),
    };

    private static string Name(Severity severity) => severity switch
    {
        Severity.Ok => "ok",
        Severity.Warn => "warn",
        _ => "fail",
    };
}
