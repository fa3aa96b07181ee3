namespace Ledger.Network.Security;

/// <summary>Why a connection never became a peer: the log's word and the metric's tag.</summary>
internal enum HandshakeRefusal
{
    /// <summary>The peer's key is not in the allow-list.</summary>
    Stranger,

    /// <summary>The peer proved a key, but not the one that was dialled.</summary>
    WrongPeer,

    /// <summary>The peer proved our own key: we dialled ourselves, or our key was copied.</summary>
    Ourselves,

    /// <summary>The peer showed no certificate.</summary>
    NoCertificate,

    /// <summary>The certificate is not one that the libp2p TLS specification allows.</summary>
    BadCertificate,

    /// <summary>The certificate's extension is not signed by the key it names.</summary>
    BadIdentitySignature,

    /// <summary>The bytes were not multistream-select, or not TLS 1.3.</summary>
    Malformed,

    /// <summary>The two sides share no security protocol or no multiplexer.</summary>
    NoCommonProtocol,

    /// <summary>The handshake did not end in time.</summary>
    Timeout,

    /// <summary>Too many handshakes were under way; the oldest gave way.</summary>
    TooManyHandshakes,

    /// <summary>The connection broke or was refused by the other side.</summary>
    Closed,

    /// <summary>A connection with this peer exists already and takes precedence.</summary>
    Duplicate,
}
