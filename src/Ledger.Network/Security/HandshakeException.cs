namespace Ledger.Network.Security;

/// <summary>A handshake that was refused, by us or by the other side. Never leaves this project.</summary>
internal sealed class HandshakeException(HandshakeRefusal reason, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public HandshakeRefusal Reason => reason;
}
