using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Membership;

/// <summary>Each rule of docs/spec/governance.md: what passes, and each way to fail with its own reason.</summary>
public sealed class ValidatorChangeRulesTests
{
    private static readonly Genesis Genesis = A.GovernedGenesis();
    private static readonly ValidatorChangeRules Rules = new(Genesis);

    [Fact]
    public void A_majority_of_the_members_adds_a_validator_at_the_end()
    {
        var next = Accept(Genesis.Validators, 5, A.Adding(Genesis, "org-e"));

        Assert.Equal(new Epoch(1), next.Epoch);
        Assert.Equal(["org-a", "org-b", "org-c", "org-d", "org-e"], next.Validators.Select(v => v.Member));
    }

    [Fact]
    public void A_removed_validators_place_closes_up()
    {
        var next = Accept(Genesis.Validators, 5, ValidatorStep.Remove(A.ValidatorSigner("org-b").PublicKey));

        Assert.Equal(["org-a", "org-c", "org-d"], next.Validators.Select(v => v.Member));
    }

    [Fact]
    public void A_rotated_key_takes_the_place_of_the_old_one()
    {
        var fresh = A.Signer("rotated");
        var validator = new Validator("org-c", fresh.PublicKey, "new.example:7001");
        var step = ValidatorStep.Replace(
            A.ValidatorSigner("org-c").PublicKey, validator, A.ClaimOf(Genesis, validator, fresh));

        var next = Accept(Genesis.Validators, 5, step);

        Assert.Equal(4, next.Count);
        Assert.Equal(validator, next[new ValidatorIndex(2)]);
        Assert.Null(next.IndexOf(A.ValidatorSigner("org-c").PublicKey.Id));
    }

    [Fact]
    public void A_validator_moves_to_another_address_with_the_same_key_and_is_no_newcomer()
    {
        var steps = new List<ValidatorStep>();
        foreach (var member in A.Members(4))
        {
            var moved = A.Validator(member) with { Address = member + ".example:7100" };
            steps.Add(ValidatorStep.Replace(moved.Key, moved, A.ClaimOf(Genesis, moved, A.ValidatorSigner(member))));
        }

        var next = Accept(Genesis.Validators, 5, steps);

        Assert.All(next.Validators, v => Assert.EndsWith(":7100", v.Address, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(8, true)]
    public void More_than_half_of_all_members_must_approve(int approvals, bool accepted)
    {
        var verdict = Rules.Check(
            A.ApprovedChange(Genesis, 0, approvals, A.Adding(Genesis, "org-e")), Genesis.Validators, out _);

        Assert.Equal(accepted ? Refusal.None : Refusal.NotApproved, verdict.Refusal);
    }

    [Theory]
    [InlineData(Receipt.MaxEpochChanges - 1, Refusal.None)]
    [InlineData(Receipt.MaxEpochChanges, Refusal.EpochsExhausted)]
    public void Validators_change_as_often_as_a_receipt_can_carry_and_no_more(int epoch, Refusal expected)
    {
        var current = A.ValidatorSet((ulong)epoch, A.Members(4));

        var verdict = Rules.Check(
            A.ApprovedChange(Genesis, (ulong)epoch, 5, A.Adding(Genesis, "org-e")), current, out var next);

        Assert.Equal(expected, verdict.Refusal);
        Assert.Equal(expected == Refusal.None, next is not null);
    }

    [Fact]
    public void Two_administrators_of_one_member_are_one_voice()
    {
        var second = new MemberKey(A.Signer("second").PublicKey, ValidatorChangeRules.AdministratorLabel);
        var genesis = WithKeys("org-a", second);
        var change = new ValidatorChange(genesis.Channel, new Epoch(0), [A.Adding(genesis, "org-e")]);
        var signers = genesis.Members.Take(4).Select(m => A.AdminSigner(m.Id)).Append(A.Signer("second"));

        var verdict = new ValidatorChangeRules(genesis).Check(
            new ValidatorChangeBody(change, signers.Select(change.Approve)), genesis.Validators, out _);

        Assert.Equal(Refusal.NotApproved, verdict.Refusal);
    }

    [Fact]
    public void A_clients_key_approves_nothing()
    {
        var change = new ValidatorChange(Genesis.Channel, new Epoch(0), [A.Adding(Genesis, "org-e")]);
        var body = new ValidatorChangeBody(
            change, Genesis.Members.Select(m => change.Approve(A.ClientSigner(m.Id))));

        AssertRefused(Refusal.ApprovalInvalid, body);
    }

    [Fact]
    public void A_strangers_key_approves_nothing()
    {
        var good = A.ApprovedChange(Genesis, 0, 8, A.Adding(Genesis, "org-e"));

        AssertRefused(
            Refusal.ApprovalInvalid,
            new ValidatorChangeBody(good.Change, [.. good.Approvals, good.Change.Approve(A.Signer("stranger"))]));
    }

    [Fact]
    public void An_approval_of_another_change_approves_nothing()
    {
        var other = A.ApprovedChange(Genesis, 0, 5, A.Adding(Genesis, "org-f"));
        var change = new ValidatorChange(Genesis.Channel, new Epoch(0), [A.Adding(Genesis, "org-e")]);

        AssertRefused(Refusal.ApprovalInvalid, new ValidatorChangeBody(change, other.Approvals));
    }

    [Fact]
    public void An_approval_of_another_epoch_approves_nothing()
    {
        var epoch1 = new ValidatorSet(new Epoch(1), Genesis.Validators.Validators);
        var old = A.ApprovedChange(Genesis, 0, 5, A.Adding(Genesis, "org-e"));
        var change = new ValidatorChange(Genesis.Channel, new Epoch(1), [A.Adding(Genesis, "org-e")]);

        Assert.Equal(Refusal.WrongEpoch, Rules.Check(old, epoch1, out _).Refusal);
        Assert.Equal(
            Refusal.ApprovalInvalid,
            Rules.Check(new ValidatorChangeBody(change, old.Approvals), epoch1, out _).Refusal);
    }

    [Fact]
    public void A_change_of_another_channel_or_of_a_later_epoch_is_refused()
    {
        AssertRefused(Refusal.WrongChannel, A.ApprovedChange(A.Genesis(), 0, 0, A.Adding(Genesis, "org-e")));
        AssertRefused(Refusal.WrongEpoch, A.ApprovedChange(Genesis, 1, 5, A.Adding(Genesis, "org-e")));
    }

    [Fact]
    public void Only_a_present_validator_can_leave_and_only_once()
    {
        var removal = ValidatorStep.Remove(A.ValidatorSigner("org-b").PublicKey);

        AssertRefused(Refusal.UnknownValidator, ValidatorStep.Remove(A.ValidatorSigner("org-e").PublicKey));
        AssertRefused(Refusal.UnknownValidator, removal, removal);
        AssertRefused(
            Refusal.UnknownValidator,
            A.Adding(Genesis, "org-e"),
            ValidatorStep.Remove(A.ValidatorSigner("org-e").PublicKey));
    }

    [Fact]
    public void A_key_that_is_in_use_cannot_be_a_new_validators()
    {
        AssertRefused(Refusal.ValidatorExists, A.Adding(Genesis, "org-b"));
        AssertRefused(Refusal.ValidatorExists, A.Adding(Genesis, "org-e"), A.Adding(Genesis, "org-e"));
        var client = new Validator("org-e", A.ClientSigner("org-e").PublicKey, "e.example:1");
        AssertRefused(
            Refusal.ValidatorExists,
            ValidatorStep.Add(client, A.ClaimOf(Genesis, client, A.ClientSigner("org-e"))));
    }

    [Theory]
    [InlineData("no-port")]
    [InlineData(":7000")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:+7000")]
    [InlineData("::1:7000")]
    [InlineData("[zz]:7000")]
    [InlineData("ho st:7000")]
    public void P9_an_address_that_nobody_could_dial_is_refused(string address)
    {
        var validator = A.Validator("org-e") with { Address = address };

        AssertRefused(
            Refusal.InvalidField,
            ValidatorStep.Add(validator, A.ClaimOf(Genesis, validator, A.ValidatorSigner("org-e"))));
    }

    [Theory]
    [InlineData("host.example:7000")]
    [InlineData("10.1.2.3:65535")]
    [InlineData("[::1]:7000")]
    public void An_address_that_can_be_dialled_is_taken(string address) =>
        Assert.True(ValidatorClaim.IsAddress(address));

    [Fact]
    public void A_validator_of_no_member_is_refused()
    {
        var validator = A.Validator("org-z");

        AssertRefused(
            Refusal.InvalidField,
            ValidatorStep.Add(validator, A.ClaimOf(Genesis, validator, A.ValidatorSigner("org-z"))));
    }

    [Fact]
    public void A_claim_must_be_the_new_keys_own_for_this_channel_member_and_address()
    {
        var validator = A.Validator("org-e");
        var claim = A.ClaimOf(Genesis, validator, A.ValidatorSigner("org-e"));

        AssertRefused(Refusal.ClaimInvalid, ValidatorStep.Add(validator with { Member = "org-f" }, claim));
        AssertRefused(Refusal.ClaimInvalid, ValidatorStep.Add(validator with { Address = "other:7000" }, claim));
        AssertRefused(
            Refusal.ClaimInvalid,
            ValidatorStep.Add(validator, A.ClaimOf(A.Genesis(), validator, A.ValidatorSigner("org-e"))));
        AssertRefused(Refusal.ClaimInvalid, ValidatorStep.Add(validator with { Key = A.Signer("x").PublicKey }, claim));
    }

    [Fact]
    public void The_last_validator_cannot_be_removed()
    {
        var genesis = A.GovernedGenesis(1, 1);
        var body = A.ApprovedChange(genesis, 0, 1, ValidatorStep.Remove(A.ValidatorSigner("org-a").PublicKey));

        var verdict = new ValidatorChangeRules(genesis).Check(body, genesis.Validators, out _);

        Assert.Equal(Refusal.ValidatorsUnsafe, verdict.Refusal);
    }

    [Fact]
    public void P9_more_newcomers_than_the_new_set_can_spare_are_refused()
    {
        AssertRefused(
            Refusal.ValidatorsUnsafe,
            A.Adding(Genesis, "org-e"),
            A.Adding(Genesis, "org-f"),
            A.Adding(Genesis, "org-g"));
        // Six validators, of which four are a quorum: two newcomers are not missed.
        Accept(Genesis.Validators, 5, A.Adding(Genesis, "org-e"), A.Adding(Genesis, "org-f"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(9)]
    public void P9_a_small_network_grows_one_by_one(int size)
    {
        var genesis = A.GovernedGenesis(size, 12);
        var newcomer = A.Members(size + 1)[^1];

        var verdict = new ValidatorChangeRules(genesis).Check(
            A.ApprovedChange(genesis, 0, 7, A.Adding(genesis, newcomer)), genesis.Validators, out var next);

        Assert.Equal(Verdict.Accepted, verdict);
        Assert.Equal(QuorumSize.For(size + 1), next!.Quorum);
    }

    [Fact]
    public void The_bound_of_newcomers_leaves_a_quorum_from_three_validators_on()
    {
        for (var n = 3; n <= ValidatorSet.MaxValidators; n++)
            Assert.True(n - ValidatorChangeRules.MostNewcomers(n) >= QuorumSize.For(n).Quorum);
    }

    private static ValidatorSet Accept(ValidatorSet current, int approvals, params IReadOnlyList<ValidatorStep> steps)
    {
        var body = A.ApprovedChange(Genesis, current.Epoch.Value, approvals, steps);
        var verdict = Rules.Check(body, current, out var next);
        Assert.Equal(Verdict.Accepted, verdict);
        return next!;
    }

    private static void AssertRefused(Refusal expected, params IReadOnlyList<ValidatorStep> steps) =>
        AssertRefused(expected, A.ApprovedChange(Genesis, 0, 5, steps));

    private static void AssertRefused(Refusal expected, ValidatorChangeBody body)
    {
        var verdict = Rules.Check(body, Genesis.Validators, out var next);
        Assert.Equal(expected, verdict.Refusal);
        Assert.NotEmpty(verdict.Detail!);
        Assert.Null(next);
    }

    private static Genesis WithKeys(string member, MemberKey key) => new(
        Genesis.Consortium,
        Genesis.ChannelName,
        Genesis.Suite,
        Genesis.Created,
        Genesis.Parameters,
        Genesis.Validators,
        [.. Genesis.Members.Select(m => m.Id == member ? m with { Keys = [.. m.Keys, key] } : m)]);
}
