namespace Ledger.Network;

/// <summary>Names the peer that an event is about.</summary>
public sealed class PeerEventArgs(PeerId peer) : EventArgs
{
    /// <summary>The peer that connected or disconnected.</summary>
    public PeerId Peer => peer;
}
