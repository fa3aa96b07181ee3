using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ledger.Node.Options;

/// <summary>
/// The origins that a node answers to: those of its configuration, or else those of its listen addresses.
/// </summary>
internal static class NodeOrigins
{
    public static IReadOnlyList<string> Of(NodeConfig config) => config.Audiences.Count > 0
        ? config.Audiences
        : [.. new[] { config.GrpcListen, config.HttpListen }
            .SelectMany(listen => Default(config.Scheme, listen)).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Default(string scheme, string listen)
    {
        var endpoint = NodeConfig.Endpoint(listen);
        var port = endpoint.Port.ToString(CultureInfo.InvariantCulture);
        return Hosts(endpoint.Address).Select(host => $"{scheme}://{host}:{port}");
    }

    // A node that listens on all addresses cannot know by which of its names others call it.
    private static IEnumerable<string> Hosts(IPAddress address)
    {
        var own = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
            ? [own, "127.0.0.1", "[::1]", "localhost"]
            : [own];
    }
}
