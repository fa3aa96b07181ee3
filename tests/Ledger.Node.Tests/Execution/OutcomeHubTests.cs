using Ledger.Core.Crypto;
using Ledger.Node.Execution;

namespace Ledger.Node.Tests.Execution;

public sealed class OutcomeHubTests
{
    private static readonly Hash256 Id = Sha256.Instance.Hash("transaction"u8);

    private readonly OutcomeHub _hub = new();

    [Fact]
    public void Everybody_who_waits_for_a_transaction_is_told()
    {
        using var one = _hub.Register(Id);
        using var two = _hub.Register(Id);
        using var other = _hub.Register(Hash256.Zero);

        _hub.Signal([Id]);

        Assert.True(one.News.IsCompletedSuccessfully);
        Assert.True(two.News.IsCompletedSuccessfully);
        Assert.False(other.News.IsCompleted);
    }

    [Fact]
    public void One_that_leaves_does_not_take_the_others_with_it()
    {
        var one = _hub.Register(Id);
        using var two = _hub.Register(Id);
        one.Dispose();

        _hub.Signal([Id]);

        Assert.True(two.News.IsCompletedSuccessfully);
    }

    [Fact]
    public void Who_comes_after_the_signal_waits_for_the_next()
    {
        var early = _hub.Register(Id);
        _hub.Signal([Id]);
        using var late = _hub.Register(Id);

        // The early one's share was taken away by the signal: leaving must not take the late one's.
        early.Dispose();
        Assert.False(late.News.IsCompleted);
        _hub.Signal([Id]);

        Assert.True(late.News.IsCompletedSuccessfully);
    }
}
