namespace Ledger.Network;

/// <summary>Where a peer listens.</summary>
/// <param name="Peer">Who must answer there; anybody else is refused.</param>
/// <param name="Host">An IP address or a name, resolved anew at each attempt.</param>
/// <param name="Port">The TCP port.</param>
public sealed record PeerAddress(PeerId Peer, string Host, int Port);
