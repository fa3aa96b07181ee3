namespace Ledger.Contracts.Engine;

/// <summary>A text that cannot cross between script and host: too long, or with half of a surrogate pair.</summary>
internal sealed class GuestTextException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
