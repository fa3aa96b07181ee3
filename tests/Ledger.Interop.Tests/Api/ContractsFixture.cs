using Ledger.Client;
using Ledger.Client.Credentials;
using Ledger.Contracts.Runtime;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Interop.Tests.Grpc;

namespace Ledger.Interop.Tests.Api;

/// <summary>
/// One real node with a contract that our client deployed and called, and what two foreign clients saw of it at the same
/// time: @grpc/grpc-js, and grpcio with proofs of its own.
/// </summary>
public sealed class ContractsFixture : IAsyncLifetime
{
    private const string Shop = """
        export function init(ctx, args) { ctx.state.put("stock", args.stock); }
        export function sell(ctx, args) {
          const stock = ctx.state.get("stock") - args.count;
          if (stock < 0) ctx.fail("SOLD_OUT", "there are fewer than that");
          ctx.state.put("stock", stock);
          ctx.emit("sold", { count: args.count });
          return { stock };
        }
        export const queries = { stock: (ctx) => ctx.state.get("stock") };
        """;

    private const string Schema = """
        {"functions":{"init":{},"sell":{}},"queries":{"stock":{}},"events":{"sold":{"type":"object"}}}
        """;

    internal ForeignResults Python { get; private set; } = null!;

    internal ForeignResults JavaScript { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await using var node = await NodeProcess.StartAsync(new ContractParameters { Engine = KnownEngines.Newest });
        using var client = new LedgerClient(new LedgerClientOptions
        {
            Endpoints = [node.Grpc],
            Genesis = node.Genesis,
            Identity = node.Client,
        });
        await client.DeployAsync("shop", Shop, Schema, """{"stock":10}""");
        var calls = new List<Hash256>();
        foreach (var count in new[] { 1, 2, 3 })
        {
            var sold = await client.CallAsync("shop", "sell", $$"""{"count":{{count}}}""");
            calls.Add(sold.Transaction.Transaction.Id);
        }

        var ids = string.Join(',', calls);
        var proto = Path.Combine(ForeignProcess.Root, "src", "Ledger.Core", "Protos", "ledger", "v1");
        var token = await new MemberCredentials(node.Client, node.Genesis)
            .GetTokenAsync(CallerAudience.Of(node.Grpc), default);
        await using var python = await ForeignProcess.StartPythonAsync(
            "contract_cases.py", node.Grpc.Authority, node.Folder, ids);
        await using var script = ForeignProcess.StartNode(
            "contracts.mjs", node.Grpc.Authority, Path.Combine(proto, "ledger.proto"), Path.Combine(proto, "audit.proto"),
            token, ids);
        var both = await Task.WhenAll(python.AllAsync(), script.AllAsync());
        (Python, JavaScript) = (new ForeignResults(both[0]), new ForeignResults(both[1]));
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
