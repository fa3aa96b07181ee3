using Ledger.Core.Blocks;
using Ledger.Node.Tests.Support;
using Ledger.Storage;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Execution;

public sealed class CertifiedBlocksTests : IDisposable
{
    private readonly TestLedger _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_certificate_certifies_everything_below_it()
    {
        var transaction = Make.Transaction(_ledger.Genesis, "a");
        using var wait = _ledger.Outcomes.Register(transaction.Id);
        _ledger.Execute(transaction);
        var second = _ledger.Execute(Make.Transaction(_ledger.Genesis, "b"));

        _ledger.Certify(second);

        Assert.True(wait.News.IsCompletedSuccessfully);
        Assert.Equal(second.Commit.Block.Hash, _ledger.Chain.Certified.Hash);
        Assert.Null(_ledger.Store.Live.Blocks.Certificate(new BlockHeight(1)));
    }

    [Fact]
    public void A_late_certificate_is_kept_and_moves_nothing_back()
    {
        var first = _ledger.Execute(Make.Transaction(_ledger.Genesis, "a"));
        var second = _ledger.Execute(Make.Transaction(_ledger.Genesis, "b"));
        _ledger.Certify(second);

        _ledger.Certify(first);
        _ledger.Certify(first);

        Assert.Equal(2UL, _ledger.Chain.Certified.Header.Height.Value);
        Assert.NotNull(_ledger.Store.Live.Blocks.Certificate(new BlockHeight(1)));
    }

    [Fact]
    public void A_certificate_of_a_block_that_is_not_here_is_refused_loudly_and_changes_nothing()
    {
        var block = _ledger.Execute(Make.Transaction(_ledger.Genesis, "a"));
        var certificate = A.Certificate(block.HeaderBytes.Span, _ledger.Genesis.Validators);

        Assert.Throws<StorageException>(() => _ledger.Certified.Publish(new BlockHeight(2), certificate));
        Assert.Equal(0UL, _ledger.Chain.Certified.Header.Height.Value);
    }
}
