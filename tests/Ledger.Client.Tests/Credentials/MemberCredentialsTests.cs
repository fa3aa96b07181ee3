using System.Text;
using Ledger.Client.Credentials;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Callers;
using Ledger.Core.Crypto;

namespace Ledger.Client.Tests.Credentials;

public sealed class MemberCredentialsTests
{
    private const string Node = "http://node-a.example:7500";

    private readonly TestChannel _channel = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_token_is_what_a_node_of_the_channel_believes()
    {
        var token = Parse(await Credentials(_channel.Client).GetTokenAsync(Node, default));

        var rules = new CallerRules(_channel.Genesis.Channel, [Node]);
        Assert.Equal(CallerFault.None, rules.Check(token.Token, _time.Now.ToUnixTimeSeconds()));
        Assert.Equal(
            CallerFault.None, CallerRules.CheckKey(token.Token, _channel.Genesis.FindKey(token.Token.Key)));
        Assert.True(token.IsSignedBy(_channel.Client.PublicKey));
        Assert.Equal(300, token.Token.ExpiresAt - token.Token.IssuedAt);
    }

    [Fact]
    public async Task One_signature_serves_all_calls_to_a_node_until_a_fifth_of_the_life_is_left()
    {
        var signer = new CountingSigner(_channel.Client);
        var credentials = Credentials(signer);
        var first = await credentials.GetTokenAsync(Node, default);
        for (var i = 0; i < 1000; i++) Assert.Equal(first, await credentials.GetTokenAsync(Node, default));
        Assert.Equal(1, signer.Count);

        await credentials.GetTokenAsync("http://node-b.example:7500", default);
        Assert.Equal(2, signer.Count);

        _time.Now += TimeSpan.FromSeconds(239);
        Assert.Equal(first, await credentials.GetTokenAsync(Node, default));
        _time.Now += TimeSpan.FromSeconds(1);
        Assert.NotEqual(first, await credentials.GetTokenAsync(Node, default));
        Assert.Equal(3, signer.Count);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_does_not_keep_a_token_of_the_future()
    {
        var credentials = Credentials(_channel.Client);
        var first = await credentials.GetTokenAsync(Node, default);
        _time.Now -= TimeSpan.FromHours(1);

        Assert.NotEqual(first, await credentials.GetTokenAsync(Node, default));
    }

    [Fact]
    public async Task P8_tokens_for_a_node_with_another_clock_are_made_by_that_clock()
    {
        var credentials = Credentials(_channel.Client);
        await credentials.GetTokenAsync(Node, default);
        ICallerCredentials told = credentials;

        Assert.True(told.AdjustClock(Node, _time.Now.AddMinutes(5)));
        Assert.False(told.AdjustClock(Node, _time.Now.AddMinutes(5)));
        Assert.False(told.AdjustClock("http://node-b.example:7500", _time.Now.AddDays(2)));

        var adjusted = Parse(await credentials.GetTokenAsync(Node, default)).Token;
        Assert.Equal(_time.Now.AddMinutes(5).ToUnixTimeSeconds(), adjusted.IssuedAt);
        var other = Parse(await credentials.GetTokenAsync("http://node-b.example:7500", default)).Token;
        Assert.Equal(_time.Now.ToUnixTimeSeconds(), other.IssuedAt);
        // The clock is set right again.
        Assert.True(told.AdjustClock(Node, _time.Now));
    }

    [Fact]
    public async Task Calls_at_the_same_time_make_one_token()
    {
        var signer = new CountingSigner(_channel.Client);
        var credentials = Credentials(signer);
        var calls = Enumerable.Range(0, 16)
            .Select(_ => Task.Run(() => credentials.GetTokenAsync(Node, default).AsTask()));

        Assert.Single((await Task.WhenAll(calls)).Distinct());
        Assert.Equal(1, signer.Count);
    }

    [Theory]
    [InlineData(59)]
    [InlineData(3601)]
    public void A_life_that_no_node_accepts_is_refused(int seconds) => Assert.Throws<ArgumentException>(
        () => new MemberCredentials(_channel.Client, _channel.Genesis, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_client_shows_its_identity_unless_it_is_told_what_to_show()
    {
        var options = _channel.Options();
        var other = Credentials(_channel.Stranger);

        Assert.IsType<MemberCredentials>(options.ToConnection().Credentials);
        Assert.Null((options with { Identity = null }).ToConnection().Credentials);
        Assert.Same(other, (options with { Credentials = other }).ToConnection().Credentials);
        Assert.Same(other, (options with { Connection = new() { Credentials = other } }).ToConnection().Credentials);
    }

    private MemberCredentials Credentials(ISigner signer) => new(signer, _channel.Genesis, time: _time);

    private static SignedCallerToken Parse(string token)
    {
        Assert.True(SignedCallerToken.TryParse(Encoding.ASCII.GetBytes(token), out var signed, out var fault), $"{fault}");
        return signed;
    }

    private sealed class CountingSigner(ISigner inner) : ISigner, IDigestSigner
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public PublicKey PublicKey => inner.PublicKey;

        public byte[] Sign(DomainTag tag, ReadOnlySpan<byte> message) => throw new InvalidOperationException();

        public byte[] SignDigest(ReadOnlySpan<byte> digest)
        {
            Interlocked.Increment(ref _count);
            return ((IDigestSigner)inner).SignDigest(digest);
        }
    }
}
