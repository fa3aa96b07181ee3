using Ledger.Node.Driver;

namespace Ledger.Node.Tests.Driver;

public sealed class BatchPolicyTests
{
    private readonly BatchPolicy _policy = new();

    [Theory]
    [InlineData(0, 0UL, 1000, false)] // nothing to propose
    [InlineData(1, 0UL, 0, true)] // an idle network does not wait
    [InlineData(1, 1UL, 0, false)] // a block is under way: gather
    [InlineData(249, 1UL, 9, false)]
    [InlineData(250, 1UL, 0, true)] // worth a block
    [InlineData(1, 1UL, 10, true)] // waited long enough
    [InlineData(1, 3UL, 29, false)] // three blocks wait to be executed: one more could only wait with them
    [InlineData(1, 3UL, 30, true)]
    public void A_batch_is_proposed_when_it_is_worth_it(int waiting, ulong inFlight, long since, bool propose)
    {
        Assert.Equal(propose, _policy.ShouldPropose(waiting, inFlight, since));
    }
}
