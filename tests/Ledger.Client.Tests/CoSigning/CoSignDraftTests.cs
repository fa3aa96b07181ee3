using System.Text;
using Ledger.Client.CoSigning;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Testing.Builders;

namespace Ledger.Client.Tests.CoSigning;

public sealed class CoSignDraftTests
{
    private static readonly Genesis Genesis = A.Genesis();
    private static readonly DateTimeOffset Until = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_draft_that_goes_from_party_to_party_as_a_file_becomes_a_transaction_that_holds()
    {
        var file = New().ToJson();
        foreach (var party in new[] { "org-c", "org-a" }) file = Read(file).Sign(A.ClientSigner(party)).ToJson();
        var draft = Read(file);
        Assert.Equal(["org-b"], draft.Missing);

        var transaction = draft.ToTransaction(A.ClientSigner("org-b"));

        Assert.True(EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _));
        Assert.Equal(["org-a", "org-c"], body.CoSignatures.Select(s => s.Member));
        Assert.True(Core.Evidence.CoSigning.Check(
            transaction, body, "org-b",
            k => Genesis.FindKey(k) is { } found ? (found.Member, found.Key) : null, A.Suite).IsAccepted);
        Assert.Equal(transaction.Id, draft.ToTransaction(A.ClientSigner("org-b")).Id);
    }

    [Fact]
    public void Nobody_can_send_before_all_others_have_signed()
    {
        var draft = New().Sign(A.ClientSigner("org-a"));

        var early = Assert.Throws<InvalidOperationException>(() => draft.ToTransaction(A.ClientSigner("org-b")));

        Assert.Contains("org-c", early.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_party_signs_only_by_sending()
    {
        var draft = New().Sign(A.ClientSigner("org-a")).Sign(A.ClientSigner("org-b"));

        Assert.Throws<InvalidOperationException>(() => draft.Sign(A.ClientSigner("org-c")));
    }

    [Fact]
    public void Only_parties_sign_and_each_once()
    {
        var draft = New().Sign(A.ClientSigner("org-a"));

        Assert.Throws<ArgumentException>(() => draft.Sign(A.ClientSigner("org-d")));
        Assert.Throws<ArgumentException>(() => draft.Sign(A.ClientSigner("org-z")));
        Assert.Contains(
            "already", Assert.Throws<ArgumentException>(() => draft.Sign(A.ClientSigner("org-a"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_draft_needs_two_members_and_sound_records()
    {
        Assert.Throws<ArgumentException>(() => CoSignDraft.New(Genesis, [A.Record()], ["org-a"], Until));
        Assert.Throws<ArgumentException>(() => CoSignDraft.New(Genesis, [A.Record()], ["org-a", "org-z"], Until));
        Assert.Throws<ArgumentException>(() => CoSignDraft.New(Genesis, [], ["org-a", "org-b"], Until));
        Assert.Throws<ArgumentException>(() => CoSignDraft.New(
            Genesis, [A.Record() with { Action = "frobnicate" }], ["org-a", "org-b"], Until));
    }

    [Fact]
    public void Whoever_alone_may_send_signs_last_and_says_so_before_it_signs()
    {
        var draft = CoSignDraft.New(
            Roles, [A.Record() with { Role = "provider" }], ["org-a", "org-b", "org-c"], Until);

        Assert.Equal(["org-b"], draft.Senders);
        var early = Assert.Throws<InvalidOperationException>(() => draft.Sign(A.ClientSigner("org-b")));
        Assert.Contains("'org-b' must be the last", early.Message, StringComparison.Ordinal);
        var signed = draft.Sign(A.ClientSigner("org-a")).Sign(A.ClientSigner("org-c"));
        Assert.Equal(A.ClientSigner("org-b").PublicKey.Id, signed.ToTransaction(A.ClientSigner("org-b")).Content.Sender);
    }

    [Fact]
    public void What_no_party_may_send_is_not_drafted_nor_read()
    {
        var record = A.Record() with { Role = "provider" };

        var fault = Assert.Throws<ArgumentException>(
            () => CoSignDraft.New(Roles, [record], ["org-a", "org-c"], Until));

        Assert.Contains("none of the parties holds the role 'provider'", fault.Message, StringComparison.Ordinal);
        // Of a draft by some other program, in which the only sender has signed.
        var all = Encoding.UTF8.GetString(
            CoSignDraft.New(Roles, [record], ["org-a", "org-b"], Until).Sign(A.ClientSigner("org-a")).ToJson());
        var content = Core.Evidence.CoSigning.Content(
            Roles.Channel, new Timestamp((ulong)Until.ToUnixTimeMilliseconds()), [record.Encode()], ["org-a", "org-b"],
            Roles.Suite.Hash);
        var swapped = all
            .Replace("\"member\": \"org-a\"", "\"member\": \"org-b\"", StringComparison.Ordinal)
            .Replace(Hex(A.ClientSigner("org-a")), Hex(A.ClientSigner("org-b")), StringComparison.Ordinal)
            .Replace(Signature(A.ClientSigner("org-a")), Signature(A.ClientSigner("org-b")), StringComparison.Ordinal);
        Assert.False(CoSignDraft.TryParse(Encoding.UTF8.GetBytes(swapped), Roles, out _, out var read));
        Assert.Contains("only org-b may send this", read, StringComparison.Ordinal);

        static string Hex(ISigner signer) => Convert.ToHexStringLower(signer.PublicKey.Id.Value.AsSpan());

        string Signature(ISigner signer) => Convert.ToHexStringLower(
            Core.Evidence.CoSigning.Sign("org-a", signer, content).Signature.Span);
    }

    [Fact]
    public void Whatever_is_changed_in_a_file_that_somebody_signed_is_found_out()
    {
        var other = Convert.ToBase64String((A.Record("order-2")).Encode());
        var mine = Convert.ToBase64String(A.Record().Encode());
        var text = Encoding.UTF8.GetString(New().Sign(A.ClientSigner("org-a")).ToJson());
        foreach (var changed in new[]
        {
            text.Replace(mine, other, StringComparison.Ordinal),
            text.Replace("1767268800000", "1767268800001", StringComparison.Ordinal),
            text.Replace("\"org-c\"", "\"org-d\"", StringComparison.Ordinal),
            text.Replace("    \"org-c\"", "    \"org-c\", \"org-d\"", StringComparison.Ordinal),
            text.Replace("\"member\": \"org-a\"", "\"member\": \"org-b\"", StringComparison.Ordinal),
            text.Replace(Genesis.Channel.ToString(), new string('0', 64), StringComparison.Ordinal),
        })
        {
            Assert.NotEqual(text, changed);
            Assert.False(CoSignDraft.TryParse(Encoding.UTF8.GetBytes(changed), Genesis, out _, out var fault));
            Assert.False(string.IsNullOrEmpty(fault));
        }
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_is_refused_and_never_throws()
    {
        var whole = New().Sign(A.ClientSigner("org-a")).ToJson();
        for (var length = 0; length < whole.Length - 1; length += 13)
            Assert.False(CoSignDraft.TryParse(whole.AsSpan(0, length), Genesis, out _, out _));
    }

    // org-a and org-c are operators, org-b is a provider.
    private static Genesis Roles { get; } = new(
        "Example consortium", "roles", A.Suite, A.Start, new ChannelParameters(), A.ValidatorSet(0, "org-a"),
        [A.Member("org-a", "operator"), A.Member("org-b", "provider"), A.Member("org-c", "operator")], []);

    private static CoSignDraft New() => CoSignDraft.New(Genesis, [A.Record()], ["org-c", "org-a", "org-b"], Until);

    private static CoSignDraft Read(byte[] file)
    {
        Assert.True(CoSignDraft.TryParse(file, Genesis, out var draft, out var fault), fault);
        return draft;
    }
}
