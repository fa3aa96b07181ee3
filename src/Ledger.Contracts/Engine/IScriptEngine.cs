using Ledger.Core.Crypto;

namespace Ledger.Contracts.Engine;

/// <summary>
/// Runs JavaScript so that every machine gets the same bytes and the same gas, and no script can harm the process.
/// </summary>
/// <remarks>
/// One thread at a time: an engine belongs to one contract thread, which needs a stack of
/// <see cref="ScriptLimits.ThreadStackBytes"/>. A host may run another script from within
/// <see cref="IScriptHost.Invoke"/>.
/// </remarks>
public interface IScriptEngine : IDisposable
{
    /// <summary>The hash of what executes scripts: the engine's binary and the version of its gas schedule.</summary>
    Hash256 Id { get; }

    /// <summary>
    /// Evaluates an ES module once, in a fresh memory without a host. The memory that it leaves is the image that each
    /// run starts from. The image is null unless the outcome is <see cref="ScriptStatus.Returned"/>.
    /// </summary>
    ScriptBuild Build(string source, ScriptLimits limits);

    /// <summary>
    /// Calls an exported function of the image's module with one argument given as JSON, and gives its result as JSON.
    /// Nothing is left behind: the next run starts from the same image.
    /// </summary>
    /// <param name="image">What <see cref="Build"/> made; of an engine with this id.</param>
    /// <param name="path">
    /// A path of own properties from the module's exports, such as <c>transfer</c> or <c>queries.balanceOf</c>.
    /// </param>
    /// <param name="context">The contract's <c>ctx</c> data, as JSON: what does not change during the run.</param>
    /// <param name="argument">The argument, as JSON.</param>
    /// <param name="host">Answers what the script asks of the ledger.</param>
    /// <param name="limits">What the run may use.</param>
    ScriptOutcome Run(
        ScriptImage image, string path, string context, string argument, IScriptHost host, ScriptLimits limits);

    /// <summary>
    /// Gives a value of the image's module as JSON, without a host: the schedule that it exports, say. A function in it
    /// reads as the text <c>function</c>, what is not there as <c>null</c>.
    /// </summary>
    /// <param name="image">What <see cref="Build"/> made; of an engine with this id.</param>
    /// <param name="path">A path of own properties from the module's exports.</param>
    /// <param name="limits">What it may use: reading a value can run the module's getters.</param>
    ScriptOutcome Read(ScriptImage image, string path, ScriptLimits limits);

    /// <summary>Evaluates a script (not a module) and gives its completion value as text: the sandbox.</summary>
    ScriptOutcome Evaluate(string script, ScriptLimits limits);
}

/// <summary>A contract's memory after its module was evaluated. Immutable; of the engine that built it.</summary>
public abstract class ScriptImage
{
    /// <summary>The hash of the memory's bytes: equal on every machine.</summary>
    public abstract Hash256 Hash { get; }

    /// <summary>Bytes that keeping it takes.</summary>
    public abstract int SizeBytes { get; }
}

/// <summary>What <see cref="IScriptEngine.Build"/> gives.</summary>
/// <param name="Outcome">How the evaluation ended; its value is the JSON array of the module's exports' names.</param>
/// <param name="Image">The image; null when the evaluation did not return.</param>
public sealed record ScriptBuild(ScriptOutcome Outcome, ScriptImage? Image);
