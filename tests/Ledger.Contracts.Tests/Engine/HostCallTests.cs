using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine;

public sealed class HostCallTests
{
    private const string Raw = "export function raw(ctx, args) { const r = ctx.host(...args); return r === undefined ? 'undefined' : [r]; }";

    [Fact]
    public void Eight_texts_arrive_as_they_are_and_undefined_as_null()
    {
        var host = new MemoryHost { Other = (_, _, _) => "answer" };

        var outcome = EngineThread.Call(
            "export const f = (ctx) => ctx.host(2147483647, '', 'é€😀', undefined, 'a'.repeat(3000), '5', '6', '7', '8');",
            "f",
            host: host);

        Assert.Equal("\"answer\"", outcome.Value);
        var (operation, arguments) = Assert.Single(host.Calls);
        Assert.Equal(int.MaxValue, operation);
        Assert.Equal(
            $"|é€😀|(null)|{new string('a', 3000)}|5|6|7|8", string.Join('|', arguments.Select(text => text ?? "(null)")));
    }

    [Fact]
    public void No_answer_is_undefined() =>
        Assert.Equal("\"undefined\"", EngineThread.Call(Raw, "raw", """[1,"missing"]""").Value);

    [Theory]
    [InlineData("[]")]
    [InlineData("[-1]")]
    [InlineData("[1.5]")]
    [InlineData("[\"1\"]")]
    [InlineData("[1,2]")]
    [InlineData("[1,null]")]
    [InlineData("[1,{}]")]
    [InlineData("[1,[\"a\"]]")]
    [InlineData("[1,\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]")]
    public void Whatever_is_no_number_and_texts_is_refused(string arguments)
    {
        var host = new MemoryHost();

        var outcome = EngineThread.Call(Raw, "raw", arguments, host);

        Assert.Equal((ScriptStatus.Thrown, "ARGUMENTS"), (outcome.Status, outcome.Error?.Code));
        Assert.Empty(host.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("a\0b\0")]
    [InlineData("\ud800")]
    [InlineData("x\udc00y\ud83d")]
    [InlineData("\"quoted\\ \u0001 \u2028 \ud83d\ude00")]
    public void Any_text_of_the_host_survives(string text)
    {
        var host = new MemoryHost { Other = (_, _, _) => text };

        var outcome = EngineThread.Call(
            "export const f = (ctx) => [...Array(ctx.host(3).length).keys()].map((i) => ctx.host(3).charCodeAt(i));",
            "f",
            host: host);

        Assert.Equal($"[{string.Join(',', text.Select(unit => (int)unit))}]", outcome.Value);
    }

    [Fact]
    public void A_long_text_survives_both_ways()
    {
        var text = string.Concat(Enumerable.Repeat("long text é\0", 50_000));
        var host = new MemoryHost { Other = (_, arguments, _) => arguments.Length == 0 ? text : $"{arguments[0] == text}" };

        Assert.Equal("\"True\"", EngineThread.Call("export const f = (ctx) => ctx.host(4, ctx.host(3));", "f", host: host).Value);
    }

    [Theory]
    [InlineData("a\\0b")]
    [InlineData("\\0")]
    public void Zero_characters_of_the_script_survive(string text)
    {
        var host = new MemoryHost { Other = (_, arguments, _) => $"{arguments[0]!.Length}" };

        var outcome = EngineThread.Call($"export const f = (ctx) => ctx.host(3, '{text}');", "f", host: host);

        Assert.Equal($"\"{text.Replace("\\0", "0", StringComparison.Ordinal).Length}\"", outcome.Value);
    }

    [Theory]
    [InlineData("'\\ud800'")]
    [InlineData("'a\\udc00b'")]
    [InlineData("'\\ude00\\ud83d'")]
    public void Half_a_surrogate_pair_is_refused(string text)
    {
        var host = new MemoryHost();

        var outcome = EngineThread.Call($"export const f = (ctx) => ctx.host(3, {text});", "f", host: host);

        Assert.Equal("TEXT_NOT_UNICODE", outcome.Error?.Code);
        Assert.Empty(host.Calls);
    }

    [Fact]
    public void A_text_beyond_the_bound_is_refused_in_both_directions()
    {
        var length = Guest.MaxTextBytes + 1;
        var host = new MemoryHost { Other = (_, _, _) => new string('x', length) };

        Assert.Equal("TEXT_TOO_LONG", EngineThread.Call("export const f = (ctx) => ctx.host(3);", "f", host: host).Error?.Code);
        var sent = EngineThread.Call($"export const f = (ctx) => ctx.host(3, 'x'.repeat({length}));", "f", host: host);
        Assert.Equal("TEXT_TOO_LONG", sent.Error?.Code);
        var returned = EngineThread.Call($"export const f = (ctx) => 'x'.repeat({length});", "f");
        Assert.Equal((ScriptStatus.Thrown, "TEXT_TOO_LONG"), (returned.Status, returned.Error?.Code));
    }

    [Fact]
    public void A_refusal_is_an_error_that_can_be_caught()
    {
        const string source =
            """
            export function f(ctx) {
              try { ctx.host(9); } catch (e) { return [e instanceof Error, e.name, e.code, e.message, typeof e.stack]; }
            }
            export function g(ctx) { ctx.host(9); }
            """;

        Assert.Equal(
            """[true,"Error","NO_OPERATION","there is no operation 9","string"]""", EngineThread.Call(source, "f").Value);
        var thrown = EngineThread.Call(source, "g");
        Assert.Equal((ScriptStatus.Thrown, "NO_OPERATION"), (thrown.Status, thrown.Error?.Code));
        Assert.Contains("at g (contract.js:4:", thrown.Error?.Stack, StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_a_call_there_is_no_ledger()
    {
        using var engine = EngineThread.Run(_ => new ScriptEngine(new ScriptEngineOptions
        {
            Bootstrap = "(host) => { globalThis.ask = host; return () => {}; }",
        }));
        var code = EngineThread.Run(_ =>
            engine.Evaluate("try { ask(1, 'a') } catch (e) { e.code }", EngineThread.Limits).Value);

        Assert.Equal("NO_LEDGER", code);
    }

    [Fact]
    public void The_hosts_charges_come_off_the_same_gas()
    {
        var charged = new MemoryHost
        {
            Other = (_, _, meter) =>
            {
                meter.Charge(12_345);
                return null;
            },
        };
        var free = new MemoryHost { Other = (_, _, _) => null };
        const string source = "export const f = (ctx) => ctx.host(3);";

        var difference = EngineThread.Call(source, "f", host: charged).GasUsed - EngineThread.Call(source, "f", host: free).GasUsed;

        Assert.Equal(12_345, difference);
    }

    [Fact]
    public void No_script_catches_what_the_host_charged_too_much()
    {
        var host = new MemoryHost
        {
            Other = (_, _, meter) =>
            {
                meter.Charge(meter.GasLeft + 1);
                return null;
            },
        };

        var outcome = EngineThread.Call(
            "export function f(ctx) { try { ctx.host(3); } catch { ctx.put('a', '1'); } finally { ctx.put('a', '2'); } }",
            "f",
            host: host);

        Assert.Equal((ScriptStatus.OutOfGas, EngineThread.Limits.Gas), (outcome.Status, outcome.GasUsed));
        Assert.Empty(host.Values);
    }

    [Fact]
    public void Gas_that_the_host_needs_can_be_taken_to_the_last_unit()
    {
        var host = new MemoryHost
        {
            Other = (_, _, meter) =>
            {
                meter.Charge(meter.GasLeft);
                return null;
            },
        };

        var outcome = EngineThread.Call("export const f = (ctx) => ctx.host(3);", "f", host: host);

        Assert.Equal((ScriptStatus.OutOfGas, EngineThread.Limits.Gas), (outcome.Status, outcome.GasUsed));
    }

    [Fact]
    public void A_fault_of_the_host_is_not_the_scripts_affair()
    {
        var host = new MemoryHost { Other = (_, _, _) => throw new InvalidOperationException("the host's own") };

        EngineThread.Run(engine =>
        {
            var image = EngineThread.Image(engine, "export function f(ctx) { try { ctx.host(3); } catch { return 'caught'; } }");
            Assert.Throws<InvalidOperationException>(
                () => engine.Run(image, "f", "", "null", host, EngineThread.Limits));
            Assert.Equal(ScriptStatus.Returned, engine.Evaluate("1", EngineThread.Limits).Status);
        });
    }

    [Fact]
    public void Many_refusals_take_no_memory()
    {
        const string source =
            """
            export function f(ctx, n) {
              for (let i = 0; i < n; i++) { try { ctx.host(9, 'x'.repeat(2000)); } catch {} }
            }
            """;

        var few = EngineThread.Call(source, "f", "100");
        var many = EngineThread.Call(source, "f", "20000");

        Assert.Equal(few.MemoryBytes, many.MemoryBytes);
    }
}
