namespace Ledger.Consensus.Faults;

/// <summary>
/// The replica found itself in a state that must not be, or was started from records that are not its own. The host
/// stops voting, keeps the last inputs for inspection, and exits.
/// </summary>
public sealed class InvariantViolationException : Exception
{
    /// <summary>Creates one without a message.</summary>
    public InvariantViolationException()
    {
    }

    /// <summary>Creates one with the condition that does not hold.</summary>
    public InvariantViolationException(string condition)
        : base($"broken invariant: {condition}")
    {
    }

    /// <summary>Creates one with the condition that does not hold and its cause.</summary>
    public InvariantViolationException(string condition, Exception cause)
        : base($"broken invariant: {condition}", cause)
    {
    }
}
