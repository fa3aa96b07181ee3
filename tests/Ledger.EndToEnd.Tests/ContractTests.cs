using System.Text.Json;
using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests;

/// <summary>Contracts by the <c>ledger</c> command alone, over a crash, on real processes.</summary>
public sealed class ContractTests
{
    private const string Shop = """
        export function init(ctx, args) {
          ctx.state.put("stock", args.stock);
        }
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
        {
          "functions": { "init": {}, "sell": {} },
          "queries": { "stock": {} },
          "events": { "sold": { "type": "object" } }
        }
        """;

    [Fact]
    public Task A_contract_is_deployed_called_and_proven_and_outlives_kill_9() => Consortium.RunAsync(async consortium =>
    {
        var folder = consortium.Folder;
        await File.WriteAllTextAsync(Path.Combine(folder, "shop.js"), Shop);
        await File.WriteAllTextAsync(Path.Combine(folder, "shop.schema.json"), Schema);

        async Task<JsonElement> RunAsync(params string[] arguments) =>
            (await Programs.RunToolAsync(folder, [.. arguments, "--json", "--profile", folder])).Ended(0).Json;

        await RunAsync(
            "contract", "deploy", "shop", "--source", "shop.js", "--schema", "shop.schema.json",
            "--args", """{"stock":10}""");
        var sold = await RunAsync("contract", "call", "shop", "sell", """{"count":3}""");
        Assert.Equal(7, sold.GetProperty("value").GetProperty("stock").GetInt32());
        var refused = await Programs.RunToolAsync(
            folder, "contract", "call", "shop", "sell", """{"count":8}""", "--profile", folder);
        refused.Ended(20);

        consortium.Nodes[0].Kill();
        await RunAsync("contract", "call", "shop", "sell", """{"count":2}""");
        consortium.Nodes[0].Start();
        await consortium.Nodes[0].IsReadyAsync();
        await consortium.HeadsBecomeEqualAsync();

        var stock = await RunAsync("contract", "query", "shop", "stock");
        Assert.Equal(5, stock.GetProperty("value").GetInt32());
        var shown = await RunAsync("contract", "show", "shop", "--key", "stock", "--proof");
        Assert.Equal(5, shown.GetProperty("value").GetInt32());
        var listed = await RunAsync("contract", "list");
        Assert.Equal("shop", Assert.Single(listed.GetProperty("contracts").EnumerateArray()).GetProperty("name").GetString());
        var happened = await RunAsync("contract", "events", "shop", "--limit", "1");
        Assert.Equal(3, happened.GetProperty("payload").GetProperty("count").GetInt32());

        await RunAsync("receipt", "get", sold.GetProperty("transaction").GetString()!, "--result", "-o", "sold.json");
        await consortium.StopAsync();
        var verified = await RunAsync("verify", "--receipt", "sold.json");
        Assert.True(verified.GetProperty("valid").GetBoolean());
        consortium.DatabasesAreSound();
    });
}
