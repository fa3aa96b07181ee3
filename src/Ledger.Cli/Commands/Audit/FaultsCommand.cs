using System.CommandLine;
using System.Globalization;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Transport;
using Ledger.Consensus.Faults;
using Ledger.Core.Accountability;

namespace Ledger.Cli.Commands.Audit;

/// <summary><c>ledger audit faults</c>: collects the proofs of faults that nodes keep, and verifies each.</summary>
internal static class FaultsCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static Command Create(CliHost host)
    {
        var folder = new Option<string?>("--out")
        {
            Description = "Folder to write each proof to, as a file that 'ledger audit verify-fault' reads.",
            HelpName = "dir",
        };
        var command = new Command("faults", "Lists the proven faults of validators that the nodes know of.") { folder };
        command.SetAction(async (parsed, cancellation) =>
        {
            var session = new Session(host, parsed);
            var (proofs, problems) = await CollectAsync(session, cancellation);
            if (parsed.GetValue(folder) is { } target) Write(host.Resolve(target), proofs);
            new Result(host, parsed).Say(
                lines =>
                {
                    foreach (var (proof, content) in proofs) lines.WriteLine(Describe(proof, content));
                    foreach (var problem in problems) lines.WriteLine($"note: {problem}");
                    lines.WriteLine(proofs.Count == 0
                        ? "no node keeps proof of a fault"
                        : $"{proofs.Count} proven faults. Each verifies by itself: ledger audit verify-fault FILE");
                },
                json =>
                {
                    json.WriteStartArray("faults");
                    foreach (var (proof, content) in proofs)
                    {
                        json.WriteStartObject();
                        json.WriteString("member", content.Culprit.Member);
                        json.WriteNumber("validator_index", content.Index.Value);
                        json.WriteNumber("height", content.Height.Value);
                        json.WriteNumber("view", content.View);
                        json.WritePropertyName("proof");
                        FaultProofJson.WriteTo(json, proof);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                    json.WriteStartArray("problems");
                    foreach (var problem in problems) json.WriteStringValue(problem);
                    json.WriteEndArray();
                });
            return problems.Count > 0 ? ExitCodes.NotReady : ExitCodes.Ok;
        });
        return command;
    }

    // Nodes may know of different faults, and several of the same: each proof once.
    private static async Task<(List<(FaultProof Proof, FaultContent Content)> Proofs, List<string> Problems)>
        CollectAsync(Session session, CancellationToken cancellation)
    {
        var (endpoints, genesis, connection) = (session.Endpoints, session.Genesis, session.Connection);
        var found = new SortedDictionary<string, (FaultProof, FaultContent)>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var endpoint in endpoints)
        {
            using var node = new GrpcAuditApi(endpoint, connection);
            try
            {
                await foreach (var encoded in node.ListFaultsAsync(Timeout, cancellation))
                {
                    var verdict = FaultVerifier.Verify(encoded.Span, genesis);
                    if (verdict.IsProven && FaultProof.TryDecode(encoded.Span, out var proof, out _))
                        found[NameOf(proof, verdict.Content)] = (proof, verdict.Content);
                    else
                        problems.Add($"{node.Name} serves as proof what proves nothing: {verdict.Detail}");
                }
            }
            catch (RpcException fault)
            {
                problems.Add($"{node.Name} does not answer: {fault.Message}");
            }
        }

        if (problems.Count >= endpoints.Count && found.Count == 0 && endpoints.Count > 0)
            throw new CliException(ExitCodes.Unavailable, string.Join("; ", problems));
        return ([.. found.Values], problems);
    }

    private static void Write(string folder, List<(FaultProof Proof, FaultContent Content)> proofs)
    {
        foreach (var (proof, content) in proofs)
            OutputFile.Write(Path.Combine(folder, NameOf(proof, content) + ".json"), FaultProofJson.Write(proof));
    }

    /// <summary>The name of a proof's file: of what makes it the only one that a node keeps.</summary>
    internal static string NameOf(FaultProof proof, FaultContent content) => string.Create(
        CultureInfo.InvariantCulture,
        $"fault-epoch{proof.Epoch.Value}-validator{content.Index.Value}-height{content.Height.Value}-view{content.View}-"
        + $"{FaultProofJson.NameOf(proof.Kind).ToLowerInvariant()}");

    private static string Describe(FaultProof proof, FaultContent content) =>
        $"{FaultProofJson.NameOf(proof.Kind)}  validator {content.Index.Value.ToString(CultureInfo.InvariantCulture)} "
        + $"of epoch {proof.Epoch}, '{content.Culprit.Member}', height {content.Height}";
}
