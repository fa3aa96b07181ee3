using System.Collections.Concurrent;
using Ledger.Network.Security;
using Ledger.Network.Tests.Support;

namespace Ledger.Network.Tests.Peers;

/// <summary>Peers change while the network runs: validators come, go and move.</summary>
public sealed class SetPeersTests
{
    [Fact]
    public async Task A_new_peer_is_dialled_and_one_that_lost_its_place_loses_its_connection_and_is_forgotten()
    {
        var clientKey = PeerIdentity.Generate();
        var clientId = PeerId.FromPublicKey(clientKey.PublicKey);
        await using var old = await Server(PeerIdentity.Generate(), clientId);
        await using var fresh = await Server(PeerIdentity.Generate(), clientId);
        var allowed = new ConcurrentDictionary<PeerId, bool> { [old.Id] = true };
        await using var client = await TestNode.StartAsync(clientKey, new PeerNetworkOptions
        {
            Peers = [old.Address],
            IsAllowed = allowed.ContainsKey,
            DialPrecedence = TimeSpan.Zero,
        });
        await client.Until(old.Id, connected: true);

        allowed[fresh.Id] = true;
        client.Network.SetPeers([fresh.Address]);

        await client.Until(fresh.Id, connected: true);
        // Still allowed, so still connected: only nobody dials it any more.
        Assert.True(client.Network.TrySend(old.Id, TestNode.Messages, new byte[] { 1 }));
        Assert.Equal([1], (await old.NextFrame()).Frame.ToArray());

        allowed.TryRemove(old.Id, out _);

        await client.Until(old.Id, connected: false);
        Assert.Equal([fresh.Id], client.Network.Peers.Where(p => p.IsConnected).Select(p => p.Peer));
        Assert.True(client.Network.TrySend(fresh.Id, TestNode.Messages, new byte[] { 2 }));
        Assert.Equal([2], (await fresh.NextFrame()).Frame.ToArray());
    }

    [Fact]
    public async Task A_peer_that_moved_is_dialled_at_its_new_address()
    {
        var scalar = System.Security.Cryptography.SHA256.HashData("a server that moves"u8);
        var clientKey = PeerIdentity.Generate();
        var clientId = PeerId.FromPublicKey(clientKey.PublicKey);
        var before = await Server(PeerIdentity.FromSecretKey(scalar), clientId);
        await using var client = await TestNode.StartAsync(
            clientKey, new PeerNetworkOptions { Peers = [before.Address], DialPrecedence = TimeSpan.Zero });
        await client.Until(before.Id, connected: true);
        await using var after = await Server(PeerIdentity.FromSecretKey(scalar), clientId);
        Assert.NotEqual(before.Address.Port, after.Address.Port);

        client.Network.SetPeers([after.Address]);
        await before.DisposeAsync();

        await client.Until(after.Id, connected: false);
        await client.Until(after.Id, connected: true);
        Assert.True(client.Network.TrySend(after.Id, TestNode.Messages, new byte[] { 3 }));
        Assert.Equal([3], (await after.NextFrame()).Frame.ToArray());
    }

    [Fact]
    public async Task Peers_that_are_set_before_the_start_are_dialled()
    {
        var clientKey = PeerIdentity.Generate();
        await using var server = await Server(PeerIdentity.Generate(), PeerId.FromPublicKey(clientKey.PublicKey));

        await using var client = await TestNode.StartAsync(
            clientKey,
            new PeerNetworkOptions { IsAllowed = _ => true, DialPrecedence = TimeSpan.Zero },
            network => network.SetPeers([server.Address]));

        await client.Until(server.Id, connected: true);
    }

    private static Task<TestNode> Server(PeerIdentity identity, PeerId client) => TestNode.StartAsync(
        identity, new PeerNetworkOptions { ListenEndPoint = TestNode.AnyPort, IsAllowed = p => p == client });
}
