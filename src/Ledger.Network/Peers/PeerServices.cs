using Ledger.Network.Protocols;
using Microsoft.Extensions.Logging;

namespace Ledger.Network.Peers;

/// <summary>What every connection of one network shares.</summary>
internal sealed record PeerServices(
    PeerId Self,
    PeerNetworkOptions Options,
    ProtocolTable Protocols,
    NetworkMetrics Metrics,
    ILogger Logger,
    TimeProvider Time);
