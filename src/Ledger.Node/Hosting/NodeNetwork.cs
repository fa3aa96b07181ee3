using System.Net.Sockets;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Driver;
using Ledger.Node.Options;
using Ledger.Node.Wire;

namespace Ledger.Node.Hosting;

/// <summary>How a node of any role meets the others.</summary>
internal static class NodeNetwork
{
    private const int MinFrameBytes = 16 << 20;

    /// <summary>
    /// Validators and known peers are dialled; they and observers are let in. Observers are never dialled: they call.
    /// </summary>
    /// <exception cref="ConfigurationException">An address of a validator is none.</exception>
    public static PeerNetworkOptions Options(NodeConfig config, Genesis genesis, PeerBook peers, EpochView epochs)
    {
        var observers = genesis.Observers.Select(o => PeerId.FromPublicKey(o.Key.Encoded)).ToHashSet();
        var parameters = genesis.Parameters;
        var frame = Math.Max((int)parameters.MaxBlockBytes + (4 << 20), SyncMessages.MaxAnswerBytes(parameters));
        frame = Math.Max(MinFrameBytes, frame);
        return new PeerNetworkOptions
        {
            ListenEndPoint = NodeConfig.Endpoint(config.PeerListen),
            Peers = peers.Addresses(epochs.Validators, epochs.Next),
            IsAllowed = peer => epochs.IsAllowed(peer) || observers.Contains(peer) || peers.IsKnown(peer),
            // A new-view carries a quorum of view changes, each with the proposals of a window; an answer of sync
            // carries the largest block behind its soft limit.
            MaxFrameBytes = frame,
            SendQueueBytes = 3 * frame,
            MaxRequestBytes = 1 << 20,
        };
    }

    /// <summary>Begins to listen and to dial.</summary>
    /// <exception cref="ConfigurationException">The address to listen on cannot be had.</exception>
    public static async Task StartAsync(IPeerNetwork network, string listen, CancellationToken stop)
    {
        try
        {
            await network.StartAsync(stop).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new ConfigurationException($"cannot listen for other nodes on {listen}: {e.Message}", e);
        }
    }
}
