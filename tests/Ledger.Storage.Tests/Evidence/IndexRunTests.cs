using FsCheck;
using FsCheck.Fluent;
using Ledger.Storage.Evidence;

namespace Ledger.Storage.Tests.Evidence;

public class IndexRunTests
{
    [Fact]
    public void Any_ascending_leaves_come_back()
    {
        var runs = from first in Gen.Choose(0, int.MaxValue)
                   from distances in Gen.Choose(1, 1 << 24).ListOf()
                   select ((ulong)first, distances);

        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            var (first, distances) = run;
            var leaves = new List<ulong> { first };
            var bytes = new List<byte>();
            foreach (var distance in distances)
            {
                IndexRun.Append(bytes, leaves[^1], leaves[^1] + (ulong)distance);
                leaves.Add(leaves[^1] + (ulong)distance);
            }

            var read = new List<ulong>();
            return IndexRun.TryRead(first, bytes.ToArray(), read) && read.SequenceEqual(leaves);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("00")] // no distance
    [InlineData("80")] // cut short
    [InlineData("8000")] // not the shortest form
    [InlineData("808080808001")] // longer than any distance
    [InlineData("0500")]
    public void Anything_else_is_refused_with_what_was_read_before(string hex)
    {
        var leaves = new List<ulong>();

        Assert.False(IndexRun.TryRead(7, Convert.FromHexString(hex), leaves));
        Assert.Equal(7UL, leaves[0]);
        Assert.All(leaves.Skip(1), l => Assert.Equal(12UL, l));
    }

    [Fact]
    public void A_run_beyond_the_bound_is_refused()
    {
        var bytes = Enumerable.Repeat((byte)1, IndexRun.MaxLeaves - 1).ToArray();

        Assert.True(IndexRun.TryRead(0, bytes, []));
        Assert.False(IndexRun.TryRead(0, [.. bytes, 1], []));
    }

    [Fact]
    public void A_run_cannot_pass_the_end_of_all_indexes() =>
        Assert.False(IndexRun.TryRead(ulong.MaxValue, [1], []));
}
