namespace Ledger.Contracts.Engine;

/// <summary>Guest memory ran out where no script could be told: the run ends as out of memory.</summary>
internal sealed class GuestMemoryException() : Exception("the guest is out of memory");
