using System.Text;
using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine;

public sealed class ScriptErrorTests
{
    [Theory]
    [InlineData("throw new TypeError('m')", "TypeError", null, "m")]
    [InlineData("throw Object.assign(new Error('m'), { code: 'C' })", "Error", "C", "m")]
    [InlineData("throw Object.assign(new Error('m'), { code: 5 })", "Error", null, "m")]
    [InlineData("throw { name: 'N', message: 'm', code: 'C' }", "N", "C", "m")]
    [InlineData("throw { name: 1, message: {} }", "Error", null, "")]
    [InlineData("throw 'text'", "string", null, "text")]
    [InlineData("throw 5", "number", null, "5")]
    [InlineData("throw null", "null", null, "null")]
    [InlineData("throw undefined", "undefined", null, "undefined")]
    [InlineData("throw Symbol('s')", "symbol", null, "Symbol(s)")]
    [InlineData("throw new Error('\\ud800|\\0')", "Error", null, "\ufffd|\0")]
    [InlineData("throw { get message() { throw 1; }, get name() { throw 2; } }", "Error", null, "")]
    [InlineData("throw new Proxy({}, { get() { throw 1; } })", "Error", null, "")]
    [InlineData("(async () => { throw new RangeError('later'); })()", "RangeError", null, "later")]
    [InlineData("null.x", "TypeError", null, "cannot read property 'x' of null")]
    [InlineData("new Error('returned, not thrown'); syntax error", "SyntaxError", null, "expecting ';'")]
    public void Name_code_and_message_are_kept(string script, string name, string? code, string message)
    {
        var outcome = EngineThread.Evaluate(script);

        Assert.Equal(ScriptStatus.Thrown, outcome.Status);
        Assert.Null(outcome.Value);
        Assert.Equal((name, code, message), (outcome.Error!.Name, outcome.Error.Code, outcome.Error.Message));
    }

    [Fact]
    public void The_stack_is_of_the_authors_lines_alone()
    {
        const string source =
            """
            function inner() {
              throw new Error('here');
            }
            export function outer() { inner(); }
            """;

        var stack = EngineThread.Call(source, "outer").Error!.Stack!;

        Assert.Contains("at inner (contract.js:2:", stack, StringComparison.Ordinal);
        Assert.Contains("at outer (contract.js:4:", stack, StringComparison.Ordinal);
        Assert.DoesNotContain("prelude.js", stack, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'x'")]
    [InlineData("'é'")]
    [InlineData("'€'")]
    [InlineData("'😀'")]
    public void Messages_and_stacks_are_bounded_and_cut_between_characters(string unit)
    {
        var error = EngineThread.Evaluate(
            $"const t = {unit}.repeat(1e5); const e = new Error(t); e.stack = t; e.name = t; throw e;").Error!;

        foreach (var text in new[] { error.Message, error.Stack! })
        {
            Assert.InRange(Encoding.UTF8.GetByteCount(text), ScriptError.MaxMessageBytes - 4, ScriptError.MaxMessageBytes);
            Assert.DoesNotContain('\ufffd', text);
        }

        Assert.InRange(error.Name.Length, 1, 128);
    }

    [Fact]
    public void Describing_an_error_costs_the_run()
    {
        var outcome = EngineThread.Evaluate("throw { get message() { for (;;); } }");

        Assert.Equal((ScriptStatus.OutOfGas, EngineThread.Limits.Gas), (outcome.Status, outcome.GasUsed));
    }

    [Theory]
    [InlineData("'use strict'; undefined.x;", "1:")]
    [InlineData("\n\n  throw new Error('x');", "3:")]
    public void A_script_knows_its_lines(string script, string line) =>
        Assert.Contains($"script.js:{line}", EngineThread.Evaluate(script).Error!.Stack, StringComparison.Ordinal);

    [Theory]
    [InlineData("1 + 1", "2")]
    [InlineData("'text'", "text")]
    [InlineData("undefined", "undefined")]
    [InlineData("[1, [2]]", "1,2")]
    [InlineData("({})", "[object Object]")]
    [InlineData("Object.create(null)", "an object without text")]
    [InlineData("({ toString() { throw 1; } })", "an object without text")]
    [InlineData("Symbol('s')", "Symbol(s)")]
    [InlineData("10n ** 30n", "1000000000000000000000000000000")]
    [InlineData("Promise.resolve([3])", "3")]
    [InlineData("'\\ud800'", "\ufffd")]
    [InlineData("'a\\0b'", "a\0b")]
    [InlineData("-0", "0")]
    public void A_scripts_value_is_shown_as_text(string script, string expected) =>
        Assert.Equal(expected, EngineThread.Value(script));
}
