using System.Net;
using System.Net.Sockets;
using Ledger.Network.Security;

namespace Ledger.Network.Peers;

/// <summary>Accepts connections and takes each through the handshake, or refuses it.</summary>
/// <remarks>One per network. Owns the listening socket.</remarks>
internal sealed class Listener : IDisposable
{
    // Handshakes that gave way take a moment to end; beyond this the socket is closed unheard.
    private const int EndingFactor = 4;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly PeerServices _services;
    private readonly SecureChannel _channel;
    private readonly Func<SecuredConnection, IPEndPoint?, Task> _onSecured;
    private readonly HandshakeGate _gate;
    private readonly TaskGroup _tasks;
    private readonly Socket _socket;

    public Listener(
        PeerServices services,
        SecureChannel channel,
        IPEndPoint endPoint,
        TaskGroup connections,
        Func<SecuredConnection, IPEndPoint?, Task> onSecured)
    {
        (_services, _channel, _onSecured) = (services, channel, onSecured);
        _gate = new HandshakeGate(services.Options.MaxConcurrentHandshakes);
        _tasks = new TaskGroup(
            EndingFactor * services.Options.MaxConcurrentHandshakes, e => NetworkLog.TaskFailed(services.Logger, e));
        Connections = connections;
        _socket = TcpSockets.Listen(endPoint);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    private TaskGroup Connections { get; }

    /// <summary>Accepts until stopped; ends when no handshake is under way any more.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Take(await _socket.AcceptAsync(stop).ConfigureAwait(false), stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException e)
            {
                // Out of descriptors, most likely: what is connected goes on, and the next attempt may succeed.
                NetworkLog.AcceptFailed(_services.Logger, e.Message);
                await Task.Delay(PauseAfterFailure, _services.Time, CancellationToken.None).ConfigureAwait(false);
            }
        }

        await _tasks.WhenEmptyAsync().ConfigureAwait(false);
    }

    public void Dispose() => _socket.Dispose();

    private void Take(Socket socket, CancellationToken stop)
    {
        if (_tasks.TryRun(() => HandshakeAsync(socket, stop))) return;
        socket.Dispose();
        _services.Metrics.Refused(HandshakeRefusal.TooManyHandshakes);
    }

    private async Task HandshakeAsync(Socket socket, CancellationToken stop)
    {
        IPEndPoint? remote = null;
        using var ticket = _gate.Enter(_services.Options.HandshakeTimeout, stop);
        try
        {
            remote = socket.RemoteEndPoint as IPEndPoint;
            TcpSockets.Tune(socket);
            var stream = new NetworkStream(socket, ownsSocket: true);
            var secured = await _channel.AcceptAsync(stream, ticket.Token).ConfigureAwait(false);
            if (Connections.TryRun(() => _onSecured(secured, remote))) return;
            await secured.Stream.DisposeAsync().ConfigureAwait(false);
            Refuse(remote, HandshakeRefusal.TooManyHandshakes, "too many connections");
        }
        catch (HandshakeException e)
        {
            Refuse(remote, e.Reason, e.Message);
        }
        catch (OperationCanceledException)
        {
            if (stop.IsCancellationRequested) return;
            var reason = ticket.IsEvicted ? HandshakeRefusal.TooManyHandshakes : HandshakeRefusal.Timeout;
            Refuse(remote, reason, "the handshake did not end in time");
        }
        catch (SocketException e)
        {
            socket.Dispose();
            Refuse(remote, HandshakeRefusal.Closed, e.Message);
        }
    }

    private void Refuse(IPEndPoint? remote, HandshakeRefusal reason, string detail)
    {
        _services.Metrics.Refused(reason);
        NetworkLog.InboundRefused(_services.Logger, remote, reason, detail);
    }
}
