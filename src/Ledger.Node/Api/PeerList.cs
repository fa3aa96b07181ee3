using Ledger.Core.Api.V1;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Driver;
using PeerStatus = Ledger.Core.Api.V1.PeerStatus;

namespace Ledger.Node.Api;

/// <summary>The epoch's validators in a status, and the other nodes: validators and observers.</summary>
internal static class PeerList
{
    public static void AddTo(NodeStatus status, Genesis genesis, ValidatorPeers validators, IPeerNetwork network)
    {
        status.FaultsTolerated = (uint)validators.Set.Quorum.Faults;
        status.Quorum = (uint)validators.Set.Quorum.Quorum;
        foreach (var validator in validators.Set.Validators)
        {
            status.Validators.Add(new ValidatorInfo
            {
                Member = validator.Member,
                Key = ApiBytes.Of(validator.Key.Encoded.ToArray()),
                Address = validator.Address,
            });
        }

        var known = network.Peers.ToDictionary(p => p.Peer);
        foreach (var (peer, state) in known)
        {
            if (validators.IndexOf(peer) is not { } index) continue;
            status.Peers.Add(new PeerStatus
            {
                ValidatorIndex = (uint)index.Value,
                Member = validators.Set[index].Member,
                Address = validators.Set[index].Address,
                Connected = state.IsConnected,
                RoundTripUs = (ulong)(state.RoundTrip?.TotalMicroseconds ?? 0),
            });
        }

        foreach (var observer in genesis.Observers)
        {
            var id = PeerId.FromPublicKey(observer.Key.Encoded);
            var state = known.GetValueOrDefault(id);
            status.Observers.Add(new ObserverStatus
            {
                Member = observer.Member,
                Address = observer.Address,
                Connected = id == network.LocalPeer || state is { IsConnected: true },
                RoundTripUs = (ulong)(state?.RoundTrip?.TotalMicroseconds ?? 0),
            });
        }
    }
}
