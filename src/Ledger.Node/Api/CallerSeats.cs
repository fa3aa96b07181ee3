namespace Ledger.Node.Api;

/// <summary>How much of something that is scarce is in use at once: so many for a caller, so many for all.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class CallerSeats(int perCaller, int inAll)
{
    private readonly Lock _gate = new();

    // By caller. Bound: inAll entries.
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>A seat for a caller, given back by disposing of it; null when there is none.</summary>
    public IDisposable? TryTake(ApiCall call)
    {
        var caller = call.Caller?.Member.Id ?? call.Http.Connection.RemoteIpAddress?.ToString() ?? "";
        lock (_gate)
        {
            var mine = _taken.GetValueOrDefault(caller);
            if (mine == perCaller || _all == inAll) return null;
            _taken[caller] = mine + 1;
            _all++;
        }

        return new Seat(this, caller);
    }

    private void Leave(string caller)
    {
        lock (_gate)
        {
            _all--;
            if (_taken[caller] == 1) _taken.Remove(caller);
            else _taken[caller]--;
        }
    }

    private sealed class Seat(CallerSeats seats, string caller) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) seats.Leave(caller);
        }
    }
}
