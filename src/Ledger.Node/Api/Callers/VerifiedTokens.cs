using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;

namespace Ledger.Node.Api.Callers;

/// <summary>
/// Tokens whose signatures were found good, by the hashes of their bytes, so that each is checked once. The oldest makes room
/// for the newest: what that costs its bearer is one more check.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class VerifiedTokens(int capacity)
{
    // Bound: capacity. Only what a member's key signed gets in, so a stranger fills nothing.
    private readonly ConcurrentDictionary<Hash256, CallerToken> _tokens = new();
    private readonly Queue<Hash256> _order = new();
    private readonly Lock _lock = new();

    public int Count => _tokens.Count;

    public bool TryGet(in Hash256 digest, [NotNullWhen(true)] out CallerToken? token) =>
        _tokens.TryGetValue(digest, out token);

    public void Add(in Hash256 digest, CallerToken token)
    {
        lock (_lock)
        {
            if (!_tokens.TryAdd(digest, token)) return;
            _order.Enqueue(digest);
            if (_order.Count > capacity) _tokens.TryRemove(_order.Dequeue(), out _);
        }
    }
}
