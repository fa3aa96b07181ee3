namespace Ledger.Network;

/// <summary>
/// What a peer says of itself by identify. Only the key is proven, by the handshake; the rest is hearsay.
/// </summary>
/// <param name="Peer">The peer.</param>
/// <param name="AgentVersion">Its program.</param>
/// <param name="ProtocolVersion">Its family of protocols.</param>
/// <param name="Protocols">The protocols it serves.</param>
public sealed record PeerDescription(
    PeerId Peer, string AgentVersion, string ProtocolVersion, IReadOnlyList<string> Protocols);
