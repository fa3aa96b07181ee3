using Ledger.Client.Submit;
using Ledger.Client.Submit.Journal;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Client.Tests.Submit;

public sealed class SendJournalTests : IDisposable
{
    private readonly TestChannel _channel = new();
    private readonly LedgerClient _client;
    private readonly JournalBinding _binding;
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("ledger-").FullName, "journal");

    public SendJournalTests()
    {
        var chain = new FakeChain(_channel, new ManualTime());
        _client = new LedgerClient(_channel.Options(), [new FakeNode(chain, _channel)]);
        _binding = new JournalBinding(Hash("source"), Hash("map"), _channel.Genesis.Channel);
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public void What_was_journaled_is_there_again_byte_for_byte()
    {
        using (var journal = Open())
        {
            journal.Add(3, _client.Sign([TestChannel.Record("a")]));
            var second = journal.Add(5, _client.Sign([TestChannel.Record("b")]));
            journal.Recorded(second, Outcome(second));
        }

        using var again = Open();

        var open = Assert.Single(again.Open);
        Assert.Equal((1ul, 1L, 3L), (open.Number, open.FirstRow, open.LastRow));
        Assert.Equal((5L, 2L), (again.LastRow, again.RecordedRows));
    }

    [Fact]
    public void P25_a_torn_tail_of_any_length_is_cut_off_and_nothing_before_it_is_lost()
    {
        long before;
        using (var journal = Open())
        {
            journal.Add(3, _client.Sign([TestChannel.Record("a")]));
            before = new FileInfo(_path).Length;
            journal.Add(5, _client.Sign([TestChannel.Record("b")]));
        }

        var whole = File.ReadAllBytes(_path);
        for (var length = before; length < whole.Length; length++)
        {
            File.WriteAllBytes(_path, whole[..(int)length]);
            using var torn = Open();
            Assert.Equal(3, torn.LastRow);
            Assert.Equal(before, new FileInfo(_path).Length);
        }
    }

    [Fact]
    public void A_tail_of_zeros_is_cut_off()
    {
        using (var journal = Open()) journal.Add(3, _client.Sign([TestChannel.Record("a")]));
        var whole = File.ReadAllBytes(_path);
        File.WriteAllBytes(_path, [.. whole, .. new byte[100]]);

        using var again = Open();

        Assert.Equal(3, again.LastRow);
    }

    [Fact]
    public void Damage_before_the_end_is_refused_and_never_repaired()
    {
        using (var journal = Open())
        {
            journal.Add(3, _client.Sign([TestChannel.Record("a")]));
            journal.Add(5, _client.Sign([TestChannel.Record("b")]));
        }

        var whole = File.ReadAllBytes(_path);
        foreach (var position in new[] { 0, 1, 2, 4, 20, 134, 135, 200, 300 })
        {
            var damaged = whole.ToArray();
            damaged[position] ^= 0x40;
            File.WriteAllBytes(_path, damaged);
            Assert.Contains("damaged", Assert.Throws<JournalException>(Open).Message, StringComparison.Ordinal);
            Assert.Equal(damaged, File.ReadAllBytes(_path));
        }
    }

    [Fact]
    public void A_journal_of_another_file_mapping_or_channel_is_refused()
    {
        Open().Dispose();

        foreach (var other in new[]
        {
            _binding with { Source = Hash("other") },
            _binding with { Map = Hash("other") },
            _binding with { Channel = new ChannelId(Hash("other")) },
        })
        {
            Assert.Contains(
                "another", Assert.Throws<JournalException>(() => Open(other)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_second_import_with_the_same_journal_is_refused_while_the_first_runs()
    {
        using var first = Open();

        Assert.Contains("in use", Assert.Throws<JournalException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_is_signed_anew_only_when_its_transaction_is_void()
    {
        using var journal = Open();
        var batch = journal.Add(3, _client.Sign([TestChannel.Record("a")]));

        Assert.Throws<InvalidOperationException>(() => journal.SignAnew(batch, batch.Transaction));
        journal.Void(batch);

        Assert.True(journal.IsVoid(batch));
        Assert.False(journal.IsVoid(journal.SignAnew(batch, batch.Transaction)));
    }

    [Fact]
    public void A_void_batch_is_parted_and_its_parts_are_signed_anew_or_given_up()
    {
        var next = _client.Sign([TestChannel.Record("b")]);
        using (var journal = Open())
        {
            var batch = journal.Add(4, _client.Sign([TestChannel.Record("a")]));
            Assert.Throws<InvalidOperationException>(() => journal.Split(batch, 2));
            Assert.Throws<InvalidOperationException>(() => journal.Abandon(batch));
            journal.Void(batch);
            var (first, second) = journal.Split(batch, 1);
            Assert.Equal(((1L, 1L), (2L, 4L)), ((first.FirstRow, first.LastRow), (second.FirstRow, second.LastRow)));
            journal.Abandon(first);
            journal.Recorded(journal.SignAnew(second, next), Outcome(second with { Transaction = next }));
            journal.Add(6, _client.Sign([TestChannel.Record("c")]));
        }

        using var again = Open();

        Assert.Equal((5L, 6L), (again.Open[0].FirstRow, again.Open[0].LastRow));
        Assert.Equal((6L, 3L, 3ul), (again.LastRow, again.RecordedRows, again.Batches));
    }

    [Fact]
    public void A_journal_that_is_written_anew_holds_what_is_open_and_where_it_stood()
    {
        var copy = _path + ".new";
        using (var journal = Open())
        {
            for (var i = 1; i <= 40; i++)
                journal.Recorded(journal.Add(i, _client.Sign([TestChannel.Record("a")])), Outcome(journal.Open[0]));
            journal.Add(45, _client.Sign([TestChannel.Record("b")]));
            journal.Void(journal.Add(50, _client.Sign([TestChannel.Record("c")])));
            journal.CopyTo(JournalFile.OpenStream(copy), copy, _binding);
            Assert.True(new FileInfo(copy).Length < journal.Length / 4);
        }

        File.Move(copy, _path, overwrite: true);
        using var again = Open();

        Assert.Equal((50L, 40L, 42ul), (again.LastRow, again.RecordedRows, again.Batches));
        Assert.Equal([false, true], again.Open.Select(again.IsVoid));
        Assert.Equal(51, again.Add(60, _client.Sign([TestChannel.Record("d")])).FirstRow);
    }

    [Fact]
    public void Rows_that_were_passed_over_are_there_again_and_travel_in_later_batches()
    {
        var copy = _path + ".new";
        using (var journal = Open(10))
        {
            journal.Add(RowSet.Of([1, 2, 5, 9]), _client.Sign([TestChannel.Record("a")]));
            Assert.Equal([3L, 4L, 6L, 7L, 8L], journal.Passed);
            journal.Add(RowSet.Of([4, 6, 11]), _client.Sign([TestChannel.Record("b")]));
            journal.CopyTo(JournalFile.OpenStream(copy), copy, _binding);
        }

        foreach (var path in new[] { _path, copy })
        {
            using var again = Open(10, path);
            Assert.Equal([3L, 7L, 8L, 10L], again.Passed);
            Assert.Equal(11, again.LastRow);
            Assert.Equal([[1L, 2L, 5L, 9L], [4L, 6L, 11L]], again.Open.Select(b => b.Rows.Rows.ToArray()));
            // A batch that is parted keeps its rows.
            again.Void(again.Open[0]);
            var (first, second) = again.Split(again.Open[0], 2);
            Assert.Equal([[1L, 2L], [5L, 9L]], new[] { first, second }.Select(b => b.Rows.Rows.ToArray()));
            again.Add(RowSet.Of([3, 7, 8, 10, 12]), _client.Sign([TestChannel.Record("c")]));
            Assert.Empty(again.Passed);
        }
    }

    [Fact]
    public void Rows_that_are_in_a_batch_or_beyond_the_bound_are_refused()
    {
        var next = _client.Sign([TestChannel.Record("b")]);
        using (var journal = Open(3))
        {
            journal.Add(RowSet.Of([1, 4]), _client.Sign([TestChannel.Record("a")]));
            foreach (long[] rows in new long[][] { [1], [4, 5], [2, 4], [7], [2, 8], [1L << 60] })
                Assert.Throws<InvalidOperationException>(() => journal.Add(RowSet.Of(rows), next));
            journal.Add(RowSet.Of([2, 6]), next);
            Assert.Equal([3L, 5L], journal.Passed);
        }

        // Who passes over nothing refuses a journal that does.
        Assert.Throws<JournalException>(() => Open());
    }

    private static Hash256 Hash(string text) => Sha256.Instance.Hash(System.Text.Encoding.UTF8.GetBytes(text));

    private static AnchorOutcome Outcome(JournalBatch batch) =>
        new() { Transaction = batch.Transaction, State = AnchorState.Recorded, Height = new BlockHeight(1) };

    private SendJournal Open() => Open(_binding);

    private SendJournal Open(int maxPassed, string? path = null) => SendJournal.Load(
        JournalFile.OpenStream(path ?? _path), path ?? _path, _binding, Sha256.Instance, maxPassed);

    private SendJournal Open(JournalBinding binding) =>
        SendJournal.Load(JournalFile.OpenStream(_path), _path, binding, Sha256.Instance);
}
