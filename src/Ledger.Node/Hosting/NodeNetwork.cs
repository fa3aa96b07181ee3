using System.Net.Sockets;
using Ledger.Core.Blocks;
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
    /// Validators are dialled; validators and observers are let in. Observers are never dialled: they call.
    /// </summary>
    /// <exception cref="ConfigurationException">An address of a validator is none.</exception>
    public static PeerNetworkOptions Options(NodeConfig config, Genesis genesis, EpochView epochs)
    {
        var observers = genesis.Observers.Select(o => PeerId.FromPublicKey(o.Key.Encoded)).ToHashSet();
        var parameters = genesis.Parameters;
        var frame = Math.Max((int)parameters.MaxBlockBytes + (4 << 20), SyncMessages.MaxAnswerBytes(parameters));
        frame = Math.Max(MinFrameBytes, frame);
        return new PeerNetworkOptions
        {
            ListenEndPoint = NodeConfig.Endpoint(config.PeerListen),
            Peers = Addresses(epochs.Validators),
            IsAllowed = peer => epochs.IsAllowed(peer) || observers.Contains(peer),
            // A new-view carries a quorum of view changes, each with the proposals of a window; an answer of sync
            // carries the largest block behind its soft limit.
            MaxFrameBytes = frame,
            SendQueueBytes = 3 * frame,
            MaxRequestBytes = 1 << 20,
        };
    }

    /// <summary>Where an epoch's validators are, but for this node.</summary>
    /// <exception cref="ConfigurationException">An address is none.</exception>
    public static IReadOnlyList<PeerAddress> Addresses(ValidatorPeers validators)
    {
        var peers = new List<PeerAddress>();
        for (var i = 0; i < validators.Set.Count; i++)
        {
            var index = new ValidatorIndex(i);
            if (index == validators.Self) continue;
            var address = validators.Set[index].Address;
            var colon = address.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(address.AsSpan(colon + 1), out var port))
                throw new ConfigurationException($"validator {i}'s address '{address}' is not host:port");
            peers.Add(new PeerAddress(validators[index], address[..colon].Trim('[', ']'), port));
        }

        return peers;
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
