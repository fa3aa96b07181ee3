using System.CommandLine;
using System.Text;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
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
            "Fetches a certified header of epoch 0 from the first endpoint, as it serves it, for 'audit forensics'.")
        {
            height, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var node = new GrpcNodeApi(new Session(host, parsed).Endpoints[0]);
            Block block;
            try
            {
                block = await node.GetBlockAsync(
                    new GetBlockRequest { Height = parsed.GetRequiredValue(height) }, Timeout, cancellation);
            }
            catch (RpcException fault)
            {
                throw new CliException(ExitCodes.Unavailable, $"{node.Name}: {fault.Message}", fault);
            }

            var file = new HeaderProof(block.Header.Memory, block.Certificate.Memory, []).WriteJson();
            if (parsed.GetValue(output) is { } target)
            {
                OutputFile.Write(host.Resolve(target), file);
                new Result(host, parsed).Say(
                    lines => lines.WriteLine($"header {block.Height} of {node.Name} in {target}; nothing was verified"),
                    json =>
                    {
                        json.WriteNumber("height", block.Height);
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
}
