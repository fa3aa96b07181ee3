using Ledger.Network.Security;

namespace Ledger.Network.Tests.Security;

public sealed class PeerIdTests
{
    // The secp256k1 key pair among the test vectors of the libp2p peer-ids specification.
    private const string SpecSecret = "53dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb";
    private const string SpecPublic = "037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99";

    [Fact]
    public void The_key_pair_of_the_specification_matches()
    {
        using var identity = PeerIdentity.FromSecretKey(Convert.FromHexString(SpecSecret));

        var id = PeerId.FromPublicKey(identity.PublicKey);

        Assert.Equal(SpecPublic, Convert.ToHexStringLower(id.PublicKey));
        Assert.Equal("08021221" + SpecPublic, Convert.ToHexStringLower(id.PublicKeyMessage));
        Assert.StartsWith("16Uiu2HA", id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_form_survives_the_round_trip()
    {
        for (var i = 0; i < 100; i++)
        {
            using var identity = PeerIdentity.Generate();
            var id = PeerId.FromPublicKey(identity.PublicKey);

            var parsed = PeerId.Parse(id.ToString());

            Assert.Equal(id, parsed);
            Assert.Equal(id.GetHashCode(), parsed.GetHashCode());
            Assert.Equal(0, id.CompareTo(parsed));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0OIl")]
    [InlineData("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N")]
    [InlineData("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA")]
    public void What_is_not_the_id_of_a_secp256k1_key_is_refused(string? text) =>
        Assert.False(PeerId.TryParse(text, out _));

    [Fact]
    public void An_endless_text_is_refused_before_it_is_decoded() =>
        Assert.False(PeerId.TryParse(new string('z', 1_000_000), out _));

    [Fact]
    public void The_order_is_that_of_the_keys()
    {
        var ids = Enumerable.Range(0, 20).Select(_ =>
        {
            using var identity = PeerIdentity.Generate();
            return PeerId.FromPublicKey(identity.PublicKey);
        }).Order().ToList();

        for (var i = 1; i < ids.Count; i++)
        {
            Assert.True(ids[i - 1] < ids[i]);
            Assert.True(ids[i] > ids[i - 1]);
            Assert.True(ids[i - 1] != ids[i]);
        }
    }
}
