using Ledger.Consensus;
using Ledger.Consensus.Effects;
using Ledger.Core.Blocks;
using Ledger.Node.Driver;
using Ledger.Node.Hosting;
using Ledger.Node.Tests.Support;
using Ledger.Storage.Votes;
using Ledger.Testing.Builders;
using VoteRecord = Ledger.Consensus.VoteRecord;

namespace Ledger.Node.Tests.Driver;

public sealed class VoteJournalTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestLedger _ledger = new();
    private VoteLog _log;
    private VoteJournal _journal;

    public VoteJournalTests()
    {
        _log = VoteLog.Open(_folder.File("votes"));
        _journal = new VoteJournal(_log, _ledger.Pool, _ledger.Store);
    }

    public void Dispose()
    {
        _log.Dispose();
        _ledger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_transactions_of_an_accepted_proposal_are_beside_it_and_held_again_after_a_restart()
    {
        var transaction = Make.Transaction(_ledger.Genesis, "a");
        _ledger.Pool.AddForProposal(_ledger.Check(transaction), "org-a", 0, _ => false);
        Assert.True(_ledger.Pool.TryPlace(new BlockHeight(1), [transaction.Id]));
        Assert.True(_journal.Write([Vote(1, VoteRecordKind.Accepted, 1), Vote(1, VoteRecordKind.Prepared, 2)]));
        Reopen();

        using var restarted = new TestLedger();
        Recovery.RestoreBodies(restarted.Store, _log, restarted.Pool, restarted.Admission);

        Assert.False(restarted.Pool.IsWaiting(transaction.Id));
        Assert.Equal([transaction.Id], restarted.Pool.PlacedAt(new BlockHeight(1)).Select(t => t.Id));
        Assert.Equal(2, VoteJournal.Read(_log).Votes.Count);
    }

    [Fact]
    public void Transactions_of_executed_heights_are_not_restored()
    {
        var transaction = Make.Transaction(_ledger.Genesis, "a");
        _ledger.Pool.AddForProposal(_ledger.Check(transaction), "org-a", 0, _ => false);
        Assert.True(_ledger.Pool.TryPlace(new BlockHeight(1), [transaction.Id]));
        _journal.Write([Vote(1, VoteRecordKind.Accepted, 1)]);
        _ledger.Execute(transaction);

        Recovery.RestoreBodies(_ledger.Store, _log, _ledger.Pool, _ledger.Admission);

        Assert.Equal(0, _ledger.Pool.Count);
    }

    [Fact]
    public void P4_a_certificate_that_the_block_store_lost_is_beside_the_votes()
    {
        var block = _ledger.Execute(Make.Transaction(_ledger.Genesis, "a"));
        var certificate = A.Certificate(block.HeaderBytes.Span, _ledger.Genesis.Validators);
        _journal.Write([Vote(2, VoteRecordKind.Prepared, 1), new Certified(new BlockHeight(1), certificate)]);
        Reopen();
        Assert.NotEqual(new BlockHeight(1), _ledger.Store.Certified);

        Recovery.EnsureCertificate(_ledger.Store, _log);

        Assert.Equal(new BlockHeight(1), _ledger.Store.Certified);
    }

    [Fact]
    public void Of_two_records_of_one_name_in_a_list_the_later_counts()
    {
        _journal.Write([Vote(1, VoteRecordKind.Prepared, 1), Vote(1, VoteRecordKind.Prepared, 2)]);

        Assert.Equal([2], Assert.Single(VoteJournal.Read(_log).Votes).Bytes.ToArray());
        Assert.Equal(1UL, _journal.Sequence);
    }

    [Fact]
    public void A_list_without_votes_writes_nothing()
    {
        Assert.False(_journal.Write([new PruneVotes(new BlockHeight(1))]));
        Assert.Equal(0UL, _journal.Sequence);
    }

    [Fact]
    public void Votes_go_only_once_the_block_after_their_certificate_is_on_disk()
    {
        for (var height = 1UL; height <= 40; height++) _journal.Write([Vote(height, VoteRecordKind.Prepared, 1)]);

        _journal.Prune(new BlockHeight(34));
        _journal.Prune(new BlockHeight(35));
        Assert.Equal(40, VoteJournal.Read(_log).Votes.Count);

        _ledger.Execute(Make.Transaction(_ledger.Genesis, "a"));
        _journal.Prune(new BlockHeight(36));

        // What was asked for before that block: the certificate behind 34 was written ahead of it.
        Assert.Equal(34UL, VoteJournal.Read(_log).Votes.Min(v => v.Height.Value));
    }

    [Fact]
    public void Records_about_views_survive_the_pruning_of_heights()
    {
        _journal.Write([Vote(0, VoteRecordKind.ViewChange, 1), Vote(0, VoteRecordKind.NewView, 2)]);
        for (var height = 1UL; height <= 40; height++) _journal.Write([Vote(height, VoteRecordKind.Prepared, 3)]);
        _journal.Prune(new BlockHeight(41));
        _ledger.Execute(Make.Transaction(_ledger.Genesis, "a"));
        _journal.Prune(new BlockHeight(41));
        Reopen();

        var votes = VoteJournal.Read(_log).Votes;

        Assert.Equal([VoteRecordKind.ViewChange, VoteRecordKind.NewView], votes.Select(v => v.Kind));
        Assert.All(votes, v => Assert.Equal(0UL, v.Height.Value));
    }

    private static Persist Vote(ulong height, VoteRecordKind kind, byte content) =>
        new(new VoteRecord(new Epoch(0), new BlockHeight(height), kind, new[] { content }));

    private void Reopen()
    {
        _log.Dispose();
        _log = VoteLog.Open(_folder.File("votes"));
        _journal = new VoteJournal(_log, _ledger.Pool, _ledger.Store);
    }
}
