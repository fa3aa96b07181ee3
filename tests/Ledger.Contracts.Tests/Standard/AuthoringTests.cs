using Ledger.Contracts.Authoring;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Runtime.Script;

namespace Ledger.Contracts.Tests.Standard;

/// <summary>The author's tools: rules, source maps, and tests that run in the engine.</summary>
public class AuthoringTests
{
    [Theory]
    [InlineData("const x = Math.random();", "non-determinism")]
    [InlineData("a.sort((x, y) => x.localeCompare(y));", "non-determinism")]
    [InlineData("await fetch(url);", "non-determinism")]
    [InlineData("const fs = require('fs');", "non-determinism")]
    [InlineData("const fee = amount * 0.015;", "float-near-money")]
    [InlineData("const price = parseFloat(args.price);", "float-near-money")]
    [InlineData("return total + balance.toFixed(2);", "float-near-money")]
    [InlineData("ctx.storage.put(1);", "unknown-ctx")]
    [InlineData("ctx.state.set('a', 1);", "unknown-ctx")]
    [InlineData("const t = `${ctx.now}`;", "unknown-ctx")]
    [InlineData("let count = 0;", "module-variable")]
    public void A_rule_finds_what_it_is_for(string source, string rule)
    {
        var finding = Assert.Single(ContractLinter.Check("c.js", "\n  " + (rule == "module-variable" ? "\n" : "")
            + source));

        Assert.Equal(rule, finding.Rule);
    }

    [Theory]
    [InlineData("// Math.random() is not here")]
    [InlineData("/* fetch(\n setTimeout( */")]
    [InlineData("const text = 'Math.random ctx.nothing 0.5';")]
    [InlineData("const text = `process.exit ${ctx.time} 0.5`;")]
    [InlineData("const pattern = /Math.random|'/; const a = 4 / 2;")]
    [InlineData("ctx.state.get(key); myctx.whatever; ctx.caller.kind;")]
    [InlineData("this.fetch(); const version = '1.2';")]
    [InlineData("  let inner = 1;")]
    public void A_rule_leaves_alone_what_is_no_code_or_harmless(string source)
    {
        Assert.Empty(ContractLinter.Check("c.js", "const a = 1;\n" + source));
    }

    [Fact]
    public void A_finding_names_its_line_and_column()
    {
        var finding = Assert.Single(ContractLinter.Check("src/c.ts", "const a = `\n`;\n  b(Math.random());"));

        Assert.Equal(("src/c.ts", 3, 5), (finding.File, finding.Line, finding.Column));
    }

    [Theory]
    [InlineData("AAAA", 1, 1, 1, 1)]
    [InlineData(";;AAEC", 3, 1, 3, 2)]
    [InlineData("AAAA,IAAK;AACD", 1, 6, 1, 6)]
    [InlineData("AAAA,IAAK;AACD", 2, 9, 2, 5)]
    [InlineData("gBAgBA", 1, 17, 17, 1)]
    public void A_source_map_leads_back_to_the_author(string mappings, int line, int column, int originalLine,
        int originalColumn)
    {
        Assert.True(SourceMap.TryParse(Map(mappings), out var map));
        Assert.Equal(new SourcePlace("a.ts", originalLine, originalColumn), map.Find(line, column));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"version\":2,\"sources\":[],\"mappings\":\"\"}")]
    [InlineData("{\"version\":3,\"sources\":[],\"mappings\":\"!\"}")]
    [InlineData("{\"version\":3,\"sources\":[],\"mappings\":\"AAAAAAAA\"}")]
    [InlineData("{\"version\":3,\"sources\":[],\"mappings\":\"gggggggggA\"}")]
    [InlineData("{\"version\":3,\"sources\":[],\"mappings\":\"D\"}")]
    public void What_is_no_source_map_is_refused(string json) => Assert.False(SourceMap.TryParse(json, out _));

    [Fact]
    public void A_place_that_no_map_knows_is_left_as_it_is()
    {
        Assert.True(SourceMap.TryParse(Map("AAAA"), out var map));
        var mapper = new StackMapper("c.js", map);

        Assert.Equal("    at f (a.ts:1:1)\n    at g (contract.js:9:1)\n", mapper.Map(
            "    at f (contract.js:1:5)\n    at g (contract.js:9:1)\n"));
        Assert.Equal(new SourcePlace("a.ts", 1, 1), mapper.First("    at g (native)\n    at f (contract.js:1:5)"));
        Assert.Null(mapper.First("    at g (native)"));
    }

    [Fact]
    public void A_failing_test_says_what_failed_and_where_in_test_and_contract()
    {
        const string Contract = "export function init() {}\nexport function f(ctx) {\n  null.x;\n}\n";
        const string Schema = """{"functions":{"init":{},"f":{}}}""";
        const string Tests =
            """
            export const tests = {
              "it breaks": (t) => {
                t.member("a", "operator");
                t.deploy("a", "c", {});
                t.run("a", "c", "f", {});
              },
              "it compares": (t) => t.equal({ a: [1n] }, { a: [2n] }),
              "it holds": (t) => t.equal({ a: 1, b: 2 }, { b: 2, a: 1 }),
            };
            """;
        OnContractThread.Run(() =>
        {
            using var runner = new ContractTestRunner(
                new ScriptEngine(new ScriptEngineOptions { Bootstrap = ContractBootstrap.Source }),
                    new ContractRuntimeOptions(),
                [new ContractText("c", Contract, Schema)], _ => null);
            Assert.Null(runner.Load(Tests));

            var results = runner.Names().Select(runner.Run).ToList();

            Assert.Equal([false, false, true], results.Select(r => r.Passed));
            Assert.StartsWith("c.f by a:", results[0].Failure, StringComparison.Ordinal);
            Assert.Equal(3, new StackMapper("contract.js", null).First(results[0].ContractStack)!.Value.Line);
            Assert.Equal("is not equal: expected {\"a\":[\"2n\"]}, got {\"a\":[\"1n\"]}", results[1].Failure);
        });
    }

    [Fact]
    public void A_test_file_that_does_not_load_says_why()
    {
        OnContractThread.Run(() =>
        {
            using var runner = new ContractTestRunner(
                new ScriptEngine(new ScriptEngineOptions { Bootstrap = ContractBootstrap.Source }),
                    new ContractRuntimeOptions(), [], _ => null);

            Assert.Equal("SyntaxError", runner.Load("export const tests = {")!.Name);
        });
    }

    [Fact]
    public void Coverage_tells_what_no_test_reached()
    {
        var contract = new ContractText(
            "c", """need(ctx, x, "NOT_HERE", "m"); ctx.fail("GONE"); ctx.fail("SEEN", m)""",
            """{"functions":{"a":{},"b":{}},"queries":{"q":{}}}""");

        var coverage = ContractCoverage.Of(contract, new Dictionary<string, CallStatistics>(),
            new HashSet<string> { "SEEN" });

        Assert.Equal(["a", "b", "queries.q"], coverage.Functions.Missed);
        Assert.Equal(["SEEN"], coverage.Codes.Seen);
        Assert.Equal(["GONE", "NOT_HERE"], coverage.Codes.Missed);
    }

    [Fact]
    public void Exports_that_the_schema_lacks_are_named()
    {
        var unreachable = ContractInterface.Unreachable(
            """{"functions":{"a":{}}}""", """["a","helper","queries","schedule"]""");

        Assert.Equal(["helper"], unreachable);
    }

    private static string Map(string mappings) =>
        $$"""{"version":3,"sources":["a.ts"],"names":[],"mappings":"{{mappings}}"}""";
}
