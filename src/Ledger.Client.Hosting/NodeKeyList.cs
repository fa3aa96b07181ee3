using Ledger.Core.Callers;
using Ledger.Core.Crypto;

namespace Ledger.Client.Hosting;

/// <summary>Reads <see cref="LedgerClientSettings.NodeKeys"/>.</summary>
internal static class NodeKeyList
{
    /// <summary>The keys by address, as far as they can be read; what is wrong with them is added to the faults.</summary>
    public static Dictionary<Uri, PublicKey> Read(LedgerClientSettings settings, CryptoSuite suite, List<string> faults)
    {
        var keys = new Dictionary<Uri, PublicKey>();
        if (settings.NodeKeys.Count == 0) return keys;
        if (settings.Trust != NodeTrust.Genesis)
            faults.Add($"NodeKeys need Trust = {nameof(NodeTrust.Genesis)}: no other kind of trust looks at them");
        // What is no address is a fault of the endpoints.
        var bare = settings.Endpoints.Select(OriginOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var item in settings.NodeKeys)
        {
            if (OriginOf(item.Endpoint) is not { } origin || !bare.Remove(origin))
                faults.Add($"NodeKeys: '{item.Endpoint}' is none of the Endpoints, or is there twice");
            else if (suite.TryParsePublicKeyHex(item.Key, out var key)) keys[new Uri(origin)] = key;
            else faults.Add($"NodeKeys: the key of {item.Endpoint} is not a public key in hexadecimal");
        }

        faults.AddRange(bare.Order(StringComparer.Ordinal).Select(o => $"NodeKeys do not say whose node is at {o}"));
        return keys;
    }

    private static string? OriginOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.IdnHost.Length > 0
            ? CallerAudience.Of(uri)
            : null;
}
