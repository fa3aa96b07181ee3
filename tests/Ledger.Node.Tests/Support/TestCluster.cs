using System.Diagnostics.Metrics;
using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Contracts;
using Ledger.Node.Hosting;
using Ledger.Node.Options;
using Ledger.Testing.Builders;
using Ledger.Testing.Network;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ledger.Node.Tests.Support;

/// <summary>Four whole nodes with real databases in one process, over a network in memory.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly IMeterFactory _meters;
    private readonly Running?[] _nodes;
    private (AuditNode Node, CancellationTokenSource Stop, Task Task)? _audit;
    private int _made;

    /// <param name="nodes">The validators of epoch 0.</param>
    /// <param name="meters">Where instruments are made.</param>
    /// <param name="candidates">
    /// Nodes beyond them, which are to become validators. With any, there are eight members with administrators.
    /// </param>
    /// <param name="observers">Audit nodes in genesis.</param>
    /// <param name="parameters">The other parameters of the channel; null for the defaults.</param>
    /// <param name="contracts">What contracts may use, executed by <see cref="CounterRuntime"/>; null for none.</param>
    public TestCluster(
        int nodes = 4, IMeterFactory? meters = null, int candidates = 0, int observers = 0,
        ContractParameters? contracts = null, ChannelParameters? parameters = null)
    {
        _meters = meters ?? _services.GetRequiredService<IMeterFactory>();
        Genesis = candidates == 0
            ? A.Genesis(nodes, observers: observers, contracts: contracts, parameters: parameters)
            : A.GovernedGenesis(nodes, observers: observers);
        _nodes = new Running?[nodes + candidates];
        for (var i = 0; i < _nodes.Length; i++) WriteKey(Name(i), "validator/" + Member(i));
        if (observers > 0) WriteKey("audit", "observer/0");
    }

    /// <summary>The audit node, once started.</summary>
    public AuditNode Audit => _audit!.Value.Node;

    /// <summary>The audit node's place in the network.</summary>
    public PeerId AuditPeer => PeerId.FromPublicKey(Genesis.Observers[0].Key.Encoded);

    public void StartAudit()
    {
        var config = Config("audit", NodeConfig.AuditRole);
        var node = AuditNode.Open(
            config,
            Genesis,
            NullLoggerFactory.Instance,
            _meters,
            Time,
            (identity, _) => Hub.Join(PeerId.FromPublicKey(identity.PublicKey)),
            Engines(-1));
        var stop = new CancellationTokenSource();
        _audit = (node, stop, Task.Run(() => node.RunAsync(stop.Token)));
    }

    public async Task StopAuditAsync()
    {
        if (_audit is not { } running) return;
        _audit = null;
        await running.Stop.CancelAsync();
        try
        {
            await running.Task.WaitAsync(Limit);
        }
        finally
        {
            await running.Node.DisposeAsync();
            running.Stop.Dispose();
        }
    }

    public Genesis Genesis { get; }

    public InMemoryHub Hub { get; } = new();

    /// <summary>The clock of all nodes.</summary>
    public ShiftedTime Time { get; } = new();

    /// <summary>The runtimes that a node has; the audit node's index is -1.</summary>
    public Func<int, ContractEngines> Engines { get; init; } = _ => CounterRuntime.Engines;

    public int SnapshotBehindBlocks { get; init; } = 10_000;

    public string Sync { get; init; } = "auto";

    public int Count => _nodes.Length;

    /// <summary>What nodes that are started from now on are told of peers besides the validators.</summary>
    public IReadOnlyList<string> KnownPeers { get; set; } = [];

    public LedgerNode this[int index] => _nodes[index]!.Node;

    public PeerId Peer(int index) => PeerId.FromPublicKey(
        (index < Genesis.Validators.Count
            ? Genesis.Validators[new ValidatorIndex(index)].Key
            : A.ValidatorSigner(Member(index)).PublicKey).Encoded);

    /// <summary>Where a node's files are.</summary>
    public string FolderOf(int index) => _folder.File(Name(index));

    /// <summary>The member that runs a node.</summary>
    public static string Member(int index) => A.Members(index + 1)[^1];

    public void StartAll()
    {
        for (var i = 0; i < Count; i++) Start(i);
    }

    public void Start(int index) =>
        Start(index, (identity, _) => Hub.Join(PeerId.FromPublicKey(identity.PublicKey)));

    public void Start(int index, PeerNetworkFactory network)
    {
        var node = LedgerNode.Open(
            ConfigOf(index),
            Genesis,
            NullLoggerFactory.Instance,
            _meters,
            Time,
            network,
            engines: Engines(index));
        var stop = new CancellationTokenSource();
        _nodes[index] = new Running(node, stop, Task.Run(() => node.RunAsync(stop.Token)));
    }

    /// <summary>Waits until a node ends by itself, and closes it; throws what ended it.</summary>
    public async Task<NodeEnd> EndOf(int index)
    {
        var running = _nodes[index]!;
        try
        {
            return await running.Task.WaitAsync(Limit);
        }
        finally
        {
            _nodes[index] = null;
            await running.Node.DisposeAsync();
            running.Stop.Dispose();
        }
    }

    /// <summary>Has a node that is stopped join from a snapshot.</summary>
    public async Task<bool> JoinAsync(int index)
    {
        using var limit = new CancellationTokenSource(Limit);
        return await NodeJoin.RunAsync(
            ConfigOf(index), Genesis, NullLoggerFactory.Instance, _meters, Time,
            (identity, _) => Hub.Join(PeerId.FromPublicKey(identity.PublicKey)), limit.Token);
    }

    /// <summary>The block that a running node's history begins after.</summary>
    public BlockHeight? BaseOf(int index) => this[index].Base;

    private NodeConfig ConfigOf(int index) => Config(
        Name(index), index < Genesis.Validators.Count ? NodeConfig.ValidatorRole : NodeConfig.CandidateRole);

    public async Task StopAsync(int index)
    {
        if (_nodes[index] is not { } running) return;
        _nodes[index] = null;
        await running.Stop.CancelAsync();
        try
        {
            await running.Task.WaitAsync(Limit);
        }
        finally
        {
            await running.Node.DisposeAsync();
            running.Stop.Dispose();
        }
    }

    /// <summary>Cuts a node's links to all others; it need not have started.</summary>
    public void Isolate(int index) => ForOthers(index, other => Hub.Cut(Peer(index), Peer(other)));

    /// <summary>Restores them.</summary>
    public void Heal(int index) => ForOthers(index, other => Hub.Heal(Peer(index), Peer(other)));

    /// <summary>A transaction that nobody sent before.</summary>
    public SignedTransaction Next(string member = "org-a")
    {
        var signer = A.ClientSigner(member);
        var until = new Timestamp((ulong)Time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds());
        var subject = $"order-{Interlocked.Increment(ref _made)}";
        return SignedTransaction.Create(
            new Transaction(
                Genesis.Channel,
                signer.PublicKey.Id,
                TransactionKind.Evidence,
                until,
                EvidenceBody.Encode([A.Record(subject)])),
            signer,
            Genesis.Suite);
    }

    /// <summary>Submits a contract transaction at a node and waits until its block is certified there.</summary>
    public async Task<TransactionOutcome> Run(int node, ContractBody body, string member = "org-a")
    {
        // No two are signed at the same moment.
        var made = Interlocked.Increment(ref _made);
        var now = new Timestamp((ulong)(Time.GetUtcNow().ToUnixTimeMilliseconds() + made));
        using var call = Call();
        var transaction = A.Transaction(Genesis, member, body, now);
        var result = await this[node].Submission.SubmitAndWait(
            new SubmitAndWaitRequest { Transaction = ByteString.CopyFrom(transaction.Encoded.Span) }, call);
        Assert.True(result.Status.IsOk, result.Status.ToString());
        return result.Value!;
    }

    /// <summary>Submits at a node and waits until its block is certified there.</summary>
    public async Task<TransactionOutcome> Anchor(int node, SignedTransaction transaction)
    {
        using var call = Call();
        var result = await this[node].Submission.SubmitAndWait(
            new SubmitAndWaitRequest { Transaction = ByteString.CopyFrom(transaction.Encoded.Span) }, call);
        Assert.True(result.Status.IsOk, result.Status.ToString());
        Assert.Equal(TransactionOutcome.Types.State.Committed, result.Value!.State);
        return result.Value;
    }

    /// <summary>Submits one more transaction everywhere, and compares the blocks up to it on these nodes.</summary>
    public async Task AllAgree(params int[] nodes)
    {
        var last = Next();
        var outcomes = await Task.WhenAll(nodes.Select(n => Anchor(n, last)));
        Assert.Single(outcomes.Select(o => o.Height).Distinct());
        await Agree(nodes, from: 1, to: outcomes[0].Height);
    }

    /// <summary>
    /// Compares certified blocks of nodes. Below the last, one that a later block's certificate reached may have none of its
    /// own at a node yet, or at any: then it is not shown, and the blocks above vouch for it by their hashes.
    /// </summary>
    public async Task Agree(int[] nodes, ulong from, ulong? to = null)
    {
        var last = to ?? from;
        for (var height = from; height <= last; height++)
        {
            var headers = new HashSet<string>();
            foreach (var node in nodes)
            {
                using var call = Call();
                var block = await this[node].Chain.GetBlock(new GetBlockRequest { Height = height }, call);
                if (height < last && block.Status.Reason == "TRY_AGAIN") continue;
                Assert.True(block.Status.IsOk, block.Status.ToString());
                headers.Add(Convert.ToHexString(block.Value!.Header.Span));
            }

            Assert.InRange(headers.Count, height < last ? 0 : 1, 1);
        }
    }

    /// <summary>Submits a change of the validators of an epoch at a node; five of eight members approve.</summary>
    public Task<TransactionOutcome> Change(int node, ulong epoch, params ValidatorStep[] steps)
    {
        var now = new Timestamp((ulong)Time.GetUtcNow().ToUnixTimeMilliseconds());
        return Anchor(node, A.Transaction(Genesis, "org-a", A.ApprovedChange(Genesis, epoch, 5, steps), now));
    }

    public async Task<NodeStatus> StatusOf(int node)
    {
        using var call = Call();
        return (await this[node].Status.GetStatus(new GetStatusRequest(), call)).Value!;
    }

    /// <summary>Waits until nodes are in an epoch.</summary>
    public async Task Reach(ulong epoch, params int[] nodes)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        foreach (var node in nodes)
        {
            while ((await StatusOf(node)).Epoch < epoch) await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>The receipt of a transaction's first record, as a node gives it.</summary>
    public async Task<byte[]> Receipt(int node, Hash256 id)
    {
        using var call = Call();
        var evidence = new EvidenceRef { TransactionId = ByteString.CopyFrom(id.AsSpan()) };
        var answer = await this[node].Evidence.GetReceipt(new GetReceiptRequest { Evidence = evidence }, call);
        Assert.True(answer.Status.IsOk, answer.Status.ToString());
        return answer.Value!.Receipt.ToByteArray();
    }

    public async Task<TransactionOutcome> Outcome(int node, Hash256 id)
    {
        using var call = Call();
        var request = new GetTransactionRequest { TransactionId = ByteString.CopyFrom(id.AsSpan()) };
        return (await this[node].Submission.GetTransaction(request, call)).Value!;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAuditAsync();
        for (var i = 0; i < Count; i++) await StopAsync(i);
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    public static GrpcCall Call() => new(new DefaultHttpContext(), Limit, TimeProvider.System);

    private void ForOthers(int index, Action<int> act)
    {
        for (var other = 0; other < Count; other++)
        {
            if (other != index) act(other);
        }
    }

    private static string Name(int index) => $"node-{index}";

    private NodeConfig Config(string folder, string role) => new()
    {
        BaseFolder = _folder.File(folder),
        Role = role,
        Genesis = "genesis.json",
        Key = "node.key",
        Data = "data",
        PeerListen = "127.0.0.1:1",
        GrpcListen = "127.0.0.1:2",
        HttpListen = "127.0.0.1:3",
        Sync = Sync,
        SnapshotBehindBlocks = SnapshotBehindBlocks,
        SnapshotIntervalBlocks = 10,
        KnownPeers = KnownPeers,
    };

    private void WriteKey(string name, string seed)
    {
        var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        FirstStart.MakeDataFolder(Path.Combine(folder, "data"));
        var secret = Sha256.Instance.Hash(System.Text.Encoding.UTF8.GetBytes(seed));
        var file = Path.Combine(folder, "node.key");
        File.WriteAllBytes(file, KeyFileCodec.Encode(Genesis.Suite, secret.AsSpan()));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private sealed record Running(LedgerNode Node, CancellationTokenSource Stop, Task<NodeEnd> Task);
}
