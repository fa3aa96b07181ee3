using Ledger.Node.Driver;

namespace Ledger.Node.Tests.Driver;

public sealed class BatchPolicyTests
{
    private readonly BatchPolicy _policy = new();

    [Theory]
    [InlineData(0, 0UL, 0, 1000, false)] // nothing to propose
    [InlineData(1, 0UL, 1, 0, true)] // a lone client does not wait
    [InlineData(1, 0UL, 4, 19, false)] // others were there a moment ago: gather
    [InlineData(4, 0UL, 1, 19, false)] // others are there
    [InlineData(4, 0UL, 1, 20, true)]
    [InlineData(1, 1UL, 1, 0, false)] // a block is under way: gather
    [InlineData(249, 1UL, 1, 19, false)]
    [InlineData(250, 1UL, 1, 0, true)] // worth a block
    [InlineData(1, 1UL, 1, 20, true)] // waited long enough
    [InlineData(1, 3UL, 1, 59, false)] // three blocks wait to be executed: one more could only wait with them
    [InlineData(1, 3UL, 1, 60, true)]
    public void A_batch_is_proposed_when_it_is_worth_it(
        int waiting, ulong inFlight, int lastBatch, long since, bool propose)
    {
        Assert.Equal(propose, _policy.ShouldPropose(waiting, inFlight, lastBatch, since));
    }
}
