using System.Net;
using System.Text.Json.Nodes;
using Ledger.Client;
using Ledger.Client.Identity;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.EndToEnd.Tests.Harness.Faults;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>
/// Four validators as processes of their own, made by <c>ledger init</c> in a folder of its own. Not thread-safe.
/// </summary>
internal sealed class Consortium : IAsyncDisposable
{
    public const int Size = 4;

    // Of a client that has no other node to go to.
    private static readonly TimeSpan LoneCallTimeout = TimeSpan.FromSeconds(20);

    private readonly PortBlock _ports;
    private readonly Reaper _reaper;

    private Consortium(PortBlock ports, Reaper reaper, string folder)
    {
        (_ports, _reaper, Folder) = (ports, reaper, folder);
        var parsed = GenesisJson.TryParse(File.ReadAllBytes(GenesisPath), out var genesis, out var error);
        Genesis = parsed ? genesis! : throw new InvalidOperationException(error);
        Identity = IdentityFile.Load(Path.Combine(folder, "identities", "client.key"));
        Nodes = [.. Enumerable.Range(0, Size).Select(Node)];
    }

    public string Folder { get; }

    public string GenesisPath => Path.Combine(Folder, "genesis.json");

    public Genesis Genesis { get; }

    /// <summary>The key of the first member's client, which holds the roles of an operator and of a platform.</summary>
    public ISigner Identity { get; }

    /// <summary>
    /// Settings of clients, without endpoints. A node that is frozen answers nothing; the defaults would wait for it longer
    /// than a test wants to.
    /// </summary>
    public LedgerClientOptions Options => new()
    {
        Genesis = Genesis,
        Identity = Identity,
        CallTimeout = TimeSpan.FromSeconds(4),
        MaxBackoff = TimeSpan.FromMilliseconds(500),
    };

    /// <summary>The address of a validator's peers as genesis has it.</summary>
    public IPEndPoint AddressOf(int index) =>
        IPEndPoint.Parse(Genesis.Validators[new ValidatorIndex(index)].Address);

    public IReadOnlyList<TestNode> Nodes { get; }

    /// <summary>Makes a consortium, none of whose nodes runs yet.</summary>
    /// <param name="behindProxy">
    /// Whether nodes listen elsewhere than genesis says, which leaves its addresses to a <see cref="FaultProxy"/>.
    /// </param>
    public static async Task<Consortium> CreateAsync(bool behindProxy = false)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-e2e-").FullName;
        var reaper = new Reaper(folder);
        var ports = PortBlock.Take(Size);
        try
        {
            var result = await Programs.RunToolAsync(
                folder, "init", "--out", folder, "--base-port", $"{ports.Base}");
            result.Ended(0);
            if (behindProxy) MoveListeners(folder, ports.Base);
            return new Consortium(ports, reaper, folder);
        }
        catch
        {
            await reaper.DisposeAsync();
            ports.Dispose();
            throw;
        }
    }

    /// <summary>Runs a test against a new consortium whose nodes are ready; a failure tells what they logged.</summary>
    public static async Task RunAsync(Func<Consortium, Task> test)
    {
        var consortium = await CreateAsync();
        await using var disposing = consortium;
        await consortium.ExplainAsync(async () =>
        {
            await consortium.StartAsync();
            await test(consortium);
        });
    }

    /// <summary>The same, with a proxy between any two nodes, which can do to their connections what a network can.</summary>
    public static async Task RunBehindProxyAsync(Func<Consortium, FaultProxy, Task> test)
    {
        var consortium = await CreateAsync(behindProxy: true);
        await using var disposing = consortium;
        await using var proxy = new FaultProxy(consortium);
        await consortium.ExplainAsync(async () =>
        {
            await consortium.StartAsync();
            await test(consortium, proxy);
            proxy.RequireNoFailure();
        });
    }

    /// <summary>Adds the nodes' logs to the message of a failure.</summary>
    public async Task ExplainAsync(Func<Task> test)
    {
        try
        {
            await test();
        }
        catch (Exception e)
        {
            throw new ConsortiumException($"{e.Message}\n{string.Join('\n', Nodes.Select(n => n.Log()))}", e);
        }
    }

    /// <summary>Starts the nodes that do not run, and waits until all are ready.</summary>
    public async Task StartAsync()
    {
        foreach (var node in Nodes.Where(n => !n.IsRunning)) node.Start();
        foreach (var node in Nodes) await node.IsReadyAsync();
    }

    /// <summary>Stops every node in an orderly way.</summary>
    public async Task StopAsync()
    {
        foreach (var node in Nodes) Assert.Equal(0, await node.StopAsync());
    }

    /// <summary>A client of all nodes that asks the given one first.</summary>
    public LedgerClient Client(int first = 0) =>
        ClientOf([.. Enumerable.Range(first, Size).Select(i => Nodes[i % Size])]);

    /// <summary>A client of these nodes only.</summary>
    public LedgerClient ClientOf(params IReadOnlyList<TestNode> nodes) => new(Options with
    {
        Endpoints = [.. nodes.Select(n => n.Grpc)],
        CallTimeout = nodes.Count == 1 ? LoneCallTimeout : Options.CallTimeout,
    });

    private TestNode Node(int index) => new(index, Path.Combine(Folder, "nodes", $"{index}"), Options);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) node.Dispose();
        await _reaper.DisposeAsync();
        _ports.Dispose();
    }

    private static void MoveListeners(string folder, int basePort)
    {
        for (var i = 0; i < Size; i++)
        {
            var path = Path.Combine(folder, "nodes", $"{i}", "node.json");
            var config = JsonNode.Parse(File.ReadAllText(path))!;
            config["peer_listen"] = $"127.0.0.1:{basePort + PortBlock.BehindProxy + i}";
            File.WriteAllText(path, config.ToJsonString());
        }
    }
}

/// <summary>A test failed; the message holds what the nodes logged.</summary>
internal sealed class ConsortiumException(string message, Exception inner) : Exception(message, inner);
