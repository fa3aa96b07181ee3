using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine;

public sealed class ScriptEngineTests
{
    [Fact]
    public void A_modules_exports_are_named_in_order()
    {
        var build = EngineThread.Run(engine => engine.Build(
            "export function b() {} export const a = 1; export default class {}", EngineThread.Limits));

        Assert.Equal("""["a","b","default"]""", build.Outcome.Value);
        Assert.NotNull(build.Image);
    }

    [Theory]
    [InlineData("export function", ScriptStatus.Thrown, "SyntaxError")]
    [InlineData("throw new RangeError('at load')", ScriptStatus.Thrown, "RangeError")]
    [InlineData("import x from 'fs'", ScriptStatus.Thrown, "ReferenceError")]
    [InlineData("await new Promise(() => {})", ScriptStatus.Thrown, "Error")]
    [InlineData("for (;;);", ScriptStatus.OutOfGas, "OutOfGas")]
    [InlineData("const all = []; for (;;) all.push(new Uint8Array(1e6));", ScriptStatus.OutOfMemory, "InternalError")]
    [InlineData("(function deep() { deep(); })();", ScriptStatus.TooDeep, "InternalError")]
    public void A_module_that_does_not_evaluate_has_no_image(string source, ScriptStatus status, string name)
    {
        var build = EngineThread.Run(engine => engine.Build(source, EngineThread.Limits));

        Assert.Equal((status, name), (build.Outcome.Status, build.Outcome.Error?.Name));
        Assert.Null(build.Image);
    }

    [Fact]
    public void A_module_may_await_what_settles()
    {
        var outcome = EngineThread.Call("const n = await Promise.resolve(7); export function f() { return n; }", "f");

        Assert.Equal("7", outcome.Value);
    }

    [Theory]
    [InlineData("f", """{"ctx":"the context","arg":[1]}""")]
    [InlineData("group.inner.f", "\"object\"")]
    [InlineData("nothing", "null")]
    [InlineData("later", "[1]")]
    [InlineData("thenable", "\"adopted\"")]
    public void A_function_gets_its_context_and_argument_and_gives_json(string path, string expected)
    {
        const string source =
            """
            export const f = (ctx, arg) => ({ ctx: ctx.data, arg });
            export const group = { inner: { f() { return typeof this; } } };
            export function nothing() {}
            export async function later(ctx, arg) { await null; await null; return arg; }
            export const thenable = () => ({ then(done) { done('adopted'); } });
            """;

        var outcome = EngineThread.Call(source, path, "[1]");

        Assert.True(outcome.Status == ScriptStatus.Returned, outcome.ToString());
        Assert.Equal(expected, outcome.Value);
    }

    [Theory]
    [InlineData("toString")]
    [InlineData("group.toString")]
    [InlineData("group.number")]
    [InlineData("group.missing.f")]
    [InlineData("f.call")]
    [InlineData("__proto__")]
    [InlineData("constructor")]
    [InlineData("")]
    [InlineData(".")]
    public void Only_own_properties_lead_to_functions(string path)
    {
        var outcome = EngineThread.Call("export function f() {} export const group = { number: 1 };", path);

        Assert.Equal((ScriptStatus.Thrown, "NO_FUNCTION"), (outcome.Status, outcome.Error?.Code));
    }

    [Fact]
    public void A_promise_that_nothing_settles_is_an_error()
    {
        var outcome = EngineThread.Call("export const f = () => new Promise(() => {});", "f");

        Assert.Equal((ScriptStatus.Thrown, "PENDING"), (outcome.Status, outcome.Error?.Code));
    }

    [Fact]
    public void A_rejected_promise_is_what_was_thrown()
    {
        var outcome = EngineThread.Call("export async function f() { throw new RangeError('no'); }", "f");

        Assert.Equal((ScriptStatus.Thrown, "RangeError"), (outcome.Status, outcome.Error?.Name));
    }

    [Fact]
    public void Jobs_that_nobody_waits_for_run_before_the_end()
    {
        var host = new MemoryHost();

        EngineThread.Call(
            "export function f(ctx) { (async () => { await null; ctx.put('a', '1'); })(); return 1; }", "f", host: host);

        Assert.Equal("1", host.Values["a"]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("undefined")]
    [InlineData("1 2")]
    public void An_argument_that_is_no_json_is_an_error_of_the_script(string argument)
    {
        var outcome = EngineThread.Call("export const f = (ctx, x) => x;", "f", argument);

        Assert.Equal((ScriptStatus.Thrown, "SyntaxError"), (outcome.Status, outcome.Error?.Name));
    }

    [Fact]
    public void A_result_that_json_cannot_say_is_an_error()
    {
        Assert.Equal(ScriptStatus.Thrown, EngineThread.Call("export const f = () => 1n;", "f").Status);
        Assert.Equal(
            ScriptStatus.Thrown, EngineThread.Call("export const f = () => { const o = {}; return o.o = o; };", "f").Status);
    }

    [Fact]
    public void Every_run_begins_from_the_image_and_leaves_nothing()
    {
        EngineThread.Run(engine =>
        {
            var image = EngineThread.Image(
                engine,
                "let n = 0; export function f() { globalThis.seen = (globalThis.seen ?? 0) + 1; return [++n, seen]; }");
            var outcomes = Enumerable.Range(0, 3).Select(_ =>
                engine.Run(image, "f", "{}", "null", new MemoryHost(), EngineThread.Limits)).ToList();

            Assert.All(outcomes, outcome => Assert.Equal("[1,1]", outcome.Value));
            Assert.Single(outcomes.Distinct());
        });
    }

    [Fact]
    public void Equal_sources_give_equal_images_in_any_engine()
    {
        const string source = "export const table = new Map([['a', 1]]);";
        var first = EngineThread.Run(engine => EngineThread.Image(engine, source).Hash);
        EngineThread.Run(engine => engine.Build("export const other = 1;", EngineThread.Limits));

        Assert.Equal(first, EngineThread.Run(engine => EngineThread.Image(engine, source).Hash));
        Assert.NotEqual(first, EngineThread.Run(engine => EngineThread.Image(engine, source + " ").Hash));
    }

    [Fact]
    public void Values_can_be_read_without_a_call()
    {
        EngineThread.Run(engine =>
        {
            var image = EngineThread.Image(
                engine, "export const schedule = { settle: { every: 'P1D' } }; export const queries = { balance() {} };");

            Assert.Equal("""{"settle":{"every":"P1D"}}""", engine.Read(image, "schedule", EngineThread.Limits).Value);
            Assert.Equal("\"P1D\"", engine.Read(image, "schedule.settle.every", EngineThread.Limits).Value);
            Assert.Equal("""{"balance":"function"}""", engine.Read(image, "queries", EngineThread.Limits).Value);
            Assert.Equal("null", engine.Read(image, "missing", EngineThread.Limits).Value);
        });
    }

    [Fact]
    public void An_engines_id_is_of_all_that_it_is_made_of()
    {
        EngineThread.RunBare(engine =>
        {
            using var same = new ScriptEngine(new ScriptEngineOptions());
            using var other = new ScriptEngine(new ScriptEngineOptions { Bootstrap = "() => () => 1" });
            Assert.Equal(engine.Id, same.Id);
            Assert.NotEqual(engine.Id, other.Id);
            var image = other.Build("export const a = 1;", EngineThread.Limits).Image!;
            Assert.Throws<ArgumentException>(() => engine.Read(image, "a", EngineThread.Limits));
            return true;
        });
    }

    [Fact]
    public void Gas_and_memory_are_those_of_the_run_alone()
    {
        EngineThread.Run(engine =>
        {
            var image = EngineThread.Image(
                engine,
                "export function work(ctx, n) { let a = []; for (let i = 0; i < n; i++) a.push({ i }); return a.length; }");
            ScriptOutcome Work(int n) => engine.Run(image, "work", "", $"{n}", new MemoryHost(), EngineThread.Limits);
            var small = Work(10);
            var large = Work(100_000);
            var again = Work(10);

            Assert.Equal(small, again);
            Assert.True(large.GasUsed > small.GasUsed * 100);
            Assert.True(large.MemoryBytes > small.MemoryBytes);
        });
    }

    [Fact]
    public void Gas_used_never_exceeds_the_limit_and_one_less_than_needed_is_not_enough()
    {
        EngineThread.Run(engine =>
        {
            var image = EngineThread.Image(engine, "export const f = () => [3, 1, 2].sort().join();");
            ScriptOutcome With(long gas) =>
                engine.Run(image, "f", "", "null", new MemoryHost(), EngineThread.Limits with { Gas = gas });
            var needed = With(1_000_000).GasUsed;

            for (var gas = 0L; gas < needed; gas += 997)
            {
                var outcome = With(gas);
                Assert.Equal((ScriptStatus.OutOfGas, gas), (outcome.Status, outcome.GasUsed));
            }

            Assert.Equal(ScriptStatus.Returned, With(needed).Status);
        });
    }
}
