using FsCheck;
using FsCheck.Fluent;
using Ledger.Core.Callers;

namespace Ledger.Core.Tests.Callers;

public sealed class SignedCallerTokenTests
{
    public static TheoryData<string, string, CallerFault> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, CallerFault>();
            foreach (var item in TokenForge.Valid.Concat(TokenForge.Broken)) cases.Add(item.Name, item.Token, item.Fault);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_token_is_believed_or_gets_its_own_reason(string name, string token, CallerFault fault) =>
        Assert.Equal((name, fault), (name, TokenForge.Verify(token)));

    [Fact]
    public void What_is_signed_is_read_back_whatever_the_member_is_called() => Prop.ForAll(
        Gen.Choose(1, 3600).ToArbitrary(),
        ArbMap.Default.ArbFor<NonEmptyString>(),
        (seconds, member) =>
        {
            var clean = new string([.. member.Get.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(60)]);
            var token = TokenForge.Good with
            {
                Member = clean.Length == 0 ? "m" : clean,
                ExpiresAt = TokenForge.Good.IssuedAt + seconds,
            };
            var encoded = System.Text.Encoding.ASCII.GetBytes(token.Sign(TokenForge.Signer));
            return SignedCallerToken.TryParse(encoded, out var signed, out _)
                && signed.Token == token && signed.IsSignedBy(TokenForge.Signer.PublicKey);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_single_changed_character_of_a_token_is_refused()
    {
        var good = TokenForge.Good.Sign(TokenForge.Signer);
        for (var i = 0; i < good.Length; i++)
        {
            foreach (var other in "A_.=")
            {
                if (good[i] == other) continue;
                var changed = good[..i] + other + good[(i + 1)..];
                Assert.NotEqual(CallerFault.None, TokenForge.Verify(changed));
            }
        }
    }

    [Fact]
    public void Hostile_bytes_never_throw_and_are_refused_with_a_reason()
    {
        var random = new Prng(5);
        var good = System.Text.Encoding.ASCII.GetBytes(TokenForge.Good.Sign(TokenForge.Signer));
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var changes = 1 + (i % 4); changes > 0; changes--)
                bytes[random.Below(bytes.Length)] = (byte)random.Below(256);
            var read = SignedCallerToken.TryParse(bytes.AsSpan(random.Below(3)), out _, out var fault);
            Assert.Equal(read, fault == CallerFault.None);
        }
    }

    [Fact]
    public void What_cannot_be_sent_is_not_signed()
    {
        Assert.Throws<ArgumentException>(() => TokenForge.Sign(TokenForge.Good with { Id = new string('i', 4096) }));
        Assert.Throws<ArgumentException>(
            () => TokenForge.Sign(TokenForge.Good with { Key = default }));
    }

    [Fact]
    public void The_signed_bytes_can_be_no_message_of_the_chain()
    {
        // Every other message that a member's key signs begins with a tag and a zero byte; this one has neither a zero
        // byte nor a tag's slash or colon.
        var parts = TokenForge.Good.Sign(TokenForge.Signer).Split('.');

        Assert.All($"{parts[0]}.{parts[1]}", c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));
    }
}
