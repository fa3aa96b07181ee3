using Ledger.Network.Security;

namespace Ledger.Network.Tests;

public sealed class PeerNetworkOptionsTests
{
    private static readonly PeerId Peer = PeerId.FromPublicKey(PeerIdentity.Generate().PublicKey);

    public static TheoryData<string, PeerNetworkOptions> Invalid => new()
    {
        { "MaxFrameBytes", new() { MaxFrameBytes = 0 } },
        { "MaxRequestBytes", new() { MaxRequestBytes = -1 } },
        { "SendQueueBytes", new() { SendQueueBytes = 4 * 1024 * 1024 } },
        { "SendQueueFrames", new() { SendQueueFrames = 0 } },
        { "MaxConcurrentHandshakes", new() { MaxConcurrentHandshakes = 0 } },
        { "MaxConcurrentRequests", new() { MaxConcurrentRequests = 0 } },
        { "MaxInboundStreams", new() { MaxInboundStreams = 0 } },
        { "ReceiveWindowBytes", new() { ReceiveWindowBytes = 1000 } },
        { "ReconnectDelay", new() { ReconnectDelay = TimeSpan.Zero } },
        { "MaxReconnectDelay", new() { MaxReconnectDelay = TimeSpan.FromMilliseconds(1) } },
        { "DialPrecedence", new() { DialPrecedence = TimeSpan.FromSeconds(-1) } },
        { "HandshakeTimeout", new() { HandshakeTimeout = TimeSpan.Zero } },
        { "RequestTimeout", new() { RequestTimeout = TimeSpan.Zero } },
        { "SlowPeerLimit", new() { SlowPeerLimit = TimeSpan.Zero } },
        { "PingInterval", new() { PingInterval = TimeSpan.Zero } },
        { "IdleTimeout", new() { IdleTimeout = TimeSpan.FromMilliseconds(500) } },
        { "Peers", new() { Peers = [new(Peer, "host", 1), new(Peer, "host", 2)] } },
        { "Peers", new() { Peers = [new(Peer, "host", 0)] } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void A_value_out_of_range_is_named(string name, PeerNetworkOptions options) =>
        Assert.StartsWith(
            name + " must", Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void The_defaults_are_valid() => new PeerNetworkOptions().Validate();

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("ledger/1")]
    [InlineData("/led ger/1")]
    [InlineData("/ledger/é")]
    public void A_protocol_name_is_a_slash_and_visible_characters(string name) =>
        Assert.Throws<ArgumentException>(() => new ProtocolId(name));
}
