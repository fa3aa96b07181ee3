namespace Ledger.Contracts.Authoring;

/// <summary>A contract that can be deployed in a test: of the project under test, or a standard one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">One ES module.</param>
/// <param name="Schema">The JSON schema of its functions, queries and events.</param>
public sealed record ContractText(string Name, string Source, string Schema);
