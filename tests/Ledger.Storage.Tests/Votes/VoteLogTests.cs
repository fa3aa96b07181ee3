using System.Text;
using Ledger.Core.Blocks;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Tests.Support;
using Ledger.Storage.Votes;

namespace Ledger.Storage.Tests.Votes;

public sealed class VoteLogTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Votes_come_back_in_order_after_reopening_with_the_last_meta_record()
    {
        using (var log = VoteLog.Open(_directory.Path))
        {
            log.Append([Vote(7, "prepare", "a"), Vote(3, "commit", "b")], "view 1"u8.ToArray());
            log.Append([Vote(7, "commit", "c")]);
            log.Append([Vote(7, "prepare", "replaced")]);
            log.Append([], "view 2"u8.ToArray());
            log.Append([]);
        }

        using var again = VoteLog.Open(_directory.Path);
        var contents = again.ReadAll();

        Assert.Equal("view 2", Encoding.UTF8.GetString(contents.Meta!.Value.Span));
        Assert.Equal(["3 commit b", "7 commit c", "7 prepare replaced"], contents.Records.Select(Describe));
        Assert.Equal(4UL, again.Sequence);
    }

    [Fact]
    public void A_batch_costs_one_synced_write_and_truncation_none()
    {
        using var log = VoteLog.Open(_directory.Path);
        // What is found at the start is synced once, whatever it is.
        var opened = log.SyncedWrites;
        log.Append([.. Enumerable.Range(0, 50).Select(i => Vote((ulong)i, "prepare", "x"))], "meta"u8.ToArray());
        log.Truncate(new BlockHeight(20));

        Assert.Equal(1, opened);
        Assert.Equal(2, log.SyncedWrites);
    }

    [Fact]
    public void Truncation_drops_what_is_below_and_only_that()
    {
        using (var log = VoteLog.Open(_directory.Path))
        {
            log.Append([.. Enumerable.Range(0, 30).Select(i => Vote((ulong)i, "prepare", $"{i}"))]);
            log.Truncate(new BlockHeight(25));
            log.Truncate(new BlockHeight(10));
            Assert.Equal(new BlockHeight(25), log.Floor);
            log.Append([Vote(25, "commit", "later"), Vote(26, "prepare", "again")]);
            Assert.Equal(6, log.ReadAll().Records.Count);
        }

        using var again = VoteLog.Open(_directory.Path);
        Assert.Equal(
            ["25 commit later", "25 prepare 25", "26 prepare again", "27 prepare 27", "28 prepare 28", "29 prepare 29"],
            again.ReadAll().Records.Select(Describe));
    }

    [Fact]
    public void The_same_name_twice_in_a_batch_is_a_mistake_of_the_caller()
    {
        using var log = VoteLog.Open(_directory.Path);

        Assert.Throws<ArgumentException>(() => log.Append([Vote(1, "prepare", "a"), Vote(1, "prepare", "b")]));
        Assert.Throws<ArgumentException>(() => log.Append([Vote(1, new string('k', 65), "a")]));
        Assert.Empty(log.ReadAll().Records);
    }

    [Fact]
    public void P25_A_log_cut_at_any_byte_yields_whole_batches_and_tells_how_many()
    {
        var ends = WriteTwentyBatches();
        var pristine = _directory.File("live");
        var length = new FileInfo(Damage.NewestLog(pristine)).Length;
        var random = new Random(5);

        for (var round = 0; round < 25; round++)
        {
            var copy = _directory.File($"cut{round}");
            Damage.CopyDirectory(pristine, copy);
            var cut = random.NextInt64(length);
            Damage.Truncate(Damage.NewestLog(copy), cut);

            using var log = VoteLog.Open(copy);
            var whole = ends.TakeWhile(e => e <= cut).Count();
            Assert.Equal((ulong)whole, log.Sequence);
            Assert.Equal(Expected(whole), log.ReadAll().Records.Select(Describe));
        }
    }

    [Fact]
    public void P25_A_flipped_byte_anywhere_in_the_log_is_refused_or_harmless()
    {
        WriteTwentyBatches();
        var pristine = _directory.File("live");
        var length = new FileInfo(Damage.NewestLog(pristine)).Length;
        var random = new Random(6);
        var refused = 0;

        for (var round = 0; round < 40; round++)
        {
            var copy = _directory.File($"flip{round}");
            Damage.CopyDirectory(pristine, copy);
            Damage.FlipByte(Damage.NewestLog(copy), random.NextInt64(length));
            try
            {
                using var log = VoteLog.Open(copy);
                Assert.Equal(Expected(20), log.ReadAll().Records.Select(Describe));
            }
            catch (StorageException refusal)
            {
                Assert.Equal(StorageFault.Corruption, refusal.Fault);
                refused++;
            }
        }

        Assert.InRange(refused, 35, 40);
    }

    [Theory]
    [InlineData(VoteLog.RecordFamily)]
    [InlineData(VoteLog.MarkFamily)]
    public void A_record_that_was_changed_behind_our_back_is_refused(string family)
    {
        using (var log = VoteLog.Open(_directory.Path)) log.Append([Vote(1, "prepare", "a")], "meta"u8.ToArray());
        RawDatabase.FlipFirstValueByte(_directory.Path, VoteLog.Families, family);

        var refusal = Assert.Throws<StorageException>(() => VoteLog.Open(_directory.Path));

        Assert.Equal(StorageFault.Corruption, refusal.Fault);
        Assert.Contains("must not vote", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_disappeared_is_missed()
    {
        using (var log = VoteLog.Open(_directory.Path)) log.Append([Vote(1, "prepare", "a"), Vote(2, "prepare", "b")]);
        using (var raw = RawDatabase.Open(_directory.Path, VoteLog.Families))
        {
            using var batch = raw.CreateBatch();
            batch.Delete(raw.Family(VoteLog.RecordFamily), [0, 0, 0, 0, 0, 0, 0, 1, .. "prepare"u8]);
            raw.Write(batch, sync: true);
        }

        var refusal = Assert.Throws<StorageException>(() => VoteLog.Open(_directory.Path));

        Assert.Contains("2 votes were written and 1 are there", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void P25_Every_acknowledged_vote_survives_kill_9()
    {
        var random = new Random(17);
        for (var round = 0; round < 4; round++)
        {
            using var voter = ChildProcess.Start(ChildRoles.Vote, _directory.Path);
            ulong acknowledged = 0;
            for (var left = random.Next(1, 150); left > 0; left--)
            {
                acknowledged = voter.RequireAcknowledgement();
            }

            acknowledged = voter.KillAndDrain() ?? acknowledged;

            using var log = VoteLog.Open(_directory.Path);
            Assert.True(log.Sequence >= acknowledged, $"{acknowledged} acknowledged, {log.Sequence} found");
            var records = log.ReadAll().Records;
            // Each batch holds the votes of one height and truncates what is ten below: all of the rest is there.
            var heights = Enumerable.Range((int)log.Floor.Value, (int)(log.Sequence - log.Floor.Value));
            Assert.Equal(heights.SelectMany(h => new[] { h, h }), records.Select(r => (int)r.Height.Value));
        }
    }

    internal static VoteRecord Vote(ulong height, string key, string value) =>
        new(new BlockHeight(height), Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));

    private static string Describe(VoteRecord record) =>
        $"{record.Height} {Encoding.UTF8.GetString(record.Key.Span)} {Encoding.UTF8.GetString(record.Value.Span)}";

    private static IEnumerable<string> Expected(int batches) => Enumerable.Range(0, batches)
        .SelectMany(i => new[] { $"{i} commit {new string('c', 10 + i)}", $"{i} prepare {new string('p', 200 + i)}" });

    private List<long> WriteTwentyBatches()
    {
        using var log = VoteLog.Open(_directory.File("live"));
        var ends = new List<long>();
        for (var i = 0; i < 20; i++)
        {
            var prepare = Vote((ulong)i, "prepare", new string('p', 200 + i));
            var commit = Vote((ulong)i, "commit", new string('c', 10 + i));
            log.Append([prepare, commit]);
            ends.Add(new FileInfo(Damage.NewestLog(_directory.File("live"))).Length);
        }

        return ends;
    }
}
