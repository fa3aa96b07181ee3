namespace Ledger.Contracts.Authoring;

/// <summary>What one test of a contract did.</summary>
/// <param name="Name">Its name: a sentence.</param>
/// <param name="Failure">What did not hold; null when all did.</param>
/// <param name="TestStack">Where in the test file it failed, as the engine says it; null when it passed.</param>
/// <param name="ContractStack">
/// The engine's stack of the last error in a contract during the test; null when there was none.
/// </param>
/// <param name="StateDigest">A digest of the ledger's state and evidence at the end: equal for equal runs.</param>
/// <param name="GasUsed">Gas of all calls of contracts that it made.</param>
public sealed record TestResult(
    string Name, string? Failure, string? TestStack, string? ContractStack, string StateDigest, long GasUsed)
{
    /// <summary>Whether everything held.</summary>
    public bool Passed => Failure is null;
}
