using System.Globalization;
using System.Text;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Engine.QuickJs;
using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>
/// What every script did, with the whole memory that it left, a line each: to compare with other processes and with
/// another implementation of WebAssembly. Each script has a new memory of its own.
/// </summary>
internal static class EngineReport
{
    private static readonly byte[] Prelude = QuickJsBinary.ReadResource("prelude.js");

    /// <summary>The command line: <c>report GAS FILE...</c>.</summary>
    public static int Execute(string[] arguments)
    {
        if (arguments is not ["report", var gas, .. var files]) return 2;
        var thread = new Thread(
            () => Console.Out.Write(Of(files, long.Parse(gas, CultureInfo.InvariantCulture))), ScriptLimits.ThreadStackBytes);
        thread.Start();
        thread.Join();
        return 0;
    }

    /// <summary>Name, outcome, gas, pages and memory of each script.</summary>
    public static string Of(IReadOnlyList<string> files, long gas) => Of(files, gas, QuickJsBinary.Code);

    /// <summary>The same, of other code of the engine.</summary>
    public static string Of(IReadOnlyList<string> files, long gas, WasmCode code)
    {
        var report = new StringBuilder();
        foreach (var file in files)
        {
            var (outcome, memory) = Run(File.ReadAllText(file), gas, code);
            report.Append(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(file)} {outcome.Status} ")
                .Append(CultureInfo.InvariantCulture, $"{outcome.GasUsed} {outcome.MemoryBytes >> 16} {memory} ")
                .Append(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(TextOf(outcome)))).Append('\n');
        }

        return report.ToString();
    }

    /// <summary>Evaluates a script in a new memory, and hashes all of it after.</summary>
    public static (ScriptOutcome Outcome, string MemoryHash) Run(string script, long gas) =>
        Run(script, gas, QuickJsBinary.Code);

    private static (ScriptOutcome Outcome, string MemoryHash) Run(string script, long gas, WasmCode code)
    {
        using var guest = new Guest(code);
        var handles = guest.Boot(Encoding.UTF8.GetString(Prelude), bootstrap: null, hardened: true);
        guest.Begin(guest.TakeImage(), handles, host: null, EngineThread.Limits with { Gas = gas, UnixMilliseconds = 0 });
        ScriptOutcome outcome;
        try
        {
            outcome = guest.EvaluateScript(script);
        }
        catch (Exception reason) when (Guest.EndsRun(reason))
        {
            outcome = guest.Stopped(reason);
        }

        return (outcome, guest.HashMemory().ToString());
    }

    private static string TextOf(ScriptOutcome outcome) =>
        outcome.Value ?? $"{outcome.Error!.Name}|{outcome.Error.Message}";
}
