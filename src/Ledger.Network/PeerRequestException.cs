namespace Ledger.Network;

/// <summary>Why a request to a peer has no answer.</summary>
public enum PeerRequestFailure
{
    /// <summary>The peer is not connected.</summary>
    NotConnected,

    /// <summary>The peer does not speak the protocol.</summary>
    ProtocolUnsupported,

    /// <summary>The peer refused the request, or the connection was lost before the answer was whole.</summary>
    Lost,

    /// <summary>The answer broke the protocol or its size limit.</summary>
    Malformed,

    /// <summary>No answer came in time.</summary>
    Timeout,
}

/// <summary>
/// A request to a peer failed. Asking again, or asking another peer, is safe whenever the request itself is.
/// </summary>
public sealed class PeerRequestException : Exception
{
    public PeerRequestException(PeerRequestFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <summary>Why there is no answer.</summary>
    public PeerRequestFailure Failure { get; }
}
