using System.Reflection;
using Ledger.Core.Api.V1;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;
using PeerStatus = Ledger.Core.Api.V1.PeerStatus;

namespace Ledger.Node.Api;

/// <summary>How the node is doing: for operators, load balancers and the <c>status</c> command.</summary>
internal sealed class StatusApi(
    Genesis genesis,
    EpochView epochs,
    ConsensusDriver driver,
    ChainView chain,
    TransactionPool pool,
    IPeerNetwork network,
    NodeClock clock)
{
    private static readonly string Version =
        typeof(StatusApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    public ValueTask<RpcResult<NodeStatus>> GetStatus(GetStatusRequest request, GrpcCall call)
    {
        var head = chain.Certified;
        var replica = driver.Status;
        var validators = epochs.Validators;
        var notReady = WhyNotReady();
        var status = new NodeStatus
        {
            SoftwareVersion = Version,
            ChannelName = genesis.ChannelName,
            Channel = ApiBytes.Of(genesis.Channel.Value),
            Role = validators.Self is null ? "follower" : "validator",
            Member = validators.Self is { } self ? validators.Set[self].Member : "",
            ValidatorIndex = (uint)(validators.Self?.Value ?? 0),
            Height = chain.Executed.Value,
            CertifiedHeight = head.Header.Height.Value,
            CertifiedTimeMs = head.Header.Time.UnixMilliseconds,
            CertifiedHeaderHash = ApiBytes.Of(head.Hash),
            Epoch = validators.Set.Epoch.Value,
            View = replica.View,
            Primary = (uint)replica.Primary.Value,
            LogSize = head.Header.LogSize,
            PoolTransactions = (ulong)pool.Count,
            TimeMs = clock.Now.UnixMilliseconds,
            Ready = notReady is null,
            NotReadyReason = notReady ?? "",
        };
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

        foreach (var peer in network.Peers)
        {
            if (validators.IndexOf(peer.Peer) is not { } index) continue;
            status.Peers.Add(new PeerStatus
            {
                ValidatorIndex = (uint)index.Value,
                Member = validators.Set[index].Member,
                Address = validators.Set[index].Address,
                Connected = peer.IsConnected,
                RoundTripUs = (ulong)(peer.RoundTrip?.TotalMicroseconds ?? 0),
            });
        }

        return new(status);
    }

    /// <summary>Why clients should not be sent here, as a sentence; null when the node can serve them.</summary>
    public string? WhyNotReady()
    {
        var validators = epochs.Validators;
        if (validators.Self is null) return $"it is no validator of epoch {validators.Set.Epoch}: it only follows";
        var connected = network.Peers.Count(p => p.IsConnected && validators.IndexOf(p.Peer) is not null);
        var needed = validators.Set.Quorum.Quorum - 1;
        if (connected < needed) return $"connected to {connected} validators; {needed} are needed for a quorum";
        return driver.Status.InViewChange ? "a view change is under way" : null;
    }
}
