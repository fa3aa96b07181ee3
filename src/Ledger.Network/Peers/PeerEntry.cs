using System.Diagnostics.CodeAnalysis;

namespace Ledger.Network.Peers;

/// <summary>One peer, connected or not, and the one connection with it that counts.</summary>
/// <remarks>Safe for every thread.</remarks>
internal sealed class PeerEntry(PeerId peer, bool isConfigured, TimeProvider time)
{
    private readonly Lock _gate = new();
    private volatile bool _isConfigured = isConfigured;
    private volatile PeerConnection? _current;
    private TaskCompletionSource _disconnected = Ended();
    private DateTimeOffset? _since;
    private long _connections;

    public PeerId Peer => peer;

    /// <summary>True for a peer that stays known while it is disconnected.</summary>
    public bool IsConfigured
    {
        get => _isConfigured;
        set => _isConfigured = value;
    }

    public PeerCounters Counters { get; } = new();

    public PeerConnection? Current => _current;

    /// <summary>The number of the present connection, counted from 1; 0 while there is none.</summary>
    public long Connection
    {
        get
        {
            lock (_gate) return _current is null ? 0 : _connections;
        }
    }

    /// <summary>Only for the one loop that announces changes.</summary>
    public long AnnouncedConnection { get; set; }

    /// <summary>
    /// Makes a connection the one that counts; false when the present one takes precedence. Of two connections both
    /// sides keep the one that the smaller id dialled; among those of one dialler the newer, since a peer dials again
    /// only when it has lost the older.
    /// </summary>
    public bool TryAttach(PeerConnection fresh, PeerId self, out PeerConnection? replaced)
    {
        lock (_gate)
        {
            replaced = _current;
            if (replaced is { IsAlive: true } && IsPreferred(replaced, self) && !IsPreferred(fresh, self)) return false;
            if (_current is null)
                _disconnected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _current = fresh;
            _connections++;
            _since = time.GetUtcNow();
            return true;
        }
    }

    /// <summary>Forgets a connection that ended; false when another has taken its place.</summary>
    public bool Detach(PeerConnection ended)
    {
        lock (_gate)
        {
            if (_current != ended) return false;
            _current = null;
            _since = time.GetUtcNow();
            _disconnected.SetResult();
            return true;
        }
    }

    /// <summary>Ends when there is no connection.</summary>
    public Task WhenDisconnectedAsync()
    {
        lock (_gate) return _disconnected.Task;
    }

    [SuppressMessage("Design", "CA1024", Justification = "a snapshot is taken anew each time")]
    public PeerStatus GetStatus()
    {
        lock (_gate)
        {
            return new PeerStatus(
                peer,
                _current is not null,
                _since,
                _current?.Session.RoundTrip,
                _current?.QueuedBytes ?? 0,
                Counters.FramesSent,
                Counters.FramesReceived,
                Counters.BytesSent,
                Counters.BytesReceived,
                Counters.FramesDropped);
        }
    }

    private static bool IsPreferred(PeerConnection connection, PeerId self) =>
        connection.IsDialler == self < connection.Peer;

    private static TaskCompletionSource Ended()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
