using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>What the language is without, and what cannot be changed in it.</summary>
public sealed class PreludeTests
{
    [Theory]
    [InlineData("Math.random")]
    [InlineData("globalThis.WeakRef")]
    [InlineData("globalThis.FinalizationRegistry")]
    [InlineData("globalThis.SharedArrayBuffer")]
    [InlineData("globalThis.Atomics")]
    [InlineData("globalThis.Intl")]
    [InlineData("globalThis.performance")]
    [InlineData("globalThis.setTimeout")]
    [InlineData("globalThis.queueMicrotask")]
    [InlineData("globalThis.console")]
    [InlineData("globalThis.process")]
    [InlineData("globalThis.require")]
    [InlineData("(1).toLocaleString")]
    [InlineData("1n.toLocaleString")]
    [InlineData("[].toLocaleString")]
    [InlineData("({}).toLocaleString")]
    [InlineData("new Date().toLocaleString")]
    [InlineData("new Date().toLocaleDateString")]
    [InlineData("new Date().toLocaleTimeString")]
    [InlineData("new Uint8Array().toLocaleString")]
    [InlineData("''.toLocaleUpperCase")]
    [InlineData("''.toLocaleLowerCase")]
    [InlineData("''.localeCompare")]
    public void P21_what_differs_between_machines_is_not_there(string expression) =>
        Assert.Equal("undefined", EngineThread.Value($"typeof ({expression})"));

    [Fact]
    public void P21_the_clock_is_the_consensus_time_in_UTC()
    {
        const string dates =
            """
            [Date.now(), new Date().toISOString(), new Date().getTimezoneOffset(), new Date(2024, 6, 1).getTime(),
             new Date(2024, 0, 1).getTime(), new Date(0).toString(), Date().slice(0, 15)].join('|')
            """;

        Assert.Equal(
            "1700000000123|2023-11-14T22:13:20.123Z|0|1719792000000|1704067200000|"
            + "Thu Jan 01 1970 00:00:00 GMT+0000|Tue Nov 14 2023",
            EngineThread.Value(dates));
    }

    [Fact]
    public void P21_the_time_stands_still_during_a_run() =>
        Assert.Equal("true", EngineThread.Value("const t = Date.now(); for (let i = 0; i < 1e5; i++); t === Date.now()"));

    [Fact]
    public void Everything_that_can_be_reached_from_the_globals_is_frozen()
    {
        const string walk =
            """
            const open = [], seen = new Set();
            (function visit(o, path) {
              if ((typeof o !== 'object' || o === null) && typeof o !== 'function' || seen.has(o)) return;
              seen.add(o);
              if (!Object.isFrozen(o) && o !== globalThis && path !== '.visit') open.push(path);
              visit(Object.getPrototypeOf(o), path + '.__proto__');
              for (const key of Reflect.ownKeys(o)) {
                const { value, get, set } = Object.getOwnPropertyDescriptor(o, key);
                for (const next of [value, get, set]) visit(next, path + '.' + String(key));
              }
            })(globalThis, '');
            `${seen.size > 500}:${open.join()}`
            """;

        Assert.Equal("true:", EngineThread.Value(walk));
    }

    [Theory]
    [InlineData("function* () {}")]
    [InlineData("async function () {}")]
    [InlineData("async function* () {}")]
    [InlineData("[][Symbol.iterator]()")]
    [InlineData("new Map().entries()")]
    [InlineData("new Set().values()")]
    [InlineData("''[Symbol.iterator]()")]
    [InlineData("'a'.matchAll(/a/g)")]
    [InlineData("[].values().map((x) => x)")]
    [InlineData("Iterator.from({ next() {} })")]
    [InlineData("(function* () {})()")]
    [InlineData("(async function* () {})()")]
    [InlineData("new Proxy(class {}, {})")]
    public void Prototypes_that_only_values_lead_to_are_frozen(string expression)
    {
        const string chain =
            """
            let frozen = 0;
            for (let p = Object.getPrototypeOf(value); p !== null; p = Object.getPrototypeOf(p)) {
              if (!Object.isFrozen(p) && !(p.constructor?.name === '' || Object.keys(p).length)) frozen = -100;
              frozen++;
            }
            frozen > 0
            """;

        Assert.Equal("true", EngineThread.Value($"const value = ({expression}); {Owned(expression)} {chain}"));
    }

    [Theory]
    [InlineData("Object.prototype.x = 1")]
    [InlineData("Array.prototype.push = null")]
    [InlineData("JSON.parse = null")]
    [InlineData("Math.max = null")]
    [InlineData("Object.prototype.toString = null")]
    [InlineData("Error.prototype.name = 'x'")]
    [InlineData("globalThis.Map = null")]
    [InlineData("Map = null")]
    [InlineData("delete globalThis.Map")]
    [InlineData("Object.setPrototypeOf(Array.prototype, null)")]
    [InlineData("Object.defineProperty(Array.prototype, 'map', { value: 1 })")]
    [InlineData("Reflect.getPrototypeOf(function* () {}).x = 1")]
    public void No_intrinsic_can_be_changed(string attempt)
    {
        var outcome = EngineThread.Evaluate($"'use strict'; {attempt}");

        Assert.Equal((ScriptStatus.Thrown, "TypeError"), (outcome.Status, outcome.Error?.Name));
    }

    [Theory]
    [InlineData("class E extends Error { constructor(m) { super(m); this.name = 'E'; } } `${new E('m')}`", "E: m")]
    [InlineData("const e = new TypeError('a'); e.message = 'b'; e.message", "b")]
    [InlineData("const o = {}; o.toString = () => 'mine'; `${o}`", "mine")]
    [InlineData("const o = {}; o.valueOf = () => 41; o + 1", "42")]
    [InlineData("const o = {}; o.constructor = 5; Object.keys(o).join()", "constructor")]
    [InlineData("function B() {} B.prototype = Object.create(Array.prototype); B.prototype.x = 1; new B().x", "1")]
    [InlineData("function f() {} f.toString = () => 'f!'; `${f}`", "f!")]
    [InlineData("class P { toString() { return 'P!'; } } `${new P()}`", "P!")]
    [InlineData("const o = { hasOwnProperty: 1 }; o.hasOwnProperty", "1")]
    public void What_programs_assign_on_their_own_objects_still_works(string script, string expected) =>
        Assert.Equal(expected, EngineThread.Value($"'use strict'; {script}"));

    [Fact]
    public void A_script_may_have_globals_of_its_own()
    {
        Assert.Equal("7", EngineThread.Value("var a = 3; globalThis.b = 4; function f() { return a + b; } f()"));
        Assert.Equal("undefined", EngineThread.Value("typeof b"));
    }

    [Fact]
    public void Code_from_text_is_allowed_and_pays()
    {
        Assert.Equal("7", EngineThread.Value("eval('1 + 2') + new Function('return 4')()"));
        Assert.Equal(ScriptStatus.OutOfGas, EngineThread.Evaluate("eval('for (;;);')").Status);
    }

    [Fact]
    public void Nothing_can_be_imported()
    {
        Assert.Contains(
            "could not load", EngineThread.Evaluate("import('fs')").Error!.Message, StringComparison.Ordinal);
        Assert.Contains(
            "could not load", EngineThread.Evaluate("import('./x.js')").Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_bootstrap_makes_global_is_frozen()
    {
        var outcome = EngineThread.RunBare(_ =>
        {
            using var engine = new ScriptEngine(new ScriptEngineOptions
            {
                Bootstrap = "(host) => { globalThis.Money = { rates: { CNY: 2 } }; return () => ({}); }",
            });
            return engine.Evaluate(
                "[Object.isFrozen(Money), Object.isFrozen(Money.rates), (Money = 1, typeof Money)].join()",
                EngineThread.Limits);
        });

        Assert.Equal("true,true,object", outcome.Value);
    }

    [Theory]
    [InlineData("(host) => {")]
    [InlineData("throw new Error('no')")]
    [InlineData("5")]
    [InlineData("(host) => { throw new Error('no'); }")]
    public void A_bootstrap_that_does_not_evaluate_makes_no_engine(string bootstrap) =>
        EngineThread.RunBare(_ => Assert.Throws<InvalidOperationException>(
            () => new ScriptEngine(new ScriptEngineOptions { Bootstrap = bootstrap })));

    // The prototype that a generator function gives its generators is the program's own.
    private static string Owned(string expression) =>
        expression.EndsWith(")()", StringComparison.Ordinal) ? "Object.keys(value);" : "";
}
