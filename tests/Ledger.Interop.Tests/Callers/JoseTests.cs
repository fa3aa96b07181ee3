using System.Text;
using System.Text.Json;
using Ledger.Core.Callers;
using Ledger.Interop.Tests.Grpc;
using Ledger.Testing.Builders;

namespace Ledger.Interop.Tests.Callers;

/// <summary>
/// Callers' tokens against jwcrypto: it believes ours, refuses forged ones, and makes ones that we believe.
/// </summary>
public sealed class JoseTests : IAsyncLifetime
{
    private const string Audience = "https://node-a.example:7500";

    private static readonly string Vectors = Path.Combine(ForeignProcess.Root, "docs/spec/vectors/callers.json");

    private ForeignResults _python = null!;

    public async Task InitializeAsync()
    {
        // The secret of the vectors' first member: A.ClientSigner("org-a").
        var secret = System.Security.Cryptography.SHA256.HashData("client/org-a"u8);
        await using var process = await ForeignProcess.StartPythonAsync(
            "jose_cases.py", Vectors, Convert.ToHexStringLower(secret), Audience);
        _python = new ForeignResults(await process.AllAsync());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void It_believes_our_valid_tokens() => _python.AllTrue("valid");

    [Fact]
    public void It_refuses_our_forged_tokens() => _python.AllTrue("forged");

    [Fact]
    public void Its_tokens_are_believed_whichever_s_it_chose()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Vectors));
        var now = file.RootElement.GetProperty("now").GetInt64();
        var genesis = A.Genesis();
        var rules = new CallerRules(genesis.Channel, [Audience]);
        var high = 0;
        foreach (var made in _python["made"].EnumerateArray())
        {
            var text = made.GetString()!;
            var read = SignedCallerToken.TryParse(Encoding.ASCII.GetBytes(text), out var signed, out var fault);
            Assert.True(read, $"{fault}");
            var owner = genesis.FindKey(signed!.Token.Key);
            Assert.Equal(CallerFault.None, rules.Check(signed.Token, now));
            Assert.Equal(CallerFault.None, CallerRules.CheckKey(signed.Token, owner));
            Assert.True(signed.IsSignedBy(owner!.Value.Key));
            var s = System.Buffers.Text.Base64Url.DecodeFromChars(text.Split('.')[2]).AsSpan(32);
            if (s[0] >= 0x80) high++;
        }

        // Half of what such a library makes is in the upper half: 24 tokens without one would be one case in 10^7.
        Assert.InRange(high, 1, 24);
    }
}
