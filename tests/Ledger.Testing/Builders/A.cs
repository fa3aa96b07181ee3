using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;

namespace Ledger.Testing.Builders;

/// <summary>
/// Makes values of the domain with sensible contents, to be changed with <c>with</c>. Everything is deterministic: the
/// same call gives the same bytes in every run.
/// </summary>
public static class A
{
    /// <summary>2026-01-01T00:00:00Z.</summary>
    public static readonly Timestamp Start = new(1_767_225_600_000);

    public static CryptoSuite Suite => Secp256k1Suite.Default;

    /// <summary>A signer whose secret is the hash of its name.</summary>
    public static ISigner Signer(string name) =>
        Suite.CreateSigner(Sha256.Instance.Hash(Encoding.UTF8.GetBytes(name)).AsSpan());

    /// <summary>The signer of a member's validator.</summary>
    public static ISigner ValidatorSigner(string member) => Signer("validator/" + member);

    /// <summary>The signer of an audit node.</summary>
    public static ISigner ObserverSigner(int index) => Signer($"observer/{index}");

    /// <summary>The signer of a member's client.</summary>
    public static ISigner ClientSigner(string member) => Signer("client/" + member);

    /// <summary>The signer of a member's administrator, in channels of <see cref="GovernedGenesis"/>.</summary>
    public static ISigner AdminSigner(string member) => Signer("admin/" + member);

    public static Validator Validator(string member) =>
        new(member, ValidatorSigner(member).PublicKey, member + ".example:7000");

    public static ValidatorSet ValidatorSet(ulong epoch, params IReadOnlyList<string> members) =>
        new(new Epoch(epoch), members.Select(Validator));

    public static Member Member(string id, params IReadOnlyList<string> roles) => new()
    {
        Id = id,
        Name = "Organisation " + id,
        Roles = [.. (roles.Count == 0 ? ["operator", "platform", "provider"] : roles).Order(StringComparer.Ordinal)],
        Keys = [new MemberKey(ClientSigner(id).PublicKey, "client")],
    };

    /// <summary>A genesis document whose members <c>org-a</c>, <c>org-b</c>, … each run a validator.</summary>
    /// <param name="validators">Number of validators.</param>
    /// <param name="channel">The channel's name.</param>
    /// <param name="observers">Number of audit nodes, all of the first member.</param>
    /// <param name="contracts">What contracts may use; null for a channel without.</param>
    /// <param name="parameters">The other parameters; null for the defaults.</param>
    public static Genesis Genesis(
        int validators = 4, string channel = "main", int observers = 0, ContractParameters? contracts = null,
        ChannelParameters? parameters = null)
    {
        var members = Members(validators);
        return new Genesis(
            "Example consortium",
            channel,
            Suite,
            Start,
            (parameters ?? new ChannelParameters()) with { Contracts = contracts },
            ValidatorSet(0, members),
            [.. members.Select(m => Member(m))],
            [.. Enumerable.Range(0, observers).Select(i =>
                new Observer(members[0], ObserverSigner(i).PublicKey, ""))]);
    }

    /// <summary>
    /// A genesis document with administrators: of so many members, each with an administrator's and a client's key, the
    /// first so many run a validator.
    /// </summary>
    public static Genesis GovernedGenesis(int validators = 4, int members = 8, int observers = 0)
    {
        var ids = Members(members);
        return new Genesis(
            "Example consortium",
            "governed",
            Suite,
            Start,
            new ChannelParameters(),
            ValidatorSet(0, ids[..validators]),
            [.. ids.Select(id => Member(id) with
            {
                Keys =
                [
                    new MemberKey(AdminSigner(id).PublicKey, ValidatorChangeRules.AdministratorLabel),
                    new MemberKey(ClientSigner(id).PublicKey, "client"),
                ],
            })],
            [.. Enumerable.Range(0, observers).Select(n => new Observer(ids[0], ObserverSigner(n).PublicKey, ""))]);
    }

    /// <summary>A step that adds a member's validator.</summary>
    public static ValidatorStep Adding(Genesis genesis, string member) =>
        ValidatorStep.Add(Validator(member), ClaimOf(genesis, Validator(member), ValidatorSigner(member)));

    /// <summary>The claim of a validator.</summary>
    public static byte[] ClaimOf(Genesis genesis, Validator validator, ISigner signer) =>
        ValidatorClaim.Sign(genesis.Channel, validator, signer);

    /// <summary>A change of the validators of an epoch that the first so many members approve.</summary>
    public static ValidatorChangeBody ApprovedChange(
        Genesis genesis, ulong epoch, int approvals, params IReadOnlyList<ValidatorStep> steps)
    {
        var change = new ValidatorChange(genesis.Channel, new Epoch(epoch), steps);
        return new ValidatorChangeBody(
            change, genesis.Members.Take(approvals).Select(m => change.Approve(AdminSigner(m.Id))));
    }

    /// <summary>A transaction of a member with a change of the validators, valid for an hour from a time.</summary>
    public static SignedTransaction Transaction(
        Genesis genesis, string member, ValidatorChangeBody body, Timestamp? now = null)
    {
        var signer = ClientSigner(member);
        var content = new Transaction(
            genesis.Channel,
            signer.PublicKey.Id,
            TransactionKind.ValidatorChange,
            new Timestamp((now ?? Start).UnixMilliseconds + 3_600_000),
            body.Encode());
        return SignedTransaction.Create(content, signer, genesis.Suite);
    }

    /// <summary>The first so many member ids: <c>org-a</c>, <c>org-b</c>, …. At most 26.</summary>
    public static string[] Members(int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"org-{(char)('a' + i)}")];

    public static EvidenceRecord Record(string subject = "order-1") => new()
    {
        Type = "trade.payment",
        Subject = subject,
        Actor = "cashier",
        Action = "pay",
        Role = "platform",
        OccurredAt = Start,
        Attributes =
        [
            EvidenceAttribute.Decimal("amount", "34.5"),
            EvidenceAttribute.Text("currency", "CNY"),
        ],
        Digests = [new EvidenceDigest("sha-256", Sha256.Instance.Hash("invoice"u8).ToArray(), "application/pdf")],
    };

    /// <summary>A record with every kind of attribute, digests and links.</summary>
    public static EvidenceRecord FullRecord() => Record() with
    {
        Attributes =
        [
            EvidenceAttribute.Bytes("a-bytes", new byte[] { 1, 0, 255 }),
            EvidenceAttribute.Bytes("b-no-bytes", default),
            EvidenceAttribute.Boolean("c-true", true),
            EvidenceAttribute.Boolean("d-false", false),
            EvidenceAttribute.Decimal("e-decimal", "-12.5"),
            EvidenceAttribute.Integer("f-low", long.MinValue),
            EvidenceAttribute.Integer("g-zero", 0),
            EvidenceAttribute.Integer("h-high", long.MaxValue),
            EvidenceAttribute.Text("i-text", "估值 €"),
            EvidenceAttribute.Text("j-no-text", ""),
            EvidenceAttribute.Time("k-time", Start),
            EvidenceAttribute.Time("l-no-time", default),
        ],
        Digests = [new EvidenceDigest("sm3", new byte[] { 9 }), .. Record().Digests],
        Links = [new EvidenceId(Hash256.Zero, 0), new EvidenceId(Hash256.Zero, 999)],
    };

    /// <summary>A signed evidence transaction of a member, valid for an hour from <see cref="Start"/>.</summary>
    public static SignedTransaction Transaction(
        Genesis genesis, string member, params IReadOnlyList<EvidenceRecord> records)
    {
        var signer = ClientSigner(member);
        var content = new Transaction(
            genesis.Channel,
            signer.PublicKey.Id,
            TransactionKind.Evidence,
            new Timestamp(Start.UnixMilliseconds + 3_600_000),
            EvidenceBody.Encode(records.Count == 0 ? [Record()] : records));
        return SignedTransaction.Create(content, signer, genesis.Suite);
    }

    /// <summary>
    /// A transaction of a member with records that others co-sign: as they should, or as <paramref name="change"/> makes of
    /// their signatures.
    /// </summary>
    public static SignedTransaction CoSigned(
        Genesis genesis, string sender, IReadOnlyList<string> others,
        Func<IReadOnlyList<CoSignature>, IEnumerable<CoSignature>>? change = null,
        IReadOnlyList<EvidenceRecord>? records = null, IReadOnlyList<string>? parties = null)
    {
        var validUntil = new Timestamp(Start.UnixMilliseconds + 3_600_000);
        var bytes = (records ?? [Record()]).Select(r => (ReadOnlyMemory<byte>)r.Encode()).ToArray();
        var content = CoSigning.Content(
            genesis.Channel, validUntil, bytes, parties ?? [sender, .. others], genesis.Suite.Hash);
        CoSignature[] signatures = [.. others.Select(o => CoSigning.Sign(o, ClientSigner(o), content))];
        var signer = ClientSigner(sender);
        var body = EvidenceBody.Encode(bytes, change is null ? signatures : change(signatures));
        return SignedTransaction.Create(
            new Transaction(genesis.Channel, signer.PublicKey.Id, TransactionKind.Evidence, validUntil, body), signer,
            genesis.Suite);
    }

    /// <summary>A signed contract transaction of a member, valid for an hour from a time.</summary>
    public static SignedTransaction Transaction(
        Genesis genesis, string member, ContractBody body, Timestamp? now = null)
    {
        var signer = ClientSigner(member);
        var content = new Transaction(
            genesis.Channel,
            signer.PublicKey.Id,
            TransactionKind.Contract,
            new Timestamp((now ?? Start).UnixMilliseconds + 3_600_000),
            body.Encode());
        return SignedTransaction.Create(content, signer, genesis.Suite);
    }

    /// <summary>A call of a contract.</summary>
    public static ContractBody Call(string contract, string function, string arguments = "null", ulong gas = 10_000_000) =>
        new()
        {
            Action = ContractAction.Call,
            Contract = contract,
            Function = function,
            Arguments = Encoding.UTF8.GetBytes(arguments),
            GasLimit = gas,
        };

    /// <summary>A deployment of a contract.</summary>
    public static ContractBody Deploy(
        string contract, Hash256 engine, string source, string arguments = "null", ulong gas = 100_000_000,
        string schema = "{}") => new()
        {
            Action = ContractAction.Deploy,
            Contract = contract,
            Source = Encoding.UTF8.GetBytes(source),
            Schema = Encoding.UTF8.GetBytes(schema),
            Arguments = Encoding.UTF8.GetBytes(arguments),
            Engine = engine,
            GasLimit = gas,
        };

    /// <summary>A header of epoch 0 without transactions or leaves.</summary>
    public static BlockHeader Header(Genesis genesis, ulong height = 1)
    {
        var empty = genesis.Suite.Hash.Hash([]);
        return new BlockHeader
        {
            Channel = genesis.Channel,
            Height = new BlockHeight(height),
            Previous = Hash256.Zero,
            Time = new Timestamp(Start.UnixMilliseconds + (1000 * height)),
            TransactionCount = 0,
            TransactionRoot = empty,
            ResultRoot = empty,
            LogSize = 0,
            LogRoot = empty,
            StateRoot = Hash256.Zero,
            Epoch = new Epoch(0),
            Proposer = new ValidatorIndex(0),
        };
    }

    /// <summary>A certificate by the first so many validators of a set; by a quorum when no number is given.</summary>
    public static QuorumCertificate Certificate(
        ReadOnlySpan<byte> headerBytes, ValidatorSet validators, int? signers = null)
    {
        var hash = BlockHeader.HashOf(headerBytes, Suite.Hash);
        return Certificate(hash, validators, Enumerable.Range(0, signers ?? validators.Quorum.Quorum));
    }

    /// <summary>A certificate by the validators with these indices.</summary>
    public static QuorumCertificate Certificate(
        Hash256 headerHash, ValidatorSet validators, IEnumerable<int> signers)
    {
        var signatures = new Dictionary<ValidatorIndex, byte[]>();
        foreach (var index in signers.Select(i => new ValidatorIndex(i)))
        {
            signatures[index] = ValidatorSigner(validators[index].Member)
                .Sign(DomainTag.Checkpoint, QuorumCertificate.SignedBytes(headerHash));
        }

        return QuorumCertificate.Create(headerHash, validators.Count, signatures);
    }
}
