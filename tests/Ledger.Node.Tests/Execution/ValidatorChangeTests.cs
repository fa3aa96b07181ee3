using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Driver;
using Ledger.Node.Hosting;
using Ledger.Node.Tests.Support;
using Ledger.Storage.Votes;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Execution;

/// <summary>Changes of the validators through admission and execution, on a real store.</summary>
public sealed class ValidatorChangeTests : IDisposable
{
    private readonly TestLedger _ledger = new(A.GovernedGenesis());

    private Genesis Genesis => _ledger.Genesis;

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void An_accepted_change_ends_the_epoch_with_its_block()
    {
        var block = _ledger
            .Add(Make.Transaction(Genesis, "a"), Adding("org-e", 0), Make.Transaction(Genesis, "b")).Commit;

        // The rest of the block is executed as ever.
        Assert.All(block.Block.Results, r => Assert.True(r.Succeeded));
        Assert.Equal([1U, 0U, 1U], block.Block.Results.Select(r => r.LeafCount));
        Assert.Equal(new Epoch(0), block.Block.Header.Epoch);
        Assert.Equal(block.NextValidators!.HashWith(Genesis.Suite.Hash), block.Block.Header.NextValidators);
        Assert.Equal(5, _ledger.Store.Live.Blocks.Validators(new Epoch(1))!.Count);
        Assert.Equal(
            block.NextValidators.Encoded.ToArray(),
            _ledger.Store.Live.State.Get(StateNamespaces.Validators, [])!.ToArray());
        Assert.Equal(5, _ledger.Chain.Validators.Count);

        var next = _ledger.Add(Make.Transaction(Genesis, "c")).Commit.Block.Header;
        Assert.Equal(new Epoch(1), next.Epoch);
        Assert.Null(next.NextValidators);
    }

    [Fact]
    public void A_second_change_in_the_same_block_comes_too_late()
    {
        var block = _ledger.Add(Adding("org-e", 0), Adding("org-f", 0)).Commit;

        Assert.Equal([Refusal.None, Refusal.EpochEnded], block.Block.Results.Select(r => r.Refusal));
        Assert.Equal("org-e", block.NextValidators!.Validators[^1].Member);
    }

    [Fact]
    public void A_refused_change_does_not_keep_a_good_one_out()
    {
        var block = _ledger.Add(Adding("org-a", 0), Adding("org-f", 0)).Commit;

        Assert.Equal([Refusal.ValidatorExists, Refusal.None], block.Block.Results.Select(r => r.Refusal));
        Assert.Equal("org-f", block.NextValidators!.Validators[^1].Member);
    }

    [Fact]
    public void A_change_of_an_epoch_that_has_ended_has_no_effect_when_a_later_block_brings_it()
    {
        _ledger.Add(Adding("org-e", 0));

        var block = _ledger.Add(Adding("org-f", 0)).Commit;

        Assert.Equal(Refusal.WrongEpoch, Assert.Single(block.Block.Results).Refusal);
        Assert.Null(block.NextValidators);
    }

    [Fact]
    public void Admission_and_execution_give_the_same_reason()
    {
        SignedTransaction[] transactions =
        [
            Adding("org-e", 1),
            Adding("org-b", 0),
            Transaction(A.ApprovedChange(Genesis, 0, 4, A.Adding(Genesis, "org-e"))),
            Transaction(A.ApprovedChange(Genesis, 0, 5, ValidatorStep.Remove(A.ValidatorSigner("org-h").PublicKey))),
            Transaction(A.ApprovedChange(
                Genesis, 0, 5, A.Adding(Genesis, "org-e"), A.Adding(Genesis, "org-f"), A.Adding(Genesis, "org-g"))),
        ];
        var admitted = transactions
            .Select(t => _ledger.Admission.Admit(t.Encoded, AdmissionSource.Client, out _).Refusal).ToList();
        var executed = _ledger.Execute(transactions).Commit.Block.Results.Select(r => r.Refusal);

        Assert.Equal(
            [
                Refusal.WrongEpoch, Refusal.ValidatorExists, Refusal.NotApproved, Refusal.UnknownValidator,
                Refusal.ValidatorsUnsafe,
            ],
            admitted);
        Assert.Equal(admitted, executed);
        Assert.Equal(0, _ledger.Pool.Count);
    }

    [Fact]
    public void A_body_that_is_no_change_is_malformed()
    {
        var good = Adding("org-e", 0).Content;
        var signed = SignedTransaction.Create(
            good with { Body = good.Body[..^1] }, A.ClientSigner("org-a"), Genesis.Suite);

        Assert.Equal(
            Refusal.Malformed, _ledger.Admission.Admit(signed.Encoded, AdmissionSource.Client, out _).Refusal);
    }

    [Fact]
    public void A_node_finds_its_epoch_and_each_epochs_last_block_on_disk()
    {
        _ledger.Add(Make.Transaction(Genesis, "a"));
        _ledger.Add(Adding("org-e", 0));
        for (var i = 0; i < 5; i++) _ledger.Add(Make.Transaction(Genesis, $"b-{i}"));
        _ledger.Add(Adding("org-f", 1));
        _ledger.Add(Make.Transaction(Genesis, "c"));

        var (validators, start) = Recovery.Epoch(_ledger.Store);

        Assert.Equal((new Epoch(2), new BlockHeight(8)), (validators.Epoch, start));
        Assert.Equal([2UL, 8UL, 9UL], Enumerable.Range(0, 3)
            .Select(e => Recovery.LastOf(_ledger.Store, new Epoch((ulong)e)).Value));
    }

    [Fact]
    public void An_executed_end_without_certificate_is_still_the_old_epoch()
    {
        var block = _ledger.Execute(Adding("org-e", 0));

        Assert.Equal(new Epoch(0), Recovery.Epoch(_ledger.Store).Validators.Epoch);
        _ledger.Certify(block);
        Assert.Equal(
            (new Epoch(1), new BlockHeight(1)),
            (Recovery.Epoch(_ledger.Store).Validators.Epoch, Recovery.Epoch(_ledger.Store).Base));
    }

    [Fact]
    public void A_newcomer_opens_the_first_epoch_as_a_follower_and_the_second_as_a_validator()
    {
        using var folder = new TempFolder();
        using var votes = VoteLog.Open(folder.File("votes"));
        var newcomer = A.ValidatorSigner("org-e");
        var before = EpochParts.Open(_ledger.Store, votes, newcomer);
        _ledger.Add(Adding("org-e", 0));
        var after = EpochParts.Open(_ledger.Store, votes, newcomer);

        Assert.Null(before.Replica);
        Assert.Null(before.Self);
        Assert.Equal(new ValidatorIndex(4), after.Self);
        Assert.Equal(new BlockHeight(1), after.Replica!.Stable);
        Assert.False(Recovery.WasValidator(_ledger.Store, A.ValidatorSigner("org-f").PublicKey.Id));
        Assert.True(Recovery.WasValidator(_ledger.Store, newcomer.PublicKey.Id));
    }

    private SignedTransaction Adding(string member, ulong epoch) =>
        Transaction(A.ApprovedChange(Genesis, epoch, 5, A.Adding(Genesis, member)));

    private SignedTransaction Transaction(ValidatorChangeBody body) => A.Transaction(Genesis, "org-a", body);
}
