using System.Globalization;
using System.Net;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Membership;

/// <summary>
/// What a new validator's own key signs (<c>ledger.core.v1.ValidatorClaim</c>): which channel it is for, whose it is
/// and where it is reached. It proves possession of the key, so that nobody can register a key of somebody else's, or
/// one that nobody holds.
/// </summary>
/// <remarks>docs/spec/governance.md. Not bound to an epoch: a newcomer signs it before it knows the chain.</remarks>
public static class ValidatorClaim
{
    /// <summary>The bytes that the validator's key signs under <see cref="DomainTag.ValidatorClaim"/>.</summary>
    public static byte[] SignedBytes(ChannelId channel, Validator validator)
    {
        var writer = new CanonicalWriter(192);
        writer.Hash(1, channel.Value);
        var start = writer.BeginMessage(2);
        WriteValidator(writer, validator);
        writer.EndMessage(start);
        return writer.ToArray();
    }

    /// <summary>Signs a claim with the validator's own key.</summary>
    /// <exception cref="ArgumentException">The signer's key is not the validator's.</exception>
    public static byte[] Sign(ChannelId channel, Validator validator, ISigner signer) =>
        signer.PublicKey.Id == validator.Key.Id
            ? signer.Sign(DomainTag.ValidatorClaim, SignedBytes(channel, validator))
            : throw new ArgumentException("the signer's key is not the validator's", nameof(signer));

    /// <summary>Whether a signature is the validator's own over its claim.</summary>
    public static bool IsSigned(
        ChannelId channel, Validator validator, ReadOnlySpan<byte> signature, CryptoSuite suite) =>
        suite.Verify(validator.Key, DomainTag.ValidatorClaim, SignedBytes(channel, validator), signature);

    /// <summary>Whether text is <c>host:port</c> with a port that can be dialled; IPv6 stands in brackets.</summary>
    public static bool IsAddress(string address)
    {
        var colon = address.LastIndexOf(':');
        if (colon <= 0) return false;
        var host = address[..colon];
        var port = address.AsSpan(colon + 1);
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            return false;
        if (host.StartsWith('[') && host.EndsWith(']')) return IPAddress.TryParse(host[1..^1], out _);
        return !host.Contains(':', StringComparison.Ordinal) && host.All(c => c > ' ' && c < '\x7f');
    }

    internal static void WriteValidator(CanonicalWriter writer, Validator validator)
    {
        writer.Text(1, validator.Member);
        writer.Bytes(2, validator.Key.Encoded);
        writer.Text(3, validator.Address);
    }
}
