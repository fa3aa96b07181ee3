using System.Net;
using System.Net.Sockets;
using Ledger.Network.Security;

namespace Ledger.Network.Peers;

/// <summary>
/// Keeps a connection with one configured peer: dials whenever there is none, for as long as the node runs.
/// </summary>
/// <remarks>One loop per peer.</remarks>
internal sealed class Dialer(
    PeerServices services,
    SecureChannel channel,
    PeerEntry entry,
    PeerAddress address,
    Func<PeerId, bool> isAllowed,
    Func<SecuredConnection, IPEndPoint?, CancellationToken, Task> attach)
{
    // A connection that lasted this long was a good one: the back-off starts over.
    private static readonly TimeSpan GoodConnection = TimeSpan.FromSeconds(10);

    private readonly PeerNetworkOptions _options = services.Options;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            if (services.Self > address.Peer)
                await Task.Delay(_options.DialPrecedence, services.Time, stop).ConfigureAwait(false);
            var failures = 0;
            while (true)
            {
                var waitedFrom = services.Time.GetTimestamp();
                await entry.WhenDisconnectedAsync().WaitAsync(stop).ConfigureAwait(false);
                if (services.Time.GetElapsedTime(waitedFrom) >= GoodConnection) failures = 0;
                if (failures > 0) await Task.Delay(Pause(failures), services.Time, stop).ConfigureAwait(false);
                if (entry.Current is not null) continue;

                // Success counts as a failure too until the connection has lasted, lest two nodes that
                // accept and at once drop each other dial in a tight loop.
                failures++;
                if (isAllowed(address.Peer)) await AttemptAsync(stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The network is stopping.
        }
    }

    /// <summary>Doubles with each failure up to the cap; the jitter keeps nodes that fell together from dialling
    /// together.
    /// </summary>
    internal static TimeSpan Pause(TimeSpan first, TimeSpan cap, int failures, double jitter)
    {
        var doubled = first * Math.Pow(2, Math.Min(failures - 1, 30));
        return (doubled < cap ? doubled : cap) * (0.5 + 0.5 * jitter);
    }

    private TimeSpan Pause(int failures) =>
        Pause(_options.ReconnectDelay, _options.MaxReconnectDelay, failures, Random.Shared.NextDouble());

    private async Task AttemptAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_options.HandshakeTimeout);
        try
        {
            var socket = await TcpSockets.ConnectAsync(address.Host, address.Port, limit.Token).ConfigureAwait(false);
            var remote = socket.RemoteEndPoint as IPEndPoint;
            var stream = new NetworkStream(socket, ownsSocket: true);
            var secured = await channel.DialAsync(stream, address.Peer, limit.Token).ConfigureAwait(false);
            await attach(secured, remote, limit.Token).ConfigureAwait(false);
        }
        catch (HandshakeException e)
        {
            Fail(e.Reason, e.Message);
        }
        catch (SocketException e)
        {
            Fail(HandshakeRefusal.Closed, e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Fail(HandshakeRefusal.Timeout, "no handshake in time");
        }
    }

    private void Fail(HandshakeRefusal reason, string detail)
    {
        services.Metrics.Refused(reason);
        if (reason is HandshakeRefusal.WrongPeer or HandshakeRefusal.Ourselves)
            NetworkLog.WrongPeer(services.Logger, address.Host, address.Port, detail);
        else
            NetworkLog.DialFailed(services.Logger, address.Peer, address.Host, address.Port, reason, detail);
    }
}
