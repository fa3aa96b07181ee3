namespace Ledger.Network.Peers;

/// <summary>
/// Bounds the handshakes that strangers have under way. At the bound the oldest gives way: an honest handshake takes
/// milliseconds, so whoever stalls is the one to go, and a flood of stalled ones cannot lock a peer out.
/// </summary>
/// <remarks>Safe for every thread.</remarks>
internal sealed class HandshakeGate(int limit)
{
    private readonly Lock _gate = new();

    // Oldest first; bounded by the limit.
    private readonly LinkedList<Ticket> _underWay = [];

    /// <summary>
    /// Admits a handshake, which must end when the ticket's token is cancelled. Dispose the ticket at its end.
    /// </summary>
    public Ticket Enter(TimeSpan timeout, CancellationToken stop)
    {
        Ticket? oldest = null;
        Ticket ticket;
        lock (_gate)
        {
            if (_underWay.Count >= limit)
            {
                oldest = _underWay.First!.Value;
                _underWay.RemoveFirst();
            }

            ticket = new Ticket(this, timeout, stop);
            _underWay.AddLast(ticket);
        }

        oldest?.Evict();
        return ticket;
    }

    /// <summary>One handshake's permission to be under way.</summary>
    internal sealed class Ticket : IDisposable
    {
        private readonly HandshakeGate _owner;
        private readonly Lock _state = new();
        private readonly CancellationTokenSource _cancel;
        private bool _isDisposed;

        public Ticket(HandshakeGate owner, TimeSpan timeout, CancellationToken stop)
        {
            _owner = owner;
            _cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
            _cancel.CancelAfter(timeout);
            Token = _cancel.Token;
        }

        public CancellationToken Token { get; }

        /// <summary>True when the handshake had to give way to another.</summary>
        public bool IsEvicted { get; private set; }

        public void Dispose()
        {
            lock (_owner._gate) _owner._underWay.Remove(this);
            lock (_state)
            {
                _isDisposed = true;
                _cancel.Dispose();
            }
        }

        public void Evict()
        {
            lock (_state)
            {
                if (_isDisposed) return;
                IsEvicted = true;
                _cancel.Cancel();
            }
        }
    }
}
