using Ledger.Core.Api.V1;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Audit;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;

namespace Ledger.Node.Api;

/// <summary>How an audit node is doing. It has no view: it does not vote.</summary>
internal sealed class AuditStatus(
    Genesis genesis,
    Observer self,
    EpochView epochs,
    WatchRoster watches,
    ChainView chain,
    IPeerNetwork network,
    NodeClock clock) : INodeStatus
{
    public ValueTask<RpcResult<NodeStatus>> GetStatus(GetStatusRequest request, ApiCall call)
    {
        var head = chain.Certified;
        var validators = epochs.Validators;
        var notReady = WhyNotReady();
        var status = new NodeStatus
        {
            SoftwareVersion = StatusApi.Version,
            ChannelName = genesis.ChannelName,
            Channel = ApiBytes.Of(genesis.Channel.Value),
            Role = "audit",
            Member = self.Member,
            Height = chain.Executed.Value,
            CertifiedHeight = head.Header.Height.Value,
            CertifiedTimeMs = head.Header.Time.UnixMilliseconds,
            CertifiedHeaderHash = ApiBytes.Of(head.Hash),
            Epoch = validators.Set.Epoch.Value,
            LogSize = head.Header.LogSize,
            TimeMs = clock.Now.UnixMilliseconds,
            Ready = notReady is null,
            NotReadyReason = notReady ?? "",
        };
        PeerList.AddTo(status, genesis, validators, network);
        foreach (var watch in watches.Watches)
        {
            var peer = status.Peers.FirstOrDefault(p => p.ValidatorIndex == (uint)watch.Index.Value);
            if (peer is not null) peer.CertifiedHeight = watch.Status.Certified.Value;
        }

        return new(status);
    }

    public string? WhyNotReady()
    {
        var validators = epochs.Validators;
        // One honest validator's chain is the chain; below f+1 there may be none among those that are heard.
        var connected = network.Peers.Count(p => p.IsConnected && validators.IndexOf(p.Peer) is not null);
        var needed = validators.Set.Quorum.OneHonest;
        return connected < needed
            ? $"connected to {connected} validators; {needed} are needed so that one of them is honest"
            : null;
    }
}
