namespace Ledger.Cli.Doctor;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, and will not for ever or not well.</summary>
    Warn,

    /// <summary>Does not work.</summary>
    Fail,
}

/// <summary>What one check found.</summary>
/// <param name="Check">Name of the check, such as <c>clock</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="What">What was found, about what.</param>
/// <param name="Advice">What to do; null when nothing is.</param>
internal sealed record Finding(string Check, Severity Severity, string What, string? Advice = null)
{
    public static Finding Ok(string check, string what) => new(check, Severity.Ok, what);

    public static Finding Warn(string check, string what, string advice) => new(check, Severity.Warn, what, advice);

    public static Finding Fail(string check, string what, string advice) => new(check, Severity.Fail, what, advice);
}
