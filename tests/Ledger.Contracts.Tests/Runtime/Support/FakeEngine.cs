using System.Text;
using System.Text.Json;
using Ledger.Contracts.Engine;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Tests.Runtime.Support;

/// <summary>A function of a fake contract: its path, context, argument, and how to ask the host.</summary>
internal delegate string? FakeScript(string path, string context, string argument, Func<int, string?[], string?> ask);

/// <summary>
/// An engine whose scripts are delegates, for what no script can bring about: an engine that changes, a build that
/// differs, traps. A source is the name of a script, a space, and its exports.
/// </summary>
internal sealed class FakeEngine : IScriptEngine
{
    private const long RunGas = 1_000;

    public Dictionary<string, FakeScript> Scripts { get; } = new(StringComparer.Ordinal);

    /// <summary>Gives each build its own image hash.</summary>
    public bool BuildsDiffer { get; set; }

    /// <summary>How the next run ends, whatever the script does.</summary>
    public ScriptStatus? NextRun { get; set; }

    public Hash256 Id { get; set; } = Sha256.Instance.Hash("fake engine"u8);

    public int Builds { get; private set; }

    public ScriptBuild Build(string source, ScriptLimits limits)
    {
        Builds++;
        var words = source.Split(' ');
        if (!Scripts.ContainsKey(words[0]))
        {
            var error = new ScriptError("SyntaxError", null, "no such script", null);
            return new ScriptBuild(Ended(ScriptStatus.Thrown, RunGas, error), null);
        }

        var hash = Sha256.Instance.Hash(Encoding.UTF8.GetBytes(BuildsDiffer ? $"{source}{Builds}" : source));
        var exports = JsonSerializer.Serialize(words[1..]);
        return new ScriptBuild(
            new ScriptOutcome(ScriptStatus.Returned, exports, null, RunGas, 0), new Image(words[0], hash));
    }

    public ScriptOutcome Run(
        ScriptImage image, string path, string context, string argument, IScriptHost host, ScriptLimits limits)
    {
        var meter = new Meter(limits.Gas, limits.Depth);
        if (NextRun is { } status)
        {
            NextRun = null;
            return Ended(status, RunGas, new ScriptError("InternalError", null, "stopped", null));
        }

        try
        {
            meter.Charge(RunGas);
            var value = Scripts[((Image)image).Script](
                path, context, argument, (operation, texts) => host.Invoke(operation, texts, meter));
            return new ScriptOutcome(ScriptStatus.Returned, value ?? "null", null, limits.Gas - meter.GasLeft, 0);
        }
        catch (ScriptHostException e)
        {
            return Ended(ScriptStatus.Thrown, limits.Gas - meter.GasLeft, new ScriptError("Error", e.Code, e.Message, null));
        }
        catch (EmptyException)
        {
            return Ended(ScriptStatus.OutOfGas, limits.Gas, new ScriptError("Error", null, "gas", null));
        }
    }

    public ScriptOutcome Read(ScriptImage image, string path, ScriptLimits limits) =>
        new(ScriptStatus.Returned, "null", null, 0, 0);

    public ScriptOutcome Evaluate(string script, ScriptLimits limits) => Ended(ScriptStatus.Trapped, 0, null);

    public void Dispose()
    {
    }

    private static ScriptOutcome Ended(ScriptStatus status, long gas, ScriptError? error) => new(status, null, error, gas, 0);

    private sealed class Image(string script, Hash256 hash) : ScriptImage
    {
        public string Script { get; } = script;

        public override Hash256 Hash { get; } = hash;

        public override int SizeBytes => 1 << 20;
    }

    private sealed class EmptyException : Exception;

    private sealed class Meter(long gas, long depth) : IScriptMeter
    {
        public long GasLeft { get; private set; } = gas;

        public long DepthLeft { get; } = depth;

        public void Charge(long amount)
        {
            if (amount > GasLeft)
            {
                GasLeft = 0;
                throw new EmptyException();
            }

            GasLeft -= amount;
        }
    }
}
