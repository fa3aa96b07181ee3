using Ledger.Core.Blocks;
using Ledger.Node.Audit;

namespace Ledger.Node.Tests.Audit;

public sealed class ValidatorWatchTests
{
    [Theory]
    [InlineData(0, 256, false)]
    [InlineData(0, 257, true)]
    [InlineData(100, 50, false)]
    [InlineData(ulong.MaxValue, 50, false)]
    [InlineData(ulong.MaxValue - 1, ulong.MaxValue, false)]
    public void A_validator_lags_that_is_far_behind_and_may_claim_any_height(ulong theirs, ulong own, bool isLagging) =>
        Assert.Equal(isLagging, ValidatorWatch.IsLagging(new BlockHeight(theirs), new BlockHeight(own)));
}
