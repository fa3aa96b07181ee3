namespace Ledger.Network;

/// <summary>Shorter ways to use an <see cref="IPeerNetwork"/>.</summary>
public static class PeerNetworkExtensions
{
    /// <summary>Receives the frames of a protocol with a handler that never waits.</summary>
    public static void Handle(
        this IPeerNetwork network, ProtocolId protocol, Action<PeerId, ReadOnlyMemory<byte>> handler)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(handler);
        network.Handle(protocol, (from, frame, _) =>
        {
            handler(from, frame);
            return ValueTask.CompletedTask;
        });
    }
}
