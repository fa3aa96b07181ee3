using Ledger.Contracts.Engine;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Authoring;

/// <summary>
/// An engine that remembers the last error of a contract with its stack, which is for the author and never part of an
/// outcome. Everything else is the engine within.
/// </summary>
/// <remarks>As the engine within.</remarks>
internal sealed class ErrorRecorder(IScriptEngine inner) : IScriptEngine
{
    public ScriptError? LastError { get; set; }

    public Hash256 Id => inner.Id;

    public ScriptBuild Build(string source, ScriptLimits limits)
    {
        var build = inner.Build(source, limits);
        LastError = build.Outcome.Error ?? LastError;
        return build;
    }

    public ScriptOutcome Run(
        ScriptImage image, string path, string context, string argument, IScriptHost host, ScriptLimits limits)
    {
        var outcome = inner.Run(image, path, context, argument, host, limits);
        LastError = outcome.Error ?? LastError;
        return outcome;
    }

    public ScriptOutcome Read(ScriptImage image, string path, ScriptLimits limits) => inner.Read(image, path, limits);

    public ScriptOutcome Evaluate(string script, ScriptLimits limits) => inner.Evaluate(script, limits);

    // The engine is its maker's.
    public void Dispose()
    {
    }
}
