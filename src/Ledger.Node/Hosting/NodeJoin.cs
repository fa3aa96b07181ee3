using System.Diagnostics.Metrics;
using Ledger.Core.Membership;
using Ledger.Node.Driver;
using Ledger.Node.Observability;
using Ledger.Node.Options;
using Ledger.Node.Sync;
using Ledger.Storage;
using Ledger.Storage.Votes;

namespace Ledger.Node.Hosting;

/// <summary>How a node's run ended.</summary>
internal enum NodeEnd
{
    /// <summary>It was told to stop.</summary>
    Stopped = 0,

    /// <summary>It is so far behind that it is to begin from a snapshot.</summary>
    JoinFromSnapshot,

    /// <summary>Its chain was lost and is fetched: it is to be opened anew, and votes again.</summary>
    ChainRestored,
}

/// <summary>A snapshot is partly installed, so there is no chain to run on yet.</summary>
internal sealed class JoinPendingException : Exception
{
    public JoinPendingException()
        : base("a snapshot is partly installed")
    {
    }

    public JoinPendingException(string message)
        : base(message)
    {
    }

    public JoinPendingException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>
/// The node's other way to start: with nothing but the store, the key and the network it installs a snapshot, or goes on
/// with one. It serves and votes nothing meanwhile.
/// </summary>
internal static class NodeJoin
{
    /// <summary>Ends when a snapshot is installed (true) or nobody offers one (false).</summary>
    public static async Task<bool> RunAsync(
        NodeConfig config, Genesis genesis, ILoggerFactory loggers, IMeterFactory meters, TimeProvider time,
        PeerNetworkFactory network, CancellationToken stop)
    {
        var signer = NodeFiles.LoadKey(config);
        // Whom else there is by now, the snapshot will tell.
        var validators = new ValidatorPeers(genesis.Validators, genesis.Validators.IndexOf(signer.PublicKey.Id));
        var data = config.Resolve(config.Data);
        using var store = LedgerStore.Open(new StorageOptions { Path = Path.Combine(data, "chain") }, genesis);
        using var votes = VoteLog.Open(Path.Combine(data, "votes"));
        var book = new PeerBook(config, genesis.Suite);
        var epochs = new EpochView(validators, null);
        var peers = network(
            new NodeIdentity(signer), NodeNetwork.Options(config, genesis, book, epochs));
        await using var closing = peers.ConfigureAwait(false);
        var joiner = new SnapshotJoiner(
            store, votes.Sequence, peers, book.Sources(epochs), CatchUpOptions.For(genesis.Parameters).Fetch,
            new NodeClock(time), new NodeMetrics(meters), loggers.CreateLogger<SnapshotJoiner>());
        await using var ending = joiner.ConfigureAwait(false);
        return await joiner.RunAsync(stop).ConfigureAwait(false);
    }
}
