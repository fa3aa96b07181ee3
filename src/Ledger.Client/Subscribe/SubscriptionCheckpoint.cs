using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Client.Subscribe;

/// <summary>The last block that an application has dealt with: where its subscription resumes.</summary>
/// <remarks>
/// The hash ties what comes next to what was dealt with: a node whose chain does not continue it is found out.
/// </remarks>
/// <param name="Height">The block's height.</param>
/// <param name="Header">The hash of its header.</param>
public readonly record struct SubscriptionCheckpoint(BlockHeight Height, Hash256 Header)
{
    private const int MaxTextLength = 20 + 1 + (2 * Hash256.Size);

    /// <summary>The checkpoint after a block was dealt with.</summary>
    public static SubscriptionCheckpoint At(CertifiedBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return new SubscriptionCheckpoint(block.Certified.Header.Height, block.Certified.Hash);
    }

    /// <summary>The start of a subscription that goes on after this block.</summary>
    public SubscriptionStart Next => new(Height.Next, Header);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SubscriptionCheckpoint checkpoint)
    {
        checkpoint = default;
        if (text is null || text.Length > MaxTextLength || text.Split('/') is not [var height, var header]
            || header.Length != 2 * Hash256.Size || !header.All(char.IsAsciiHexDigit)
            || !ulong.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            || value == 0)
        {
            return false;
        }

        checkpoint = new SubscriptionCheckpoint(new BlockHeight(value), new Hash256(Convert.FromHexString(header)));
        return true;
    }

    /// <summary>The checkpoint as text for a column or a file: the height, a slash, and the header's hash.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Height.Value}/{Convert.ToHexStringLower(Header.AsSpan())}");
}
