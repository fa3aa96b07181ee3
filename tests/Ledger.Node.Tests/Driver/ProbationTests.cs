using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Node.Driver;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Driver;

public sealed class ProbationTests
{
    private const ulong Window = 64;

    [Fact]
    public void A_validator_without_votes_waits_until_every_height_in_which_it_could_have_voted_is_settled()
    {
        var probation = new Probation(default, Window);
        probation.OnStatus(Set(), new ValidatorIndex(1), new BlockHeight(100));
        Assert.Null(probation.Until);
        probation.OnStatus(Set(), new ValidatorIndex(2), new BlockHeight(90));

        Assert.Equal(new BlockHeight(100 + Window), probation.Until);
        probation.OnStable(new BlockHeight(163));
        Assert.False(probation.IsOver);
        probation.OnStable(new BlockHeight(164));
        Assert.True(probation.IsOver);
    }

    [Fact]
    public void In_a_new_consortium_everybody_votes_once_2f_others_have_executed_nothing()
    {
        var probation = new Probation(default, Window);
        probation.OnStatus(Set(), new ValidatorIndex(1), new BlockHeight(0));
        Assert.False(probation.IsOver);
        probation.OnStatus(Set(), new ValidatorIndex(1), new BlockHeight(0));
        Assert.False(probation.IsOver);
        probation.OnStatus(Set(), new ValidatorIndex(2), new BlockHeight(0));

        Assert.True(probation.IsOver);
    }

    [Fact]
    public void One_that_claims_an_absurd_height_is_not_waited_for()
    {
        // Of seven, two may be faulty: this validator counts as one of them, so one other.
        var probation = new Probation(default, Window);
        ulong[] claims = [ulong.MaxValue / 2, 50, 40, 30, 20];
        for (var i = 0; i < claims.Length; i++)
            probation.OnStatus(Set(7), new ValidatorIndex(i + 1), new BlockHeight(claims[i]));

        Assert.Equal(new BlockHeight(50 + Window), probation.Until);
    }

    [Fact]
    public void A_claim_of_the_last_height_of_all_does_not_end_the_node()
    {
        var probation = new Probation(default, Window);
        probation.OnStatus(Set(), new ValidatorIndex(1), new BlockHeight(ulong.MaxValue));
        probation.OnStatus(Set(), new ValidatorIndex(2), new BlockHeight(10));

        Assert.Equal(new BlockHeight(ulong.MaxValue), probation.Until);
        Assert.False(probation.IsOver);
    }

    [Fact]
    public void Later_claims_move_nothing()
    {
        var probation = new Probation(default, Window);
        probation.OnStatus(Set(), new ValidatorIndex(1), new BlockHeight(10));
        probation.OnStatus(Set(), new ValidatorIndex(2), new BlockHeight(10));
        probation.OnStatus(Set(), new ValidatorIndex(3), new BlockHeight(1000));

        Assert.Equal(new BlockHeight(10 + Window), probation.Until);
    }

    [Fact]
    public void Claims_of_another_epochs_validators_do_not_count()
    {
        var probation = new Probation(new BlockHeight(5), Window);
        probation.OnStatus(Set(), new ValidatorIndex(1), new BlockHeight(5));
        probation.OnStatus(Set(4, epoch: 1), new ValidatorIndex(2), new BlockHeight(5));
        Assert.False(probation.IsOver);
        probation.OnStatus(Set(4, epoch: 1), new ValidatorIndex(3), new BlockHeight(5));

        Assert.True(probation.IsOver);
    }

    private static ValidatorSet Set(int validators = 4, ulong epoch = 0) => A.ValidatorSet(epoch, A.Members(validators));
}
