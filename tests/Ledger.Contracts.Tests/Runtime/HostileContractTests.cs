using System.Globalization;
using System.Numerics;
using System.Text;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using static Ledger.Contracts.Tests.Runtime.Support.ContractChain;

namespace Ledger.Contracts.Tests.Runtime;

/// <summary>Contracts that try to break the ledger under them: every node would meet the same and stop at the same.</summary>
[Collection(SharedEngineTests.Name)]
public sealed class HostileContractTests(ContractThread thread)
{
    // Writes keys until so many of its writes are left, asks for one thing more, and goes on whatever came of it.
    private const string Filling = """
        const attempts = {
          issue: (ctx) => ctx.accounts.issue({ to: "member/alice", currency: "CNY", amount: 5n }),
          burn: (ctx) => ctx.accounts.burn({ currency: "CNY", amount: 5n }),
          transfer: (ctx) => ctx.accounts.transfer({ to: "member/bob", currency: "CNY", amount: 5n }),
          schedule: (ctx) => ctx.schedule.at(ctx.time + 1000, "later", {}),
          cancel: (ctx) => ctx.schedule.cancel(ctx.state.get("id")),
        };
        export function later(ctx) { ctx.state.put("ran", true); }
        export function fund(ctx) { ctx.accounts.issue({ to: "contract/filling", currency: "CNY", amount: 100n }); }
        export function plan(ctx) { ctx.state.put("id", ctx.schedule.at(ctx.time + 5000, "later", {})); }
        export function fill(ctx, args) {
          for (let i = args.left; i < 256; i++) ctx.state.put("k" + i, i);
          try {
            attempts[args.attempt](ctx);
            return "done";
          } catch (error) {
            return error.code;
          }
        }
        """;

    private const ulong Gas = 400_000_000;

    [Theory]
    [InlineData("issue", 1, "TOO_MANY_WRITES")]
    [InlineData("issue", 2, "done")]
    [InlineData("burn", 1, "TOO_MANY_WRITES")]
    [InlineData("burn", 2, "done")]
    [InlineData("transfer", 1, "TOO_MANY_WRITES")]
    [InlineData("transfer", 2, "done")]
    public void Money_is_conserved_where_the_writes_of_a_transaction_run_out(string attempt, int left, string expected)
    {
        using var chain = Chain();
        Value(chain.Call("bank", "filling", "fund"));

        Assert.Equal($"\"{expected}\"", Value(Fill(chain, attempt, left)));

        Assert.Equal(BigInteger.Zero, SupplyLessBalances(chain));
    }

    [Theory]
    [InlineData(1, "TOO_MANY_WRITES", false)]
    [InlineData(2, "TOO_MANY_WRITES", false)]
    [InlineData(3, "done", true)]
    public void A_call_that_found_no_room_is_not_on_the_schedule(int left, string expected, bool isDue)
    {
        using var chain = Chain();

        Assert.Equal($"\"{expected}\"", Value(Fill(chain, "schedule", left)));

        chain.Ledger.Time = new Timestamp(chain.Ledger.Time.UnixMilliseconds + 10_000);
        Assert.Equal(isDue, chain.Due() is not null);
        Assert.Null(chain.Due());
    }

    [Fact]
    public void A_call_that_could_not_be_taken_off_the_schedule_is_still_due()
    {
        using var chain = Chain();
        Value(chain.Call("alice", "filling", "plan"));

        Assert.Equal("\"TOO_MANY_WRITES\"", Value(Fill(chain, "cancel", 1)));

        chain.Ledger.Time = new Timestamp(chain.Ledger.Time.UnixMilliseconds + 10_000);
        Assert.NotNull(chain.Due());
        Assert.Equal("true", chain.StateOf("filling", "ran"));
    }

    [Theory]
    [InlineData("throw 'x'.repeat(1023) + '\\u{1f600}';")]
    [InlineData("throw new Error('x'.repeat(1023) + '\\u{1f600}');")]
    [InlineData("throw '\\ud800';")]
    [InlineData("throw { name: 'x'.repeat(127) + '\\u{1f600}', code: '\\udc00', message: '\\ud800' };")]
    [InlineData("throw Symbol('x'.repeat(1016) + '\\u{1f600}');")]
    [InlineData("throw { toString() { throw 1; }, get name() { throw 2; }, get message() { return 3; } };")]
    [InlineData("throw new Proxy({}, { get() { throw null; }, has() { throw null; } });")]
    [InlineData("throw undefined;")]
    [InlineData("Promise.reject('\\ud800'); throw [[[[]]]];")]
    public void Whatever_a_contract_throws_is_an_outcome(string statement)
    {
        using var chain = new ContractChain(thread);
        Value(chain.Deploy("thrower", "export function go() {\n" + statement + "\n}"));

        var outcome = chain.Call("alice", "thrower", "go");

        Assert.Equal(ContractStatus.Failed, outcome.Status);
    }

    [Theory]
    [InlineData("const a = 1; export { a as '\\ud800' };")]
    [InlineData("const a = 1; export { a as 'x\\udc00y' };")]
    [InlineData("throw '\\ud800';")]
    [InlineData("throw 'x'.repeat(1023) + '\\u{1f600}';")]
    [InlineData("export const schedule = { '\\ud800': { every: 'P1D' } };")]
    [InlineData("export const queries = { '\\ud800': () => 1 };")]
    public void Whatever_a_source_exports_or_throws_is_an_outcome(string source)
    {
        using var chain = new ContractChain(thread);

        var outcome = chain.Deploy("odd", source, """{"functions":{},"queries":{"q":{}}}""");

        Assert.NotEqual(ContractStatus.Returned, outcome.Status);
    }

    private ContractChain Chain()
    {
        var chain = new ContractChain(
            thread, new ContractRuntimeOptions { MaxWrites = ContractRuntimeOptions.WritesFloor });
        Value(chain.Deploy("filling", Filling, by: "bank"));
        return chain;
    }

    private static ContractOutcome Fill(ContractChain chain, string attempt, int left) => chain.Call(
        "alice", "filling", "fill",
        string.Create(CultureInfo.InvariantCulture, $$"""{"attempt":"{{attempt}}","left":{{left}}}"""), gas: Gas);

    private static BigInteger SupplyLessBalances(ContractChain chain)
    {
        var difference = BigInteger.Zero;
        foreach (var row in chain.Ledger.State.Where(w => w.Space == "accounts"))
        {
            var value = BigInteger.Parse(Encoding.UTF8.GetString(row.Value!.Value.Span), CultureInfo.InvariantCulture);
            var isSupply = Encoding.UTF8.GetString(row.Key.Span).StartsWith("supply/", StringComparison.Ordinal);
            difference += isSupply ? value : -value;
        }

        return difference;
    }
}
