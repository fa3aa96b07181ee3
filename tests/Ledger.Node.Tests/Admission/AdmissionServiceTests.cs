using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Mempool;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Admission;

public sealed class AdmissionServiceTests : IDisposable
{
    private readonly CountingSuite _suite = new();
    private readonly Genesis _genesis;
    private readonly TestLedger _ledger;

    public AdmissionServiceTests()
    {
        _genesis = Genesis(_suite);
        _ledger = new TestLedger(_genesis, new PoolOptions { MaxTransactions = 4 });
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_sound_transaction_is_held_and_its_signature_verified_once()
    {
        var transaction = Make.Transaction(_genesis, "order-1");

        var verdict = Admit(transaction, out var id);

        Assert.Equal(Verdict.Accepted, verdict);
        Assert.Equal(transaction.Id, id);
        Assert.True(_ledger.Pool.IsWaiting(id));
        Assert.Equal(1, _suite.Verifications);
    }

    [Fact]
    public void Bytes_that_are_no_transaction_are_malformed()
    {
        Assert.Equal(Refusal.Malformed, Refused(new byte[] { 1, 2, 3 }));
    }

    [Fact]
    public void A_transaction_beyond_the_channels_limit_is_too_large_before_it_is_looked_into()
    {
        Assert.Equal(Refusal.TooLarge, Refused(new byte[(1 << 20) + 1]));
    }

    [Fact]
    public void A_record_beyond_its_limit_is_too_large()
    {
        var body = new CanonicalWriter();
        body.Message(1, new byte[EvidenceLimits.RecordBytes + 1]);

        Assert.Equal(Refusal.TooLarge, Refused(Signed(c => c with { Body = body.ToArray() })));
    }

    [Fact]
    public void A_transaction_of_another_channel_is_refused()
    {
        Assert.Equal(Refusal.WrongChannel, Refused(A.Transaction(A.Genesis(channel: "other"), "org-a")));
    }

    [Fact]
    public void A_kind_of_the_future_is_unknown()
    {
        Assert.Equal(Refusal.UnknownKind, Refused(Signed(c => c with { Kind = (TransactionKind)9 })));
    }

    [Fact]
    public void A_time_mark_is_a_members_and_has_no_body()
    {
        var mark = Signed(c => c with { Kind = TransactionKind.TimeMark, Body = Array.Empty<byte>() });

        Assert.Equal(Refusal.Malformed, Refused(Signed(c => c with { Kind = TransactionKind.TimeMark })));
        Assert.Equal(Refusal.SignatureInvalid, Refused(Broken(mark)));
        Assert.Equal(Verdict.Accepted, Admit(mark, out _));
    }

    [Fact]
    public void A_body_without_records_is_malformed()
    {
        Assert.Equal(Refusal.Malformed, Refused(Signed(c => c with { Body = Array.Empty<byte>() })));
    }

    [Fact]
    public void A_record_of_an_unknown_type_is_refused()
    {
        Assert.Equal(
            Refusal.UnknownType, Refused(A.Transaction(_genesis, "org-a", A.Record() with { Type = "trade.magic" })));
    }

    [Fact]
    public void A_record_that_lacks_what_its_type_requires_is_refused()
    {
        Assert.Equal(
            Refusal.MissingField, Refused(A.Transaction(_genesis, "org-a", A.Record() with { Attributes = [] })));
    }

    [Fact]
    public void A_record_with_a_misspelt_attribute_is_refused_and_the_record_is_named()
    {
        var sound = A.Record().Attributes;
        var misspelt = A.Record() with { Attributes = [sound[0], EvidenceAttribute.Text("currancy", "1"), sound[1]] };
        var transaction = A.Transaction(_genesis, "org-a", A.Record(), misspelt);

        var verdict = Admit(transaction, out _);

        Assert.Equal(Refusal.InvalidField, verdict.Refusal);
        Assert.StartsWith("record 1:", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transaction_whose_time_has_passed_is_expired()
    {
        var transaction = Make.ValidUntil(_genesis, Make.After(999));
        _ledger.Time.Advance(1000);

        Assert.Equal(Refusal.Expired, Refused(transaction));
    }

    [Fact]
    public void A_transaction_may_be_admitted_at_its_last_moment()
    {
        var transaction = Make.ValidUntil(_genesis, Make.After(1000));
        _ledger.Time.Advance(1000);

        Assert.True(Admit(transaction, out _).IsAccepted);
    }

    [Fact]
    public void Validity_may_not_reach_further_than_ids_are_remembered()
    {
        var parameters = _genesis.Parameters;
        var latest = (long)(parameters.MaxTransactionLifetimeMilliseconds + parameters.MaxClockDriftMilliseconds);

        Assert.True(Admit(Make.ValidUntil(_genesis, Make.After(latest)), out _).IsAccepted);
        Assert.Equal(Refusal.LifetimeTooLong, Refused(Make.ValidUntil(_genesis, Make.After(latest + 1))));
    }

    [Fact]
    public void A_strangers_key_is_unknown_and_costs_no_signature_check()
    {
        var stranger = A.Signer("stranger");
        var content = A.Transaction(_genesis, "org-a").Content with { Sender = stranger.PublicKey.Id };

        Assert.Equal(Refusal.UnknownKey, Refused(SignedTransaction.Create(content, stranger, _suite)));
        Assert.Equal(0, _suite.Verifications);
    }

    [Fact]
    public void A_validators_key_is_no_clients()
    {
        var validator = A.ValidatorSigner("org-a");
        var content = A.Transaction(_genesis, "org-a").Content with { Sender = validator.PublicKey.Id };

        Assert.Equal(Refusal.UnknownKey, Refused(SignedTransaction.Create(content, validator, _suite)));
    }

    [Fact]
    public void A_role_that_the_member_does_not_hold_is_refused_without_a_signature_check()
    {
        Assert.Equal(Refusal.NotAuthorised, Refused(A.Transaction(_genesis, "org-b")));
        Assert.Equal(0, _suite.Verifications);
    }

    [Fact]
    public void A_signature_of_another_key_is_invalid_and_was_checked_once()
    {
        var genuine = A.Transaction(_genesis, "org-a");
        var other = A.ClientSigner("org-c").Sign(DomainTag.Transaction, genuine.Content.Encode());
        byte[] forged = [.. genuine.Encoded.Span[..^64], .. other];

        Assert.Equal(Refusal.SignatureInvalid, Refused(forged));
        Assert.Equal(1, _suite.Verifications);
    }

    [Fact]
    public void Every_cheap_reason_comes_before_the_signature()
    {
        // Everything at once: what is named is what costs least to find, and the signature is never looked at.
        ReadOnlyMemory<byte>[] refused =
        [
            Broken(Signed(c => c with { Kind = (TransactionKind)2 })),
            Broken(Make.ValidUntil(_genesis, Make.After(-1))),
            Broken(A.Transaction(_genesis, "org-b")),
            Broken(A.Transaction(A.Genesis(channel: "other"), "org-a")),
            Broken(A.Transaction(_genesis, "org-a", A.Record() with { Type = "trade.magic" })),
        ];

        foreach (var bytes in refused) Refused(bytes);

        Assert.Equal(0, _suite.Verifications);
    }

    [Fact]
    public void A_full_pool_says_so()
    {
        Assert.True(Admit(Make.Transaction(_genesis, "1"), out _).IsAccepted);
        Assert.True(Admit(Make.Transaction(_genesis, "2"), out _).IsAccepted);

        // Half of the pool is one member's share.
        Assert.Equal(Refusal.PoolFull, Refused(Make.Transaction(_genesis, "3")));
        Assert.True(Admit(Make.Transaction(_genesis, "3", "org-c"), out _).IsAccepted);
    }

    [Fact]
    public void Sending_it_again_is_accepted_without_another_check_and_not_announced_again()
    {
        var announced = 0;
        _ledger.Admission.Admitted += (_, _) => announced++;
        var transaction = Make.Transaction(_genesis, "order-1");

        Admit(transaction, out _);
        Admit(transaction, out _);
        _ledger.Add(transaction);
        var late = Admit(transaction, out var id);

        Assert.True(late.IsAccepted);
        Assert.Equal(transaction.Id, id);
        Assert.Equal(1, announced);
        Assert.Equal(1, _suite.Verifications);
        Assert.Equal(0, _ledger.Pool.Count);
    }

    [Fact]
    public void A_retry_of_what_is_recorded_is_accepted_even_after_it_expired()
    {
        var transaction = Make.Transaction(_genesis, "order-1");
        _ledger.Add(transaction);
        _ledger.Time.Advance(7_200_000);

        Assert.True(Admit(transaction, out _).IsAccepted);
    }

    [Fact]
    public void A_block_that_is_executed_during_the_check_leaves_nothing_in_the_pool()
    {
        var transaction = Make.Transaction(_genesis, "order-1");
        _suite.BeforeVerify = () => _ledger.Execute(transaction);

        var verdict = Admit(transaction, out _);

        Assert.True(verdict.IsAccepted);
        Assert.Equal(0, _ledger.Pool.Count);
    }

    [Fact]
    public void For_a_proposal_only_what_was_asked_for_is_taken()
    {
        var wanted = Make.Transaction(_genesis, "order-1");
        var other = Make.Transaction(_genesis, "order-2");
        HashSet<Hash256> ids = [wanted.Id];

        Assert.False(_ledger.Admission.AdmitForProposal(other.Encoded, ids));
        Assert.False(_ledger.Admission.AdmitForProposal(Broken(wanted), ids));
        Assert.True(_ledger.Admission.AdmitForProposal(wanted.Encoded, ids));
        Assert.Equal(1, _ledger.Pool.Count);
    }

    [Fact]
    public void A_fetched_transaction_that_was_recorded_meanwhile_does_not_stay()
    {
        var transaction = Make.Transaction(_genesis, "order-1");
        _suite.BeforeVerify = () => _ledger.Execute(transaction);

        _ledger.Admission.AdmitForProposal(transaction.Encoded, new HashSet<Hash256> { transaction.Id });

        Assert.Equal(0, _ledger.Pool.Count);
    }

    [Fact]
    public void P26_whatever_admission_accepts_can_be_executed_at_any_time()
    {
        // Accepted now; executed at the end of its life, and long after, when its result says so: never an exception.
        var accepted = Make.ValidUntil(_genesis, Make.After(5_000));
        Assert.True(Admit(accepted, out _).IsAccepted);

        foreach (var time in new[] { 0UL, A.Start.UnixMilliseconds, A.Start.UnixMilliseconds + 86_400_000 })
        {
            var block = _ledger.Executor.Execute(new Ledger.Node.Execution.ProposedBlock(
                new BlockHeight(1),
                new Timestamp(time),
                new Epoch(0),
                new ValidatorIndex(0),
                [_ledger.Check(accepted)]));

            Assert.Single(block.Commit.Block.Results);
        }
    }

    internal static Genesis Genesis(CryptoSuite suite) => new(
        "Example consortium",
        "main",
        suite,
        A.Start,
        new ChannelParameters(),
        A.ValidatorSet(0, A.Members(4)),
        [A.Member("org-a"), A.Member("org-b", "operator"), A.Member("org-c"), A.Member("org-d")]);

    private static byte[] Broken(SignedTransaction transaction) =>
        [.. transaction.Encoded.Span[..^1], (byte)(transaction.Encoded.Span[^1] ^ 1)];

    private SignedTransaction Signed(Func<Transaction, Transaction> change) => SignedTransaction.Create(
        change(A.Transaction(_genesis, "org-a").Content), A.ClientSigner("org-a"), A.Suite);

    private Verdict Admit(SignedTransaction transaction, out Hash256 id) =>
        _ledger.Admission.Admit(transaction.Encoded, AdmissionSource.Client, out id);

    private Refusal Refused(SignedTransaction transaction) => Refused(transaction.Encoded);

    private Refusal Refused(ReadOnlyMemory<byte> encoded)
    {
        var before = _ledger.Pool.Count;

        var verdict = _ledger.Admission.Admit(encoded, AdmissionSource.Client, out _);

        Assert.Equal(before, _ledger.Pool.Count);
        Assert.False(string.IsNullOrWhiteSpace(verdict.Detail));
        return verdict.Refusal;
    }
}
