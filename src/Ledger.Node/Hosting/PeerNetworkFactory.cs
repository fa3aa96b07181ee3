using Ledger.Network;
using Ledger.Network.Security;

namespace Ledger.Node.Hosting;

/// <summary>Makes the network that a node meets the other validators over. It has not started yet.</summary>
internal delegate IPeerNetwork PeerNetworkFactory(IPeerIdentity identity, PeerNetworkOptions options);
