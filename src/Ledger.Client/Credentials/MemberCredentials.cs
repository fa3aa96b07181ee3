using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Client.Credentials;

/// <summary>
/// Makes tokens with a member's key: one for each node, made anew when a fifth of its life is left. It costs one
/// signature each time, and nothing in between.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class MemberCredentials : ICallerCredentials
{
    /// <summary>How long a token lives unless asked otherwise: five minutes.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(5);

    // Of a key that belongs to nobody; the node says so, with what to do about it.
    private const string NoMember = "unknown";

    private const int IdBytes = 16;

    // A token is good at one node only, so one made by that node's clock gives it nothing. Beyond a day its time is no
    // clock's.
    private static readonly TimeSpan MaxDifference = TimeSpan.FromDays(1);

    private readonly ISigner _identity;
    private readonly Genesis _genesis;
    private readonly TimeSpan _lifetime;
    private readonly TimeProvider _time;

    // Bound: the nodes that the client talks to.
    private readonly ConcurrentDictionary<string, Held> _tokens = new(StringComparer.Ordinal);

    // How far nodes' clocks are ahead of ours, where they differ by so much that it matters. Same bound.
    private readonly ConcurrentDictionary<string, TimeSpan> _differences = new(StringComparer.Ordinal);

    /// <summary>Makes the credentials of a key.</summary>
    /// <param name="identity">The key.</param>
    /// <param name="genesis">The channel.</param>
    /// <param name="lifetime">
    /// How long a token lives: a minute to an hour; null for <see cref="DefaultLifetime"/>.
    /// </param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">
    /// The lifetime is out of range, or the key cannot sign tokens.
    /// </exception>
    public MemberCredentials(ISigner identity, Genesis genesis, TimeSpan? lifetime = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(genesis);
        if (identity is not IDigestSigner)
        {
            throw new ArgumentException(
                "tokens are signed with ES256K, which this signer cannot do (IDigestSigner): give Credentials instead",
                nameof(identity));
        }

        _lifetime = lifetime ?? DefaultLifetime;
        if (_lifetime < TimeSpan.FromMinutes(1) || _lifetime > CallerRules.MaxLifetime)
            throw new ArgumentException("a token lives one minute to one hour", nameof(lifetime));
        (_identity, _genesis, _time) = (identity, genesis, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public ValueTask<string> GetTokenAsync(string audience, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        if (_tokens.TryGetValue(audience, out var held) && now < held.RenewAt && now >= held.MadeAt)
            return ValueTask.FromResult(held.Token);
        lock (_tokens)
        {
            // Another call may have made one meanwhile.
            if (!_tokens.TryGetValue(audience, out held) || now >= held.RenewAt || now < held.MadeAt)
                _tokens[audience] = held = Make(audience, now);
        }

        return ValueTask.FromResult(held.Token);
    }

    /// <inheritdoc/>
    public bool AdjustClock(string audience, DateTimeOffset nodeTime)
    {
        var difference = nodeTime - _time.GetUtcNow();
        if (difference.Duration() > MaxDifference) return false;
        lock (_tokens)
        {
            // Adjusted to the same already, so that is not what the node minds.
            var known = _differences.GetValueOrDefault(audience);
            if ((difference - known).Duration() < CallerRules.ClockSkew / 2) return false;
            _differences[audience] = difference;
            _tokens.TryRemove(audience, out _);
            return true;
        }
    }

    /// <summary>Describes a token that is not remembered, by our own clock.</summary>
    /// <param name="audience">The node's origin.</param>
    public CallerToken Describe(string audience) => Describe(audience, _time.GetUtcNow());

    private Held Make(string audience, DateTimeOffset now)
    {
        var token = Describe(audience, now + _differences.GetValueOrDefault(audience)).Sign(_identity);
        return new Held(token, now, now + (_lifetime * 0.8));
    }

    private CallerToken Describe(string audience, DateTimeOffset now) => new()
    {
        Key = _identity.PublicKey.Id,
        Member = _genesis.FindKey(_identity.PublicKey.Id)?.Member.Id ?? NoMember,
        Audience = audience,
        Channel = _genesis.Channel,
        IssuedAt = now.ToUnixTimeSeconds(),
        ExpiresAt = (now + _lifetime).ToUnixTimeSeconds(),
        Id = RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true),
    };

    private sealed record Held(string Token, DateTimeOffset MadeAt, DateTimeOffset RenewAt);
}
