namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>Tests of how long something takes, or how many tries: nothing else runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
