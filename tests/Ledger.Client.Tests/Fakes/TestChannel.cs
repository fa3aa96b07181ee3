using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;

namespace Ledger.Client.Tests.Fakes;

/// <summary>A channel with four validators and one member, whose keys are all known. Immutable.</summary>
internal sealed class TestChannel
{
    public static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public TestChannel(string name = "test", ChannelParameters? parameters = null)
    {
        Suite = Secp256k1Suite.Default;
        ValidatorKeys = [.. Enumerable.Range(0, 4).Select(i => Key(10 + i))];
        Client = Key(1);
        Stranger = Key(2);
        Genesis = new Genesis(
            "consortium",
            name,
            Suite,
            new Timestamp((ulong)Epoch.ToUnixTimeMilliseconds()),
            parameters ?? new ChannelParameters(),
            new ValidatorSet(
                new Epoch(0),
                ValidatorKeys.Select((k, i) => new Validator("org", k.PublicKey, $"127.0.0.1:{7400 + i}"))),
            [
                new Member
                {
                    Id = "org",
                    Name = "Organisation",
                    Roles = ["consumer", "operator", "platform", "provider"],
                    Keys = [new MemberKey(Client.PublicKey, "client")],
                },
            ]);
    }

    public CryptoSuite Suite { get; }

    public Genesis Genesis { get; }

    public IReadOnlyList<ISigner> ValidatorKeys { get; }

    public ISigner Client { get; }

    public ISigner Stranger { get; }

    public static EvidenceRecord Record(string subject = "order-1", string action = "submit", string actor = "clerk") =>
        new()
    {
        Type = "pre-trade.review-filing",
        Subject = subject,
        Actor = actor,
        Action = action,
        Role = "operator",
        Digests = [new EvidenceDigest(
            "sha-256", Sha256.Instance.Hash(System.Text.Encoding.UTF8.GetBytes(subject + action + actor)).ToArray())],
    };

    public LedgerClientOptions Options(TimeProvider? time = null) => new()
    {
        Genesis = Genesis,
        Identity = Client,
        FirstBackoff = TimeSpan.Zero,
        MaxBackoff = TimeSpan.Zero,
        Time = time ?? new ManualTime(),
    };

    private ISigner Key(int number)
    {
        var secret = new byte[32];
        secret[31] = (byte)number;
        return Suite.CreateSigner(secret);
    }
}
