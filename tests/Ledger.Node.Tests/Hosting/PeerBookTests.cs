using Ledger.Core.Blocks;
using Ledger.Network;
using Ledger.Node.Driver;
using Ledger.Node.Hosting;
using Ledger.Node.Options;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Hosting;

public sealed class PeerBookTests
{
    private static readonly ValidatorPeers Validators =
        new(A.ValidatorSet(0, A.Members(3)), new ValidatorIndex(1));

    [Fact]
    public void Known_peers_come_after_the_epochs_validators_and_none_comes_twice()
    {
        var book = Book(Text("org-a", "elsewhere:1"), Text("org-x", "[::1]:7000"), Text("org-x", "again:2"));

        var addresses = book.Addresses(Validators);

        Assert.Equal(
            ["org-a.example:7000", "org-c.example:7000", "::1:7000"], addresses.Select(a => $"{a.Host}:{a.Port}"));
        Assert.Equal(addresses.Select(a => a.Peer), book.Sources(new EpochView(Validators, null)));
        Assert.True(book.IsKnown(Peer("org-x")));
        Assert.False(book.IsKnown(Peer("org-b")));
    }

    [Fact]
    public void A_known_peer_may_connect_in_any_epoch()
    {
        var config = new NodeConfig { PeerListen = "127.0.0.1:1" };
        var view = new EpochView(Validators, null);

        var options = NodeNetwork.Options(config, A.Genesis(), Book(Text("org-x", "x:1")), view);

        Assert.All(["org-a", "org-x"], member => Assert.True(options.IsAllowed!(Peer(member))));
        Assert.False(options.IsAllowed!(Peer("org-y")));
    }

    [Fact]
    public void The_validators_of_the_epoch_before_may_connect_and_those_before_them_not()
    {
        var view = new EpochView(Validators, null);
        view.Begin(new ValidatorPeers(A.ValidatorSet(1, "org-a", "org-d"), null));
        Assert.All(["org-a", "org-b", "org-c", "org-d"], member => Assert.True(view.IsAllowed(Peer(member))));

        view.Begin(new ValidatorPeers(A.ValidatorSet(2, "org-a", "org-d"), null));

        Assert.True(view.IsAllowed(Peer("org-d")));
        Assert.False(view.IsAllowed(Peer("org-b")));
    }

    [Fact]
    public void The_next_validators_may_connect_and_are_asked_once_a_block_names_them()
    {
        var view = new EpochView(Validators, new ValidatorPeers(A.ValidatorSet(0, "org-y", "org-b"), null));
        var known = new List<ValidatorPeers>();
        view.NextKnown += known.Add;
        var next = new ValidatorPeers(A.ValidatorSet(1, "org-a", "org-b", "org-x"), new ValidatorIndex(1));
        Assert.False(view.IsAllowed(Peer("org-x")));

        view.Expect(next);
        view.Expect(next);

        Assert.Equal([next], known);
        Assert.True(view.IsAllowed(Peer("org-x")));
        Assert.Equal(["org-a", "org-c", "org-x", "org-y"], Book().Sources(view).Select(NameOf));
        Assert.Equal(
            ["org-a.example", "org-c.example", "org-x.example"],
            Book().Addresses(view.Validators, view.Next).Select(a => a.Host));
        view.Begin(next);
        Assert.Null(view.Next);
        Assert.True(view.IsAllowed(Peer("org-c")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:1")]
    [InlineData("zz@host:1")]
    [InlineData("KEY@host")]
    [InlineData("KEY@host:x")]
    public void What_is_no_peer_stops_the_node(string text)
    {
        var key = Convert.ToHexStringLower(A.ValidatorSigner("org-x").PublicKey.Encoded);

        Assert.Throws<ConfigurationException>(
            () => Book(text.Replace("KEY", key, StringComparison.Ordinal)));
    }

    private static PeerBook Book(params string[] known) => new(new NodeConfig { KnownPeers = known }, A.Suite);

    private static string Text(string member, string address) =>
        $"{Convert.ToHexStringLower(A.ValidatorSigner(member).PublicKey.Encoded)}@{address}";

    private static string NameOf(PeerId peer) =>
        new[] { "org-a", "org-b", "org-c", "org-x", "org-y" }.Single(m => Peer(m).Equals(peer));

    private static PeerId Peer(string member) => PeerId.FromPublicKey(A.ValidatorSigner(member).PublicKey.Encoded);
}
