using System.Globalization;
using System.Text;
using System.Text.Json;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using static Ledger.Contracts.Tests.Runtime.LifecycleTests;
using static Ledger.Contracts.Tests.Runtime.Support.ContractChain;

namespace Ledger.Contracts.Tests.Runtime;

[Collection(SharedEngineTests.Name)]
public sealed class CallTests(ContractThread thread)
{
    private ContractChain Chain(ContractRuntimeOptions? options = null, params string[] contracts)
    {
        var chain = new ContractChain(thread, options);
        foreach (var name in contracts) Value(chain.Deploy(name, Sources.Program));
        return chain;
    }

    [Fact]
    public void Ctx_tells_who_calls_and_where()
    {
        using var chain = Chain(null, "a", "b");
        var key = chain.Ledger.Member("alice")!.Keys[0].Key.Id;
        var member = $$$"""
            {"kind":"member","member":"alice","key":"{{{key}}}","roles":["provider"],
            "attributes":{"name":"ALICE","keyLabel":"client"}}
            """.ReplaceLineEndings("");

        var direct = Value(chain.Call("alice", "a", "run", """[{"do":"who"},{"do":"where"}]"""));
        var nested = Value(chain.Call("alice", "a", "run", """[{"do":"call","contract":"b","steps":[{"do":"who"}]}]"""));

        var id = Sha256.Instance.Hash("transaction 3"u8);
        Assert.Equal($"""[[{member},{member}],["{id}",3,{chain.Ledger.Time.UnixMilliseconds - 2000},"a",1]]""", direct);
        var contract = """{"kind":"contract","contract":"a"}""";
        Assert.Equal($"[[[{contract},{member}]]]", nested);
    }

    [Fact]
    public void A_call_that_is_caught_undoes_what_it_did_and_nothing_else()
    {
        using var chain = Chain(null, "a", "b");

        var outcome = chain.Call("alice", "a", "run", """
            [{"do":"put","key":"x","value":1},{"do":"emit","payload":1},
             {"do":"tryCall","contract":"b","steps":[{"do":"put","key":"y","value":2},{"do":"emit","payload":2},
               {"do":"fail","code":"NO_WAY","message":"no"}]},
             {"do":"emit","payload":3}]
            """);

        Assert.Equal("""[null,null,"NO_WAY",null]""", Value(outcome));
        Assert.Equal("1", chain.StateOf("a", "x"));
        Assert.Null(chain.StateOf("b", "y"));
        Assert.Equal(["1", "3"], outcome.Events.Select(e => Encoding.UTF8.GetString(e.Payload.Span)));
    }

    [Fact]
    public void What_went_wrong_in_a_call_reaches_the_caller_with_its_code()
    {
        using var chain = Chain(null, "a", "b");

        void Expect(string code, string steps) => Assert.Equal(
            code, chain.Call("alice", "a", "run", $$"""[{"do":"call","contract":"b","steps":{{steps}}}]""").Code);
        Expect("REENTRANT", """[{"do":"call","contract":"a","steps":[]}]""");
        Expect("REENTRANT", """[{"do":"query","contract":"a","steps":[]}]""");
        Expect("NO_SUCH_CONTRACT", """[{"do":"call","contract":"nobody","steps":[]}]""");
        Expect("INVALID_ARGUMENT", """[{"do":"call","contract":"No Name","steps":[]}]""");
        Expect("VERY_BAD", """[{"do":"fail","code":"VERY_BAD","message":"so it is"}]""");
        Expect("ERROR", """[{"do":"nonsense"}]""");
        chain.Manage(ContractAction.Freeze, "b");
        Expect("CONTRACT_FROZEN", "[]");
    }

    [Fact]
    public void Calls_go_through_at_most_so_many_contracts()
    {
        using var chain = Chain(new ContractRuntimeOptions { CallDepth = 3 }, "a", "b", "c", "d");
        string Through(params string[] names) => names.Reverse().Aggregate(
            "[]", (inner, name) => $$"""[{"do":"call","contract":"{{name}}","steps":{{inner}}}]""");

        Value(chain.Call("alice", "a", "run", Through("b", "c")));

        Assert.Equal("CALL_TOO_DEEP", chain.Call("alice", "a", "run", Through("b", "c", "d")).Code);
    }

    [Fact]
    public void Gas_is_shared_and_a_callee_that_uses_it_up_ends_the_transaction()
    {
        using var chain = Chain(null, "a", "b");
        var before = chain.State();

        var signatures = string.Join(',', Enumerable.Repeat("""{"do":"signature","key":"","text":"","signature":""}""", 40));
        var steps = $$"""
            [{"do":"put","key":"x","value":1},{"do":"tryCall","contract":"b","steps":[{{signatures}}]},
             {"do":"put","key":"y","value":1}]
            """;

        // Enough for the caller and its callee, but not for forty signatures.
        var outcome = chain.Call("alice", "a", "run", steps, gas: 4_000_000);

        Ended(ContractStatus.OutOfGas, "OUT_OF_GAS", outcome);
        Assert.Equal(4_000_000UL, outcome.GasUsed);
        Assert.Equal(before, chain.State());
        Value(chain.Call("alice", "a", "run", steps));
    }

    [Fact]
    public void A_query_reads_what_the_transaction_wrote_and_writes_nothing()
    {
        using var chain = Chain(null, "a", "b", "c");

        Assert.Equal("""[null,[[7]]]""", Value(chain.Call("alice", "a", "run", """
            [{"do":"call","contract":"b","steps":[{"do":"put","key":"x","value":7}]},
             {"do":"query","contract":"c","steps":[{"do":"query","contract":"b","steps":[{"do":"get","key":"x"}]}]}]
            """)).Replace("[null]", "null", StringComparison.Ordinal));

        string[] writes =
        [
            """{"do":"put","key":"x","value":1}""", """{"do":"delete","key":"x"}""", """{"do":"emit","payload":1}""",
            """{"do":"call","contract":"b","steps":[]}""", """{"do":"append","record":{}}""",
            """{"do":"transfer","to":"member/bob","currency":"CNY","amount":"1"}""",
            """{"do":"issue","to":"member/bob","currency":"CNY","amount":"1"}""",
            """{"do":"burn","currency":"CNY","amount":"1"}""", """{"do":"at","time":9999999999999,"fn":"due","args":{}}""",
            """{"do":"cancel","id":""}""",
        ];
        foreach (var write in writes)
        {
            Ended(ContractStatus.Failed, "READ_ONLY", chain.Query("a", "ask", $"[{write}]"));
            Ended(ContractStatus.Failed, "READ_ONLY",
                chain.Call("alice", "a", "run", $$"""[{"do":"query","contract":"b","steps":[{{write}}]}]"""));
        }
    }

    [Fact]
    public void A_query_has_a_caller_when_somebody_signed_it()
    {
        using var chain = Chain(null, "a");

        Assert.Equal("[[null,null]]", Value(chain.Query("a", "ask", """[{"do":"who"}]""")));
        var signed = Value(chain.Query("a", "ask", """[{"do":"who"}]""", "bob"));
        Assert.Contains("\"member\":\"bob\"", signed, StringComparison.Ordinal);
    }

    [Fact]
    public void What_breaks_a_bound_is_an_error_that_names_it()
    {
        using var chain = Chain(new ContractRuntimeOptions { MaxWrites = 0 }, "a");
        var long_ = new string('k', 257);
        var large = new string('v', 65_536);

        void Expect(string code, string step) => Assert.Equal(code, chain.Call("alice", "a", "run", $"[{step}]").Code);
        Expect("INVALID_ARGUMENT", $$"""{"do":"put","key":"{{long_}}","value":1}""");
        Expect("INVALID_ARGUMENT", """{"do":"put","key":"","value":1}""");
        Expect("VALUE_TOO_LARGE", $$"""{"do":"put","key":"k","value":"{{large}}"}""");
        Expect("NOT_JSON", """{"do":"put","key":"k"}""");
        Expect("NOT_JSON", """{"do":"put","key":"k","value":null}""");
        Expect("NOT_JSON", """{"do":"nan"}""");
        Expect("INVALID_ARGUMENT", """{"do":"scan","prefix":"","limit":1001}""");
        Expect("INVALID_ARGUMENT", """{"do":"scan","prefix":"","limit":0}""");
        Expect("INVALID_ARGUMENT", """{"do":"scan","prefix":"","limit":-1}""");
        Expect("UNKNOWN_EVENT", """{"do":"fail","code":"UNKNOWN_EVENT","message":""}""");
        Expect("EVENT_TOO_LARGE", $$"""{"do":"emit","payload":"{{large}}"}""");
        Expect("INVALID_ARGUMENT", """{"do":"fail","code":"with space","message":""}""");
        var many = string.Join(',', Enumerable.Range(0, 257).Select(i => $$"""{"do":"put","key":"k{{i}}","value":1}"""));
        Expect("TOO_MANY_WRITES", many);
        var events = string.Join(',', Enumerable.Repeat("""{"do":"emit","payload":1}""", 257));
        Expect("TOO_MANY_EVENTS", events);
        var get = """{"do":"get","key":"k"}""";
        var step = $$"""{"do":"put","key":"k","value":"{{large[..65000]}}"}""";
        var outcome = chain.Call("alice", "a", "run", $"[{step},{get},{get}]", gas: 10 * Gas);
        Ended(ContractStatus.Failed, "RESULT_TOO_LARGE", outcome);
    }

    [Fact]
    public void Members_and_cryptography_answer_as_the_ledger_has_them()
    {
        using var chain = Chain(null, "a");
        var signer = SignerOf("alice");
        var signature = Convert.ToHexStringLower(signer.Sign(DomainTag.ContractMessage, "hello, 世界"u8));
        var key = signer.PublicKey.ToString();

        var value = Value(chain.Call("bob", "a", "run", $$"""
            [{"do":"member","id":"ops"},{"do":"member","id":"nobody"},{"do":"role","id":"ops","role":"operator"},
             {"do":"role","id":"ops","role":"provider"},{"do":"role","id":"nobody","role":"operator"},
             {"do":"sha256","text":"abc"},
             {"do":"signature","key":"{{key}}","text":"hello, 世界","signature":"{{signature}}"},
             {"do":"signature","key":"{{key}}","text":"hello, world","signature":"{{signature}}"},
             {"do":"signature","key":"{{key}}","text":"hello, 世界","signature":"00"},
             {"do":"signature","key":"00","text":"hello, 世界","signature":"{{signature}}"}]
            """));

        Assert.Equal(
            """[{"id":"ops","name":"OPS","roles":["operator","platform"]},null,true,false,false,"""
            + "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",true,false,false,false]", value);
    }

    [Fact]
    public void What_a_script_throws_is_put_into_the_form_of_the_chain()
    {
        using var chain = new ContractChain(thread);
        chain.Deploy("odd", """
            const long = "line\nbreak\u0000\ud800" + "x".repeat(3000);
            export function a() { throw Object.assign(new Error(long), { code: "not a code" }); }
            export function b() { throw "a text"; }
            export function c() { throw undefined; }
            export function d() { return 0.5; }
            export function e() { return "\ud800"; }
            export function f() { return 2 ** 60; }
            export function g() { const o = {}; o.o = o; return o; }
            export function h() { return 1n; }
            export function i() { return { toJSON() { throw new RangeError("no json"); } }; }
            """);

        var thrown = chain.Call("bob", "odd", "a");
        Assert.Equal("ERROR", thrown.Code);
        Assert.Equal(ContractLimits.MessageBytes, Encoding.UTF8.GetByteCount(thrown.Message));
        Assert.Contains("line break", thrown.Message, StringComparison.Ordinal);
        foreach (var function in new[] { "b", "c", "g", "h", "i" })
            Ended(ContractStatus.Failed, "ERROR", chain.Call("bob", "odd", function));
        foreach (var function in new[] { "d", "e", "f" })
            Ended(ContractStatus.Failed, "RESULT_INVALID", chain.Call("bob", "odd", function));
    }

    [Fact]
    public void No_contract_can_touch_what_ctx_relies_on()
    {
        using var chain = new ContractChain(thread);
        var outcome = chain.Deploy("tamperer", """
            const attempts = [
              () => { Money.split = () => [0n]; },
              () => { JSON.parse = () => ({ forged: true }); },
              () => { JSON.stringify = () => "forged"; },
              () => { Object.freeze = (x) => x; },
              () => { Array.prototype.map = () => ["forged"]; },
              () => { RegExp.prototype.test = () => true; },
              () => { RegExp.prototype.exec = () => ["forged"]; },
              () => { Function.prototype.call = () => true; },
              () => { Object.prototype.polluted = true; },
              () => { Error.prototype.code = "FORGED"; },
              () => { globalThis.BigInt = () => 1000n; },
              () => { Object.defineProperty(Object.prototype, "after", { get() { return "x"; } }); },
            ];
            for (const attempt of attempts) try { attempt(); } catch {}
            export function run(ctx, args) {
              const tampered = [];
              const deeds = [
                () => { ctx.caller = { member: "ops" }; },
                () => { ctx.caller.roles.push("operator"); },
                () => { ctx.state.get = () => 1; },
                () => { ctx.state.put.call = () => 1; },
                () => { ctx.contract = "other"; },
                () => { delete ctx.origin; },
              ];
              deeds.forEach((deed, i) => { try { deed(); tampered.push(i); } catch {} });
              ctx.state.put("k", { a: [1, 2] });
              return {
                tampered, caller: ctx.caller.member, roles: ctx.caller.roles, value: ctx.state.get("k"),
                contract: ctx.contract,
                parts: Money.split("10", [1, 2]).map(String), balance: String(ctx.accounts.balance("member/bob", "CNY")),
                scan: ctx.state.scan("").entries.length, polluted: ({}).polluted ?? null,
              };
            }
            """);
        Assert.Equal(ContractStatus.Returned, outcome.Status);

        Assert.Equal(
            """
            {"tampered":[],"caller":"bob","roles":["consumer"],"value":{"a":[1,2]},"contract":"tamperer",
            "parts":["3","7"],"balance":"0","scan":1,"polluted":null}
            """.ReplaceLineEndings(""), Value(chain.Call("bob", "tamperer", "run")));
    }
}
