namespace Ledger.Contracts.Engine;

/// <summary>What a running script can ask. One instance for each run.</summary>
public interface IScriptHost
{
    /// <summary>
    /// Answers a call. Arguments and answer are text or null (JavaScript's undefined); structures travel as JSON.
    /// </summary>
    /// <param name="operation">Which operation: the numbers are the host's and the prelude's own affair.</param>
    /// <param name="arguments">At most <see cref="MaxArguments"/> texts.</param>
    /// <param name="meter">The run's gas, which the host charges for its own work before it does it.</param>
    /// <exception cref="ScriptHostException">Is thrown into the script, where it can be caught.</exception>
    string? Invoke(int operation, ReadOnlySpan<string?> arguments, IScriptMeter meter);

    /// <summary>Most arguments of one call.</summary>
    const int MaxArguments = 8;
}

/// <summary>The gas and depth of a run. Charging more gas than is left ends the run; no script can catch that.</summary>
public interface IScriptMeter
{
    /// <summary>Gas left, never negative.</summary>
    long GasLeft { get; }

    /// <summary>Call depth left, in the units of <see cref="ScriptLimits.Depth"/>.</summary>
    long DepthLeft { get; }

    /// <summary>Takes gas.</summary>
    void Charge(long gas);
}

/// <summary>An error that the host throws into the script.</summary>
/// <param name="code">Its <c>code</c> property: a word for programs.</param>
/// <param name="message">Its message.</param>
public sealed class ScriptHostException(string code, string message) : Exception(message)
{
    /// <summary>A word for programs.</summary>
    public string Code { get; } = code;
}
