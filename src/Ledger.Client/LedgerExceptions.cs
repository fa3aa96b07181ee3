using Ledger.Client.Transport;

namespace Ledger.Client;

/// <summary>No node answered within the allowed attempts. Trying again later may help.</summary>
public sealed class LedgerUnavailableException : Exception
{
    internal LedgerUnavailableException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}

/// <summary>
/// A node's answer is not what it should be: not decodable, not what was asked for, or its proof does not hold. The
/// node is faulty or lies; its answer was not used.
/// </summary>
public sealed class LedgerIntegrityException : Exception
{
    internal LedgerIntegrityException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>A node understood the request and refused it.</summary>
public sealed class LedgerRefusedException : Exception
{
    internal LedgerRefusedException(RpcException refusal)
        : base(refusal.Status.Message, refusal) => Reason = refusal.Reason ?? refusal.Code.ToString();

    /// <summary>
    /// The machine-readable reason (docs/spec/reasons.md), or the gRPC status code where there is none.
    /// </summary>
    public string Reason { get; }
}
