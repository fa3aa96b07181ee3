using System.Globalization;

namespace Ledger.Core.Callers;

/// <summary>
/// The audience of a token: the origin that the caller dials, in its one spelling <c>scheme://host:port</c>: lower
/// case, the port always written, nothing behind it.
/// </summary>
/// <remarks>docs/spec/callers.md.</remarks>
public static class CallerAudience
{
    /// <summary>Longest origin: a host name of 253 characters fits.</summary>
    public const int MaxLength = 300;

    /// <summary>The origin of an address, whatever follows it there.</summary>
    /// <exception cref="ArgumentException">The address is neither http nor https, or has no host.</exception>
    public static string Of(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https") || address.IdnHost.Length == 0)
        {
            throw new ArgumentException(
                $"'{address}' is no address of a node such as https://host:7500", nameof(address));
        }

        var host = address.IdnHost;
        if (address.HostNameType == UriHostNameType.IPv6) host = $"[{host.Trim('[', ']')}]";
        return string.Create(
            CultureInfo.InvariantCulture, $"{address.Scheme}://{host.ToLowerInvariant()}:{address.Port}");
    }

    /// <summary>Whether a text is an origin in its one spelling.</summary>
    public static bool IsOrigin(string text) =>
        text is { Length: > 0 and <= MaxLength }
        && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
        && address.IdnHost.Length > 0
        && Of(address) == text;
}
