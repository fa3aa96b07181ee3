using System.Globalization;
using System.Numerics;
using System.Text;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Core.Contracts;
using Ledger.Testing.Consensus;
using static Ledger.Contracts.Tests.Runtime.Support.ContractChain;

namespace Ledger.Contracts.Tests.Runtime;

[Collection(SharedEngineTests.Name)]
public sealed class AccountTests(ContractThread thread)
{
    private static readonly string[] Accounts =
        ["member/alice", "member/bob", "member/bank", "contract/mint", "contract/shop"];

    [Fact]
    public void Money_is_conserved_over_random_histories()
    {
        using var chain = Chain();
        var random = new SplitMix64(9);
        var codes = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 150; i++)
        {
            var by = random.Chance(500) ? "alice" : "bob";
            var spend = random.Chance(500) ? "" : (1 + random.Below(300)).ToString(CultureInfo.InvariantCulture);
            var contract = random.Chance(600) ? "mint" : "shop";
            var steps = string.Join(',', Enumerable.Range(0, 1 + random.Below(3)).Select(_ => Step(random, by)));
            var before = chain.State();

            var outcome = chain.Call(by, contract, "run", $"[{steps}]", spend);

            codes.Add(outcome.Code);
            var after = chain.State();
            if (outcome.Status != ContractStatus.Returned) Assert.Equal(before, after);
            CheckConserved(chain);
        }

        // The histories get to everything that can happen.
        Assert.Equal(["", "INSUFFICIENT_FUNDS", "NOT_ALLOWED", "SPEND_EXCEEDED"], codes);
        Assert.Contains(chain.Ledger.State, w => w.Space == "accounts");
    }

    [Fact]
    public void A_contract_takes_of_the_sender_only_what_the_transaction_allows()
    {
        using var chain = Chain();
        Value(Run(chain, "mint", """{"do":"issue","to":"member/alice","currency":"CNY","amount":"100"}"""));
        var take = """{"do":"transfer","from":"member/alice","to":"contract/shop","currency":"CNY","amount":"30"}""";

        Assert.Equal("SPEND_EXCEEDED", Run(chain, "shop", take).Code);
        Assert.Equal("SPEND_EXCEEDED", Run(chain, "shop", take, spend: "29").Code);
        Assert.Equal("SPEND_EXCEEDED", Run(chain, "shop", take + "," + take, spend: "59").Code);
        Assert.Equal("NOT_ALLOWED", Run(chain, "shop", take, by: "bob", spend: "30").Code);
        Value(Run(chain, "shop", take + "," + take, spend: "60"));

        Assert.Equal("""["40","60"]""", Value(Run(chain, "shop", """
            {"do":"balance","account":"member/alice","currency":"CNY"},
            {"do":"balance","account":"contract/shop","currency":"CNY"}
            """)));
    }

    [Fact]
    public void What_a_caught_call_took_counts_as_not_taken()
    {
        using var chain = Chain();
        Value(Run(chain, "mint", """{"do":"issue","to":"member/alice","currency":"CNY","amount":"100"}"""));
        var take = """{"do":"transfer","from":"member/alice","to":"contract/shop","currency":"CNY","amount":"30"}""";

        var outcome = Run(
            chain, "shop",
            $$"""{"do":"tryCall","contract":"mint","steps":[{{take}},{"do":"fail","code":"NO"}]},{{take}}""", spend: "30");

        Assert.Equal("""["NO",null]""", Value(outcome));
    }

    [Fact]
    public void Only_a_contract_whose_owner_is_the_treasury_makes_and_destroys_money()
    {
        using var chain = Chain();

        Assert.Equal("NOT_ALLOWED",
            Run(chain, "shop", """{"do":"issue","to":"member/bob","currency":"CNY","amount":"1"}""", by: "bank").Code);
        Assert.Equal("NOT_ALLOWED", Run(chain, "shop", """{"do":"burn","currency":"CNY","amount":"1"}""", by: "bank").Code);
        Value(Run(chain, "mint", """{"do":"issue","to":"contract/mint","currency":"CNY","amount":"10"}"""));
        Value(Run(chain, "mint", """{"do":"burn","currency":"CNY","amount":"4"}"""));
        Assert.Equal("6", Raw(chain, "supply/CNY"));
        // The owner's role is looked up when money is made, not when the contract was deployed.
        chain.Add("bank", "operator");
        Assert.Equal("NOT_ALLOWED", Run(chain, "mint", """{"do":"burn","currency":"CNY","amount":"1"}""").Code);
    }

    [Fact]
    public void Amounts_currencies_and_accounts_of_another_form_are_refused()
    {
        using var chain = Chain();
        var nines = new string('9', 38);

        void Expect(string code, string step) => Assert.Equal(code, Run(chain, "mint", step).Code);
        Expect("INVALID_AMOUNT", """{"do":"issue","to":"member/bob","currency":"CNY","amount":"-1"}""");
        Expect("INVALID_AMOUNT", """{"do":"issue","to":"member/bob","currency":"CNY","amount":"01"}""");
        Expect("INVALID_AMOUNT", """{"do":"issue","to":"member/bob","currency":"CNY","amount":1}""");
        Expect("INVALID_AMOUNT", $$"""{"do":"issue","to":"member/bob","currency":"CNY","amount":"{{nines}}9"}""");
        Expect("INVALID_ARGUMENT", """{"do":"issue","to":"member/bob","currency":"cny","amount":"1"}""");
        Expect("NO_SUCH_ACCOUNT", """{"do":"issue","to":"member/nobody","currency":"CNY","amount":"1"}""");
        Expect("NO_SUCH_ACCOUNT", """{"do":"issue","to":"contract/nobody","currency":"CNY","amount":"1"}""");
        Expect("NO_SUCH_ACCOUNT", """{"do":"issue","to":"supply","currency":"CNY","amount":"1"}""");
        Expect("INVALID_ARGUMENT", """{"do":"balance","account":"supply/CNY","currency":"CNY"}""");
        Value(Run(chain, "mint", $$"""{"do":"issue","to":"member/bob","currency":"CNY","amount":"{{nines}}"}"""));
        Expect("BALANCE_TOO_LARGE", """{"do":"issue","to":"member/alice","currency":"CNY","amount":"1"}""");
        Value(Run(chain, "mint", """{"do":"transfer","to":"member/bob","currency":"CNY","amount":"0"}"""));
        Value(chain.Manage(ContractAction.Retire, "shop"));
        Expect("NO_SUCH_ACCOUNT", """{"do":"transfer","to":"contract/shop","currency":"CNY","amount":"0"}""");
    }

    private ContractChain Chain()
    {
        var chain = new ContractChain(thread);
        Value(chain.Deploy("mint", Sources.Program, by: "bank"));
        Value(chain.Deploy("shop", Sources.Program));
        return chain;
    }

    private static ContractOutcome Run(
        ContractChain chain, string contract, string steps, string by = "alice", string spend = "") =>
        chain.Call(by, contract, "run", $"[{steps}]", spend);

    private static string Step(SplitMix64 random, string by)
    {
        var amount = 1 + random.Below(200);
        var to = Accounts[random.Below(Accounts.Length)];
        return random.Below(6) switch
        {
            0 or 1 => $$"""{"do":"issue","to":"{{to}}","currency":"CNY","amount":"{{amount}}"}""",
            2 => $$"""{"do":"burn","currency":"CNY","amount":"{{amount}}"}""",
            3 => $$"""{"do":"transfer","from":"member/{{by}}","to":"{{to}}","currency":"CNY","amount":"{{amount}}"}""",
            4 => """{"do":"tryCall","contract":"shop","steps":["""
                + $$"""{"do":"transfer","to":"{{to}}","currency":"CNY","amount":"{{amount}}"}]}""",
            _ => $$"""{"do":"transfer","to":"{{to}}","currency":"CNY","amount":"{{amount}}"}""",
        };
    }

    // The sum over all accounts is the supply, which issue and burn alone change.
    private static void CheckConserved(ContractChain chain)
    {
        var sum = BigInteger.Zero;
        foreach (var row in chain.Ledger.State.Where(w => w.Space == "accounts"))
        {
            var key = Encoding.UTF8.GetString(row.Key.Span);
            var value = BigInteger.Parse(Encoding.UTF8.GetString(row.Value!.Value.Span), CultureInfo.InvariantCulture);
            Assert.True(value > 0, key);
            sum += key.StartsWith("supply/", StringComparison.Ordinal) ? -value : value;
        }

        Assert.Equal(BigInteger.Zero, sum);
    }

    private static string? Raw(ContractChain chain, string key) =>
        chain.Ledger.Read("accounts", Encoding.UTF8.GetBytes(key)) is { } value
            ? Encoding.UTF8.GetString(value.Span)
            : null;
}
