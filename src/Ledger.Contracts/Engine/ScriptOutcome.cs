namespace Ledger.Contracts.Engine;

/// <summary>How a script ended. The numbers are part of the chain's format and never change.</summary>
public enum ScriptStatus
{
    /// <summary>Absent; never valid.</summary>
    None = 0,

    /// <summary>It returned a value.</summary>
    Returned = 1,

    /// <summary>It threw, or returned a promise that was rejected or still pending.</summary>
    Thrown = 2,

    /// <summary>It used up its gas.</summary>
    OutOfGas = 3,

    /// <summary>It asked for more memory than it may have, and did not catch the error that this raises.</summary>
    OutOfMemory = 4,

    /// <summary>Its calls went too deep.</summary>
    TooDeep = 5,

    /// <summary>The engine itself came to a stop that it cannot go on from.</summary>
    Trapped = 6,
}

/// <summary>What a run did.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Value">The result as JSON, <c>null</c> for undefined; set when it returned.</param>
/// <param name="Error">What was thrown, or why the engine stopped it; null when it returned.</param>
/// <param name="GasUsed">Gas, at most the limit; the limit itself when gas ran out.</param>
/// <param name="MemoryBytes">The most guest memory that it held.</param>
public sealed record ScriptOutcome(
    ScriptStatus Status, string? Value, ScriptError? Error, long GasUsed, long MemoryBytes);

/// <summary>What a script threw.</summary>
/// <param name="Name">The error's name, such as <c>TypeError</c>.</param>
/// <param name="Code">Its <c>code</c> property when that is a string: of <c>ctx.fail</c> and the host's errors.</param>
/// <param name="Message">Its message; at most <see cref="MaxMessageBytes"/> of UTF-8.</param>
/// <param name="Stack">The engine's stack of the script, for the author; never part of the chain.</param>
public sealed record ScriptError(string Name, string? Code, string Message, string? Stack)
{
    /// <summary>Longest message and stack that are kept, in bytes of UTF-8.</summary>
    public const int MaxMessageBytes = 1024;
}
