using System.Diagnostics.Metrics;
using Ledger.Core.Callers;
using Ledger.Core.Membership;
using Ledger.Node.Admission;
using Ledger.Node.Api.Callers;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Node.Tests.Api.Callers;

public sealed class CallerVerifierTests : IDisposable
{
    private const string Audience = "http://node.example:7500";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Genesis _genesis = A.Genesis();
    private readonly SetTime _time = new(A.Start);
    private readonly CallerVerifier _verifier;
    private MemberDirectory _members;

    public CallerVerifierTests()
    {
        _members = new MemberDirectory(_genesis.Members);
        _verifier = new CallerVerifier(
            _genesis,
            [Audience],
            () => _members,
            _time,
            new CallerMetrics(_services.GetRequiredService<IMeterFactory>()));
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public void A_caller_is_the_member_whose_key_signed()
    {
        var caller = Verify(Token("org-b")).Caller;

        Assert.Equal("org-b", caller!.Member.Id);
        Assert.Equal(A.ClientSigner("org-b").PublicKey.Id, caller.Key);
    }

    [Fact]
    public void A_token_that_was_good_ends_at_its_time()
    {
        var token = Token("org-a");
        Assert.NotNull(Verify(token).Caller);

        _time.Advance(329_000);
        Assert.NotNull(Verify(token).Caller);
        _time.Advance(1000);
        Assert.Equal(CallerFault.TokenExpired, Verify(token).Fault);
    }

    [Fact]
    public void What_is_no_ASCII_is_no_token() => Assert.Equal(CallerFault.TokenMalformed, Verify("é.é.é").Fault);

    [Fact]
    public void Of_two_headers_none_is_believed()
    {
        var token = Token("org-a");
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = new([$"Bearer {token}", $"Bearer {token}"]);

        Assert.Equal(CallerFault.CredentialMalformed, _verifier.Verify(http).Fault);
    }

    [Fact]
    public void A_key_that_its_member_lost_counts_for_nothing_at_once()
    {
        var token = Token("org-a");
        Assert.NotNull(Verify(token).Caller);

        _members = new MemberDirectory(_genesis.Members.Where(m => m.Id != "org-a"));

        Assert.Equal(CallerFault.TokenUnknownKey, Verify(token).Fault);
    }

    [Fact]
    public void What_a_node_remembers_of_tokens_is_bounded_and_a_stranger_adds_nothing()
    {
        for (var i = 0; i < CallerVerifier.RememberedTokens + 10; i++) Assert.NotNull(Verify(Token("org-a", i)).Caller);
        Assert.Equal(CallerVerifier.RememberedTokens, _verifier.Remembered);

        var parts = Token("org-a").Split('.');
        Assert.Equal(CallerFault.TokenSignatureInvalid, Verify($"{parts[0]}.{parts[1]}.{new string('A', 86)}").Fault);
        Assert.Equal(CallerVerifier.RememberedTokens, _verifier.Remembered);
        Assert.NotNull(Verify(Token("org-a", 0)).Caller);
    }

    private CallerVerdict Verify(string token)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = "Bearer " + token;
        return _verifier.Verify(http);
    }

    private string Token(string member, int id = 0)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        return new CallerToken
        {
            Key = A.ClientSigner(member).PublicKey.Id,
            Member = member,
            Audience = Audience,
            Channel = _genesis.Channel,
            IssuedAt = now,
            ExpiresAt = now + 300,
            Id = $"{id}",
        }.Sign(A.ClientSigner(member));
    }
}
