using Ledger.Network.Security;

namespace Ledger.Network.Tests.Support;

/// <summary>Two nodes of which the second dials the first.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private Pair(TestNode server, TestNode client) => (Server, Client) = (server, client);

    public TestNode Server { get; }

    public TestNode Client { get; }

    public static async Task<Pair> StartAsync(
        Func<PeerNetworkOptions, PeerNetworkOptions>? adjustServer = null,
        Func<PeerNetworkOptions, PeerNetworkOptions>? adjustClient = null,
        Action<Libp2pNetwork>? configureServer = null)
    {
        var serverKey = PeerIdentity.Generate();
        var clientKey = PeerIdentity.Generate();
        var clientId = PeerId.FromPublicKey(clientKey.PublicKey);
        var serverOptions = new PeerNetworkOptions
        {
            ListenEndPoint = TestNode.AnyPort,
            IsAllowed = p => p == clientId,
        };
        var server = await TestNode.StartAsync(
            serverKey, adjustServer?.Invoke(serverOptions) ?? serverOptions, configureServer);
        var clientOptions = new PeerNetworkOptions { Peers = [server.Address], DialPrecedence = TimeSpan.Zero };
        var client = await TestNode.StartAsync(clientKey, adjustClient?.Invoke(clientOptions) ?? clientOptions);

        await Task.WhenAll(client.Until(server.Id, connected: true), server.Until(client.Id, connected: true));
        return new Pair(server, client);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
