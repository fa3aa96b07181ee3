using System.Reflection;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Clocks;
using Ledger.Node.Driver;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;

namespace Ledger.Node.Api;

/// <summary>How the node is doing: for operators, load balancers and the <c>status</c> command.</summary>
internal sealed class StatusApi(
    Genesis genesis,
    EpochView epochs,
    ConsensusDriver driver,
    ChainView chain,
    TransactionPool pool,
    IPeerNetwork network,
    NodeClock clock,
    ClockWatch clocks) : INodeStatus
{
    /// <summary>The version of this program.</summary>
    public static string Version { get; } =
        typeof(StatusApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    public ValueTask<RpcResult<NodeStatus>> GetStatus(GetStatusRequest request, ApiCall call)
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
        var offsets = clocks.Report;
        if (offsets.Own is { } own) status.ClockOffsetMs = own;
        PeerList.AddTo(status, genesis, validators, network);
        foreach (var peer in status.Peers)
        {
            if (offsets[new ValidatorIndex((int)peer.ValidatorIndex)] is { } offset) peer.ClockOffsetMs = offset;
        }

        return new(status);
    }

    /// <summary>Why clients should not be sent here, as a sentence; null when the node can serve them.</summary>
    public string? WhyNotReady()
    {
        var validators = epochs.Validators;
        if (validators.Self is null) return $"it is no validator of epoch {validators.Set.Epoch}: it only follows";
        if (driver.Status.Missing is { } missing)
            return $"its chain was lost: it follows without voting until it has block {missing} again";
        var connected = network.Peers.Count(p => p.IsConnected && validators.IndexOf(p.Peer) is not null);
        var needed = validators.Set.Quorum.Quorum - 1;
        if (connected < needed) return $"connected to {connected} validators; {needed} are needed for a quorum";
        return clocks.WhyNotReady() ?? (driver.Status.InViewChange ? "a view change is under way" : null);
    }
}
