using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Crypto;

namespace Ledger.Node.Api.Callers;

/// <summary>
/// Credentials whose signatures were found good, by the hashes of their bytes, so that each is checked once. The oldest
/// makes room for the newest: what that costs its bearer is one more check.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
/// <typeparam name="T">What is remembered of a credential.</typeparam>
internal sealed class VerifiedCredentials<T>(int capacity)
    where T : class
{
    // Bound: capacity. Only what a member's key signed gets in, so a stranger fills nothing.
    private readonly ConcurrentDictionary<Hash256, T> _known = new();
    private readonly Queue<Hash256> _order = new();
    private readonly Lock _lock = new();

    public int Count => _known.Count;

    public bool TryGet(in Hash256 digest, [NotNullWhen(true)] out T? known) => _known.TryGetValue(digest, out known);

    public void Add(in Hash256 digest, T verified)
    {
        lock (_lock)
        {
            if (!_known.TryAdd(digest, verified)) return;
            _order.Enqueue(digest);
            if (_order.Count > capacity) _known.TryRemove(_order.Dequeue(), out _);
        }
    }
}
