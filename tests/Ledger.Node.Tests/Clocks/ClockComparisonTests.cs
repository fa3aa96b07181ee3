using FsCheck;
using FsCheck.Fluent;
using Ledger.Core.Blocks;
using Ledger.Node.Clocks;

namespace Ledger.Node.Tests.Clocks;

public sealed class ClockComparisonTests
{
    private static readonly ValidatorIndex Self = new(1);

    private readonly ClockComparison _clocks = new(validators: 4, Self, quorum: 3);

    [Fact]
    public void P8_ones_own_wrong_clock_is_told_from_the_others_and_not_blamed_on_them()
    {
        Observe((0, -180_000), (2, -180_020), (3, -179_990));

        var report = _clocks.Assess(elapsed: 0);

        Assert.Equal(180_000, report.Own);
        Assert.Equal([0, 180_000, -20, 10], report.Offsets);
    }

    [Fact]
    public void P8_another_ones_wrong_clock_is_named()
    {
        Observe((0, 5), (2, -300_000), (3, 10));

        var report = _clocks.Assess(elapsed: 0);

        Assert.Equal(0, report.Own);
        Assert.Equal(-300_000, report[new ValidatorIndex(2)]);
    }

    [Fact]
    public void Nothing_is_said_while_fewer_than_a_quorum_of_clocks_are_known()
    {
        Observe((0, 100_000));

        var report = _clocks.Assess(elapsed: 0);

        Assert.Null(report.Own);
        Assert.All(report.Offsets, Assert.Null);
    }

    [Fact]
    public void A_clock_that_was_not_asked_for_a_minute_is_forgotten()
    {
        Observe((0, 0), (2, 0), (3, 50_000));
        _clocks.Observe(new ValidatorIndex(0), 0, elapsed: 60_001);
        _clocks.Observe(new ValidatorIndex(2), 0, elapsed: 60_001);

        var report = _clocks.Assess(elapsed: 60_001);

        Assert.Null(report[new ValidatorIndex(3)]);
        Assert.Equal(0, report.Own);
    }

    [Fact]
    public void P8_one_liar_never_moves_the_median_outside_the_honest_clocks() => Prop.ForAll(
        ArbMap.Default.ArbFor<(short Own, short Other, short Third, int Lie, byte Liar)>(),
        x =>
        {
            // Honest clocks stand at Own, Other and Third on an ideal one; this node's is the first.
            var clocks = new ClockComparison(4, new ValidatorIndex(0), 3);
            var liar = 1 + (x.Liar % 3);
            var honest = new Queue<long>([x.Other, x.Third]);
            for (var i = 1; i < 4; i++)
                clocks.Observe(new ValidatorIndex(i), i == liar ? x.Lie : honest.Dequeue() - x.Own, elapsed: 0);

            var median = x.Own - clocks.Assess(elapsed: 0).Own!.Value;

            long[] all = [x.Own, x.Other, x.Third];
            return median >= all.Min() && median <= all.Max();
        }).QuickCheckThrowOnFailure();

    private void Observe(params (int Validator, long Ahead)[] clocks)
    {
        foreach (var (validator, ahead) in clocks) _clocks.Observe(new ValidatorIndex(validator), ahead, elapsed: 0);
    }
}
