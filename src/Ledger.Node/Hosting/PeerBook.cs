using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Driver;
using Ledger.Node.Options;

namespace Ledger.Node.Hosting;

/// <summary>
/// Whom this node keeps connections with: the validators of its epoch, and whoever the configuration names besides. The
/// latter let a node in that knows an early epoch only, none of whose validators may be left.
/// </summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
internal sealed class PeerBook
{
    private readonly IReadOnlyList<PeerAddress> _known;

    /// <exception cref="ConfigurationException">A known peer is not <c>KEY@host:port</c>.</exception>
    public PeerBook(NodeConfig config, CryptoSuite suite) =>
        _known = [.. config.KnownPeers.Select(text => Parse(text, suite)).DistinctBy(p => p.Peer)];

    /// <summary>Whether the configuration names a peer.</summary>
    public bool IsKnown(PeerId peer) => _known.Any(p => p.Peer == peer);

    /// <summary>Where to dial in an epoch, and in the next when its validators are known.</summary>
    public IReadOnlyList<PeerAddress> Addresses(ValidatorPeers validators, ValidatorPeers? next = null) =>
        [.. AddressesOf(validators).Concat(next is null ? [] : AddressesOf(next))
            .Concat(_known.Where(p => validators.IndexOf(p.Peer) is null)).DistinctBy(p => p.Peer)];

    /// <summary>Whom to ask for blocks.</summary>
    public IReadOnlyList<PeerId> Sources(EpochView epochs) =>
        [
            .. epochs.Sources.Concat(_known.Select(p => p.Peer).Where(p => epochs.Validators.IndexOf(p) is null)).Distinct(),
        ];

    private static IEnumerable<PeerAddress> AddressesOf(ValidatorPeers validators)
    {
        for (var i = 0; i < validators.Set.Count; i++)
        {
            var index = new ValidatorIndex(i);
            if (index == validators.Self) continue;
            yield return Address(validators[index], validators.Set[index].Address, $"validator {i}'s address");
        }
    }

    private static PeerAddress Parse(string text, CryptoSuite suite)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at > 0 && suite.TryParsePublicKeyHex(text.AsSpan(0, at), out var key))
            return Address(PeerId.FromPublicKey(key.Encoded), text[(at + 1)..], "known_peers:");

        throw new ConfigurationException($"known_peers: '{text}' is not KEY@host:port");
    }

    private static PeerAddress Address(PeerId peer, string address, string what)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0
            && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new PeerAddress(peer, address[..colon].Trim('[', ']'), port)
            : throw new ConfigurationException($"{what} '{address}' is not host:port");
    }
}
