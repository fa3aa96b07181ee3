using System.Collections.Concurrent;
using Ledger.Network.Muxing;

namespace Ledger.Network.Peers;

/// <summary>All peers, and the announcing of who comes and goes.</summary>
/// <remarks>
/// Safe for every thread. Holds the configured peers and those connected, both of which the allow-list bounds. One loop
/// raises the events by comparing what it announced with what is, so that a burst of changes needs no queue.
/// </remarks>
internal sealed class PeerTable
{
    private readonly PeerServices _services;
    private readonly Func<PeerId, bool> _isAllowed;
    private readonly ConcurrentDictionary<PeerId, PeerEntry> _entries = new();
    private readonly Signal _changed = new();

    public PeerTable(PeerServices services, Func<PeerId, bool> isAllowed)
    {
        (_services, _isAllowed) = (services, isAllowed);
        foreach (var address in services.Options.Peers)
            _entries[address.Peer] = new PeerEntry(address.Peer, isConfigured: true, services.Time);
    }

    public IReadOnlyCollection<PeerStatus> Statuses => [.. _entries.Values.Select(e => e.GetStatus())];

    public IEnumerable<PeerConnection> Connections =>
        _entries.Values.Select(e => e.Current).OfType<PeerConnection>();

    public PeerConnection? Find(PeerId peer) => _entries.TryGetValue(peer, out var entry) ? entry.Current : null;

    public PeerEntry GetOrAdd(PeerId peer) =>
        _entries.GetOrAdd(peer, static (id, time) => new PeerEntry(id, isConfigured: false, time), _services.Time);

    /// <summary>Says which peers stay known while they are disconnected.</summary>
    public void SetConfigured(IReadOnlySet<PeerId> peers)
    {
        foreach (var peer in peers) GetOrAdd(peer);
        foreach (var entry in _entries.Values)
        {
            entry.IsConfigured = peers.Contains(entry.Peer);
            // One that is or was connected is forgotten when its end is announced.
            if (!entry.IsConfigured && entry.Connection == 0 && entry.AnnouncedConnection == 0)
                _entries.TryRemove(entry.Peer, out _);
        }
    }

    public void CountUnsent(PeerId peer)
    {
        if (_entries.TryGetValue(peer, out var entry)) entry.Counters.Dropped();
        _services.Metrics.Dropped(DropReason.NotConnected);
    }

    public bool TryAttach(PeerEntry entry, PeerConnection connection)
    {
        if (!entry.TryAttach(connection, _services.Self, out var replaced)) return false;
        if (replaced is null) _services.Metrics.PeerConnected();
        replaced?.Close(SessionEnd.Replaced);
        NetworkLog.PeerConnected(
            _services.Logger, connection.Peer, connection.RemoteEndPoint, connection.IsDialler);
        _changed.Set(inline: false);
        return true;
    }

    public void Detach(PeerEntry entry, PeerConnection connection)
    {
        if (entry.Detach(connection)) _services.Metrics.PeerDisconnected();
        var end = connection.Session.End ?? SessionEnd.ConnectionLost;
        _services.Metrics.Disconnected(end);
        if (end is SessionEnd.ProtocolViolation or SessionEnd.SlowPeer)
            NetworkLog.PeerMisbehaved(_services.Logger, entry.Peer, end, connection.Session.Cause?.Message);
        else
            NetworkLog.PeerDisconnected(_services.Logger, entry.Peer, end, connection.Session.Cause?.Message);
        _changed.Set(inline: false);
    }

    /// <summary>Raises events, one at a time, until <see cref="Wake"/> finds it stopped.</summary>
    public async Task AnnounceAsync(Action<PeerId> onConnected, Action<PeerId> onDisconnected, CancellationToken stop)
    {
        while (true)
        {
            foreach (var entry in _entries.Values) Announce(entry, onConnected, onDisconnected);
            if (stop.IsCancellationRequested) return;
            await _changed.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Has the announcing loop look again.</summary>
    public void Wake() => _changed.Set(inline: false);

    private void Announce(PeerEntry entry, Action<PeerId> onConnected, Action<PeerId> onDisconnected)
    {
        var connection = entry.Connection;
        if (connection == entry.AnnouncedConnection) return;
        if (entry.AnnouncedConnection != 0) onDisconnected(entry.Peer);
        if (connection != 0) onConnected(entry.Peer);
        entry.AnnouncedConnection = connection;
        // Whoever may not return need not be remembered.
        if (connection == 0 && !entry.IsConfigured && !_isAllowed(entry.Peer)) _entries.TryRemove(entry.Peer, out _);
    }
}
