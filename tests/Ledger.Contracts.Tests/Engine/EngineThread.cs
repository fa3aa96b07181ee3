using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>Runs checks on a thread with a contract thread's stack, with an engine that no other thread uses.</summary>
internal static class EngineThread
{
    public static readonly ScriptLimits Limits = new(2_000_000_000, 512, ScriptLimits.MaxDepth, 1_700_000_000_123);

    /// <summary>Gives contracts the host as it is, and a small ledger of texts.</summary>
    private const string Bootstrap =
        """
        (host) => (data) => ({
          data,
          host,
          get: (key) => host(1, key),
          put: (key, value) => { host(2, key, value); },
        })
        """;

    // As many as run at a time.
    private static readonly ConcurrentBag<ScriptEngine> Engines = [];
    private static readonly ConcurrentBag<ScriptEngine> BareEngines = [];

    /// <summary>With an engine whose contracts get <c>data</c>, <c>host</c>, <c>get</c> and <c>put</c>.</summary>
    public static T Run<T>(Func<ScriptEngine, T> check) =>
        Run(Engines, new ScriptEngineOptions { Bootstrap = Bootstrap }, check);

    public static void Run(Action<ScriptEngine> check) => Run(engine =>
    {
        check(engine);
        return true;
    });

    /// <summary>With an engine as the sandbox has it, or one whose intrinsics are not frozen.</summary>
    public static T RunBare<T>(Func<ScriptEngine, T> check, bool hardened = true) => hardened
        ? Run(BareEngines, new ScriptEngineOptions(), check)
        : Run([], new ScriptEngineOptions { Hardened = false }, check);

    /// <summary>Evaluates a script in the sandbox.</summary>
    public static ScriptOutcome Evaluate(string script, ScriptLimits? limits = null) =>
        RunBare(engine => engine.Evaluate(script, limits ?? Limits));

    /// <summary>Evaluates a script that must give a value.</summary>
    public static string Value(string script)
    {
        var outcome = Evaluate(script);
        Assert.True(outcome.Status == ScriptStatus.Returned, $"{script} ended {outcome}");
        return outcome.Value!;
    }

    /// <summary>Builds a contract and calls one of its functions.</summary>
    public static ScriptOutcome Call(
        string source, string path, string argument = "null", IScriptHost? host = null, ScriptLimits? limits = null) =>
        Run(engine => engine.Run(
            Image(engine, source), path, "the context", argument, host ?? new MemoryHost(), limits ?? Limits));

    /// <summary>A contract's image.</summary>
    public static ScriptImage Image(ScriptEngine engine, string source)
    {
        var build = engine.Build(source, Limits);
        Assert.True(build.Image is not null, $"{source} ended {build.Outcome}");
        return build.Image;
    }

    private static T Run<T>(ConcurrentBag<ScriptEngine> pool, ScriptEngineOptions options, Func<ScriptEngine, T> check)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    if (!pool.TryTake(out var engine)) engine = new ScriptEngine(options);
                    result = check(engine);
                    pool.Add(engine);
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            },
            ScriptLimits.ThreadStackBytes);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
