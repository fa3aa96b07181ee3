using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Core.Callers;

/// <summary>
/// Whether a node believes a token: what it is for, when it is good, and whose it is. The signature is a separate, last
/// step, because it alone is dear.
/// </summary>
/// <remarks>
/// Immutable and safe for concurrent use. docs/spec/callers.md has the same checks in the same order.
/// </remarks>
public sealed class CallerRules
{
    /// <summary>Most origins of one node.</summary>
    public const int MaxAudiences = 32;

    private readonly ChannelId _channel;

    // Bound: MaxAudiences.
    private readonly HashSet<string> _audiences;

    /// <summary>Makes the rules of a node that serves a channel and answers to these origins.</summary>
    /// <exception cref="ArgumentException">There is no origin, too many, or one is not in its one spelling.</exception>
    public CallerRules(ChannelId channel, IReadOnlyCollection<string> audiences)
    {
        if (audiences.Count is 0 or > MaxAudiences || !audiences.All(CallerAudience.IsOrigin))
        {
            throw new ArgumentException(
                $"there must be 1 to {MaxAudiences} origins such as https://host:7500", nameof(audiences));
        }

        _channel = channel;
        _audiences = [.. audiences];
    }

    /// <summary>Longest time from a token's making to its end.</summary>
    public static TimeSpan MaxLifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>How far the clocks of caller and node may differ. Ten times what synchronised clocks do.</summary>
    public static TimeSpan ClockSkew { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Finds the first fault of a token but for its signature and its key.</summary>
    /// <param name="token">The token.</param>
    /// <param name="now">The node's time, in seconds since 1970.</param>
    public CallerFault Check(CallerToken token, long now)
    {
        if (token.Channel != _channel) return CallerFault.TokenWrongChannel;
        if (!_audiences.Contains(token.Audience)) return CallerFault.TokenWrongAudience;
        // What ends before it begins never was good.
        if (token.ExpiresAt <= token.IssuedAt) return CallerFault.TokenMalformed;
        if (token.ExpiresAt - token.IssuedAt > (long)MaxLifetime.TotalSeconds) return CallerFault.TokenLifetimeTooLong;
        if (token.IssuedAt > now + (long)ClockSkew.TotalSeconds) return CallerFault.TokenNotYetValid;
        return HasExpired(token, now) ? CallerFault.TokenExpired : CallerFault.None;
    }

    /// <summary>Whether a token's time is over.</summary>
    public static bool HasExpired(CallerToken token, long now) =>
        token.ExpiresAt <= now - (long)ClockSkew.TotalSeconds;

    /// <summary>Whether the key that a token names is the member's that it names.</summary>
    /// <param name="token">The token.</param>
    /// <param name="found">What the chain knows of the key; null when it belongs to no member.</param>
    public static CallerFault CheckKey(CallerToken token, (Member Member, PublicKey Key)? found)
    {
        if (found is not { } owner) return CallerFault.TokenUnknownKey;
        return owner.Member.Id == token.Member ? CallerFault.None : CallerFault.TokenWrongMember;
    }
}
