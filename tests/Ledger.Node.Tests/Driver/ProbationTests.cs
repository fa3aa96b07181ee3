using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Node.Driver;

namespace Ledger.Node.Tests.Driver;

public sealed class ProbationTests
{
    private const ulong Window = 64;

    [Fact]
    public void A_validator_without_votes_waits_until_every_height_in_which_it_could_have_voted_is_settled()
    {
        var probation = Of(4);
        probation.OnStatus(new ValidatorIndex(1), new BlockHeight(100));
        Assert.Null(probation.Until);
        probation.OnStatus(new ValidatorIndex(2), new BlockHeight(90));

        Assert.Equal(new BlockHeight(100 + Window), probation.Until);
        probation.OnStable(new BlockHeight(163));
        Assert.False(probation.IsOver);
        probation.OnStable(new BlockHeight(164));
        Assert.True(probation.IsOver);
    }

    [Fact]
    public void In_a_new_consortium_everybody_votes_once_2f_others_have_executed_nothing()
    {
        var probation = Of(4);
        probation.OnStatus(new ValidatorIndex(1), new BlockHeight(0));
        Assert.False(probation.IsOver);
        probation.OnStatus(new ValidatorIndex(1), new BlockHeight(0));
        Assert.False(probation.IsOver);
        probation.OnStatus(new ValidatorIndex(2), new BlockHeight(0));

        Assert.True(probation.IsOver);
    }

    [Fact]
    public void One_that_claims_an_absurd_height_is_not_waited_for()
    {
        // Of seven, two may be faulty: this validator counts as one of them, so one other.
        var probation = Of(7);
        ulong[] claims = [ulong.MaxValue / 2, 50, 40, 30, 20];
        for (var i = 0; i < claims.Length; i++)
            probation.OnStatus(new ValidatorIndex(i + 1), new BlockHeight(claims[i]));

        Assert.Equal(new BlockHeight(50 + Window), probation.Until);
    }

    [Fact]
    public void Later_claims_move_nothing()
    {
        var probation = Of(4);
        probation.OnStatus(new ValidatorIndex(1), new BlockHeight(10));
        probation.OnStatus(new ValidatorIndex(2), new BlockHeight(10));
        probation.OnStatus(new ValidatorIndex(3), new BlockHeight(1000));

        Assert.Equal(new BlockHeight(10 + Window), probation.Until);
    }

    [Fact]
    public void A_validator_that_is_alone_has_nobody_to_ask()
    {
        Assert.True(Of(1).IsOver);
    }

    private static Probation Of(int validators) => new(QuorumSize.For(validators), Window);
}
