using Ledger.Core.Blocks;
using Ledger.Core.Callers;

namespace Ledger.Core.Tests.Callers;

public sealed class CallerAudienceTests
{
    [Theory]
    [InlineData("http://127.0.0.1:7500", "http://127.0.0.1:7500")]
    [InlineData("https://Node.Example", "https://node.example:443")]
    [InlineData("http://node.example/v1/status?x=1", "http://node.example:80")]
    [InlineData("https://[2001:DB8::1]:7500", "https://[2001:db8::1]:7500")]
    [InlineData("https://bücher.example:1", "https://xn--bcher-kva.example:1")]
    [InlineData("https://user@node.example:1", "https://node.example:1")]
    public void An_address_has_one_origin(string address, string origin)
    {
        Assert.Equal(origin, CallerAudience.Of(new Uri(address)));
        Assert.True(CallerAudience.IsOrigin(origin));
    }

    [Theory]
    [InlineData("")]
    [InlineData("node.example:7500")]
    [InlineData("https://node.example")]
    [InlineData("https://node.example:7500/")]
    [InlineData("https://Node.example:7500")]
    [InlineData("ftp://node.example:21")]
    [InlineData("https://node.example:07500")]
    [InlineData("https://node.example:7500#x")]
    public void Another_spelling_is_no_origin(string text) => Assert.False(CallerAudience.IsOrigin(text));

    [Fact]
    public void What_is_no_address_of_a_node_has_no_origin() =>
        Assert.Throws<ArgumentException>(() => CallerAudience.Of(new Uri("file:///etc/passwd")));

    [Fact]
    public void A_node_answers_to_at_least_one_origin_and_to_few()
    {
        var many = Enumerable.Range(1, CallerRules.MaxAudiences + 1).Select(i => $"http://node:{i}").ToList();

        Assert.Throws<ArgumentException>(() => new CallerRules(new ChannelId(), []));
        Assert.Throws<ArgumentException>(() => new CallerRules(new ChannelId(), many));
        Assert.Throws<ArgumentException>(() => new CallerRules(new ChannelId(), ["node"]));
    }
}
