using System.CommandLine;
using System.Text;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands.Audit;

/// <summary>
/// <c>ledger audit header</c>: a block's header and certificate as one node serves them, unverified, to be compared.
/// </summary>
internal static class HeaderCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static Command Create(CliHost host)
    {
        var height = new Argument<ulong>("height") { Description = "Height of the block." };
        var output = new Option<string?>("--out", "-o")
        {
            Description = "File to write. Left out: the header goes to the standard output.",
            HelpName = "file",
        };
        var command = new Command(
            "header",
            "Fetches a certified header from the first endpoint, as it serves it, for 'audit forensics'.")
        {
            height, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var session = new Session(host, parsed);
            using var node = new GrpcNodeApi(session.Endpoints[0], session.Connection);
            HeaderProof proof;
            try
            {
                proof = await FetchAsync(node, parsed.GetRequiredValue(height), cancellation);
            }
            catch (RpcException fault)
            {
                throw CliException.Of(node.Name, fault);
            }

            var file = proof.WriteJson();
            if (parsed.GetValue(output) is { } target)
            {
                OutputFile.Write(host.Resolve(target), file);
                new Result(host, parsed).Say(
                    lines => lines.WriteLine(
                        $"header {parsed.GetRequiredValue(height)} of {node.Name} in {target}; nothing was verified"),
                    json =>
                    {
                        json.WriteNumber("height", parsed.GetRequiredValue(height));
                        json.WriteString("file", target);
                    });
            }
            else
            {
                host.Out.Write(Encoding.UTF8.GetString(file));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    // The way to the header's epoch comes from the same node: what does not hold shows in the comparison.
    private static async Task<HeaderProof> FetchAsync(GrpcNodeApi node, ulong height, CancellationToken cancellation)
    {
        var block = await node.GetBlockAsync(new GetBlockRequest { Height = height }, Timeout, cancellation);
        var epoch = BlockHeader.TryDecode(block.Header.Span, out var header, out _) ? header.Epoch.Value : 0;
        var changes = new List<EpochChange>();
        while ((ulong)changes.Count < Math.Min(epoch, Receipt.MaxEpochChanges))
        {
            var request = new GetEpochChangesRequest { FromEpoch = (ulong)changes.Count };
            var page = await node.GetEpochChangesAsync(request, Timeout, cancellation);
            var before = changes.Count;
            foreach (var encoded in page.EpochChanges)
            {
                if ((ulong)changes.Count < epoch && EpochChange.TryDecode(encoded.Span, out var change, out _))
                    changes.Add(change);
            }

            if (changes.Count == before) break;
        }

        return new HeaderProof(block.Header.Memory, block.Certificate.Memory, changes);
    }
}
