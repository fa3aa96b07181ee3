using System.CommandLine;
using System.Text;
using Ledger.Cli.Output;
using Ledger.Contracts.Engine;
using Ledger.Core.Contracts;

namespace Ledger.Cli.Commands.Contract;

/// <summary>
/// <c>ledger contract sandbox</c>: runs any script in the contract engine and says what became of it.
/// </summary>
internal static class SandboxCommand
{
    private const long DefaultGas = 1_000_000_000;

    public static Command Create(CliHost host)
    {
        var file = new Argument<string>("file") { Description = "A script, not a module. Its text is UTF-8." };
        var gas = new Option<long>("--gas")
        {
            Description = "Gas that it may use: about a WebAssembly instruction each.",
            DefaultValueFactory = _ => DefaultGas,
            HelpName = "n",
        };
        var pages = new Option<int>("--pages")
        {
            Description = "Memory that it may use, in pages of 64 KiB; the engine itself takes 82 or more.",
            DefaultValueFactory = _ => ScriptLimits.MaxMemoryPages,
            HelpName = "n",
        };
        var time = new Option<ulong>("--time")
        {
            Description = "What Date.now() gives: milliseconds since 1970.",
            DefaultValueFactory = _ => 0,
            HelpName = "ms",
        };
        var command = new Command(
            "sandbox", "Runs a script in the contract engine, without a ledger, and says how it ended and what it used.")
        {
            file, gas, pages, time,
        };
        command.SetAction(parsed =>
        {
            var limits = new ScriptLimits(
                parsed.GetValue(gas), parsed.GetValue(pages), ScriptLimits.MaxDepth, parsed.GetValue(time));
            if (limits.Gas < 1) throw new CliException(ExitCodes.Usage, "--gas is a number from 1");
            if (limits.MemoryPages < 1) throw new CliException(ExitCodes.Usage, "--pages is a number from 1");
            var path = host.Resolve(parsed.GetRequiredValue(file));
            var source = InputFiles.Read(path, ContractLimits.SourceBytes, "script");
            Say(new Result(host, parsed), Run(Encoding.UTF8.GetString(source), limits));
            return ExitCodes.Ok;
        });
        return command;
    }

    // Scripts need a larger stack than the main thread's.
    private static ScriptOutcome Run(string script, ScriptLimits limits)
    {
        ScriptOutcome? outcome = null;
        var thread = new Thread(
            () =>
            {
                using var engine = new ScriptEngine(new ScriptEngineOptions());
                outcome = engine.Evaluate(script, limits);
            },
            ScriptLimits.ThreadStackBytes);
        thread.Start();
        thread.Join();
        return outcome!;
    }

    private static void Say(Result result, ScriptOutcome outcome)
    {
        var (name, message) = (NameOf(outcome.Status), MessageOf(outcome));
        result.Say(
            lines =>
            {
                lines.WriteLine(message is null ? name : $"{name}: {message}");
                if (outcome.Error?.Stack is { Length: > 0 } stack) lines.Write(stack);
                if (outcome.Value is { } value) lines.WriteLine(value);
                lines.WriteLine($"{outcome.GasUsed} gas, {outcome.MemoryBytes} bytes of memory");
            },
            json =>
            {
                json.WriteString("outcome", name);
                json.WriteString("message", message);
                json.WriteNumber("gasUsed", outcome.GasUsed);
                json.WriteNumber("memoryBytes", outcome.MemoryBytes);
                json.WriteString("value", outcome.Value);
            });
    }

    private static string? MessageOf(ScriptOutcome outcome) => outcome switch
    {
        { Error: null } => null,
        { Status: ScriptStatus.Thrown, Error: { } thrown } => $"{thrown.Name}: {thrown.Message}",
        { Error.Message: var message } => message,
    };

    private static string NameOf(ScriptStatus status) => status switch
    {
        ScriptStatus.Returned => "returned",
        ScriptStatus.Thrown => "thrown",
        ScriptStatus.OutOfGas => "out_of_gas",
        ScriptStatus.OutOfMemory => "out_of_memory",
        ScriptStatus.TooDeep => "too_deep",
        _ => "trapped",
    };
}
