using Ledger.Network;

namespace Ledger.Testing.Network;

/// <summary>Decides whether a frame arrives.</summary>
public delegate bool FrameFilter(PeerId from, PeerId to, ProtocolId protocol, ReadOnlyMemory<byte> frame);

/// <summary>
/// Joins <see cref="InMemoryNetwork"/>s in one process: everybody who has started is connected with everybody else,
/// until a test cuts a link. Safe for every thread.
/// </summary>
public sealed class InMemoryHub
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, InMemoryNetwork> _started = [];
    private readonly HashSet<(PeerId, PeerId)> _cut = [];

    /// <summary>False loses the frame on its way; the sender does not notice. Null lets all frames pass.</summary>
    public FrameFilter? Filter { get; set; }

    /// <summary>A node that has yet to start.</summary>
    public InMemoryNetwork Join(PeerId peer) => new(this, peer);

    /// <summary>Cuts the link between two nodes; both see the other disconnect.</summary>
    public void Cut(PeerId one, PeerId other)
    {
        lock (_gate)
        {
            if (!_cut.Add(Link(one, other))) return;
            Announce(one, other, connected: false);
        }
    }

    /// <summary>Restores the link between two nodes.</summary>
    public void Heal(PeerId one, PeerId other)
    {
        lock (_gate)
        {
            if (!_cut.Remove(Link(one, other))) return;
            Announce(one, other, connected: true);
        }
    }

    internal void Start(InMemoryNetwork node)
    {
        lock (_gate)
        {
            if (!_started.TryAdd(node.LocalPeer, node)) throw new InvalidOperationException("the peer has started");
            AnnounceToAll(node.LocalPeer, connected: true);
        }
    }

    internal void Stop(InMemoryNetwork node)
    {
        lock (_gate)
        {
            if (!_started.TryGetValue(node.LocalPeer, out var known) || known != node) return;
            AnnounceToAll(node.LocalPeer, connected: false);
            _started.Remove(node.LocalPeer);
        }
    }

    /// <summary>The other node, if a frame can reach it now.</summary>
    internal InMemoryNetwork? Reach(PeerId from, PeerId to)
    {
        lock (_gate)
            return _cut.Contains(Link(from, to)) || !_started.ContainsKey(from) ? null : _started.GetValueOrDefault(to);
    }

    private static (PeerId, PeerId) Link(PeerId one, PeerId other) => one < other ? (one, other) : (other, one);

    private void AnnounceToAll(PeerId peer, bool connected)
    {
        foreach (var other in _started.Keys.Where(o => o != peer && !_cut.Contains(Link(o, peer))))
            Announce(peer, other, connected);
    }

    private void Announce(PeerId one, PeerId other, bool connected)
    {
        if (!_started.TryGetValue(one, out var first) || !_started.TryGetValue(other, out var second)) return;
        first.Announce(other, connected);
        second.Announce(one, connected);
    }
}
