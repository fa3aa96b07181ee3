using System.Net;
using System.Net.Sockets;
using Ledger.Testing.Consensus;

namespace Ledger.EndToEnd.Tests.Harness.Faults;

/// <summary>
/// Stands at the addresses that genesis gives the validators and passes every connection on to the node behind it, doing
/// to it on the way what a test demands. Safe for concurrent use.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly Consortium _consortium;
    private readonly FaultLink[,] _links;
    private readonly bool[,] _cut;
    private readonly List<TcpListener> _listeners = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();

    // Under the gate. Bound: what the nodes keep open with each other.
    private readonly HashSet<(int From, int To, ProxiedConnection Connection)> _open = [];
    private readonly List<Task> _tasks = [];
    private readonly SplitMix64 _seeds = new(1);
    private int _connections;

    public FaultProxy(Consortium consortium)
    {
        _consortium = consortium;
        var count = consortium.Nodes.Count;
        (_links, _cut) = (new FaultLink[count, count], new bool[count, count]);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++) _links[i, j] = new FaultLink();
            var (index, listener) = (i, new TcpListener(consortium.AddressOf(i)));
            listener.Start();
            _listeners.Add(listener);
            _tasks.Add(Task.Run(() => AcceptAsync(index, listener)));
        }
    }

    /// <summary>Connections passed on so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The way from one node to another, whichever of them dialled.</summary>
    public FaultLink this[int from, int to] => _links[from, to];

    /// <summary>Every link of every two nodes.</summary>
    public IEnumerable<FaultLink> All => Pairs().Select(pair => _links[pair.From, pair.To]);

    /// <summary>Resets the connections of two nodes and refuses new ones.</summary>
    public void Cut(int one, int other)
    {
        lock (_gate) _cut[one, other] = _cut[other, one] = true;
        foreach (var connection in Between(one, other)) connection.Reset();
    }

    /// <summary>Cuts every link between the two sides.</summary>
    public void Split(IReadOnlyCollection<int> side)
    {
        foreach (var (from, to) in Pairs())
        {
            if (side.Contains(from) && !side.Contains(to)) Cut(from, to);
        }
    }

    /// <summary>Resets the connections of two nodes; they may connect anew.</summary>
    public void Reset(int one, int other)
    {
        foreach (var connection in Between(one, other)) connection.Reset();
    }

    /// <summary>Ends the connections of two nodes for the one that was dialled and for nobody else.</summary>
    public int HalfOpen(int one, int other)
    {
        var connections = Between(one, other);
        foreach (var connection in connections) connection.BecomeHalfOpen();
        return connections.Count;
    }

    /// <summary>Ends every fault.</summary>
    public void Heal()
    {
        lock (_gate) Array.Clear(_cut);
        foreach (var link in All) link.Heal();
    }

    /// <summary>Throws what the proxy itself failed with: then the test has shown nothing.</summary>
    public void RequireNoFailure()
    {
        lock (_gate)
        {
            if (_tasks.Find(t => t.IsFaulted) is { } failed) failed.GetAwaiter().GetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var listener in _listeners) listener.Dispose();
        Task[] tasks;
        lock (_gate)
        {
            foreach (var (_, _, connection) in _open) connection.Reset();
            tasks = [.. _tasks];
        }

        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private IEnumerable<(int From, int To)> Pairs() =>
        from one in Enumerable.Range(0, _consortium.Nodes.Count)
        from other in Enumerable.Range(0, _consortium.Nodes.Count)
        where one != other
        select (one, other);

    private List<ProxiedConnection> Between(int one, int other)
    {
        lock (_gate)
        {
            return [.. _open.Where(c => (c.From, c.To) == (one, other) || (c.From, c.To) == (other, one))
                .Select(c => c.Connection)];
        }
    }

    private async Task AcceptAsync(int index, TcpListener listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket dialler;
            try
            {
                dialler = await listener.AcceptSocketAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            lock (_gate)
            {
                _tasks.RemoveAll(t => t.IsCompletedSuccessfully);
                _tasks.Add(Task.Run(() => ServeAsync(dialler, index)));
            }
        }
    }

    private async Task ServeAsync(Socket dialler, int to)
    {
        using var closing = dialler;
        if (NodeOf(dialler) is not { } from) return;
        using var target = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var peer = _consortium.Nodes[to].Peer;
        try
        {
            await target.ConnectAsync(IPAddress.Loopback, peer.Port, _stop.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return;
        }

        (dialler.NoDelay, target.NoDelay) = (true, true);
        (int From, int To, ProxiedConnection Connection) entry;
        lock (_gate)
        {
            if (_cut[from, to]) return;
            var connection = new ProxiedConnection(
                dialler, target, _links[from, to], _links[to, from], _seeds.Next());
            entry = (from, to, connection);
            _open.Add(entry);
        }

        Interlocked.Increment(ref _connections);
        await entry.Connection.RunAsync();
        lock (_gate) _open.Remove(entry);
        entry.Connection.Dispose();
    }

    private int? NodeOf(Socket dialler)
    {
        var (caller, entrance) = ((IPEndPoint)dialler.RemoteEndPoint!, (IPEndPoint)dialler.LocalEndPoint!);
        var running = _consortium.Nodes.Where(n => n.IsRunning).ToDictionary(n => n.ProcessId, n => n.Index);
        return SocketOwner.Find(caller.Port, entrance.Port, running.Keys) is { } process ? running[process] : null;
    }
}
