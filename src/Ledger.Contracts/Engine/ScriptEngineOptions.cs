namespace Ledger.Contracts.Engine;

/// <summary>What an engine is made of beside its binary. Immutable; all of it goes into the engine's id.</summary>
public sealed record ScriptEngineOptions
{
    /// <summary>
    /// A script (not a module) that gives contracts their <c>ctx</c>; null for an engine whose contracts get none.
    /// </summary>
    /// <remarks>
    /// It is evaluated once, after the language was hardened by taking things away and before the intrinsics are
    /// frozen, so what it puts on <c>globalThis</c> is frozen with them. Its completion value is a function
    /// <c>(host) =&gt; makeContext</c>:
    /// <list type="bullet">
    /// <item><c>host(operation, ...texts)</c> calls <see cref="IScriptHost.Invoke"/>: a whole number and at most eight
    /// arguments, each a string or undefined; it gives a string or undefined, or throws an <c>Error</c> with
    /// <c>code</c>. Contracts never get hold of it unless the bootstrap hands it on.</item>
    /// <item><c>makeContext(data)</c> is called at the start of each run with the run's context text (JSON as the
    /// caller of <see cref="IScriptEngine.Run"/> gave it, not parsed); what it returns is the first argument of the
    /// called function.</item>
    /// </list>
    /// </remarks>
    public string? Bootstrap { get; init; }

    /// <summary>
    /// Whether the intrinsics are frozen. Only checks of the language itself turn that off: the conformance suites
    /// expect to find intrinsics as the standard has them.
    /// </summary>
    internal bool Hardened { get; init; } = true;
}
