using Ledger.Client.Import;
using Ledger.Client.Import.Journal;
using Ledger.Client.Submit;
using Ledger.Client.Tests.Fakes;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Client.Tests.Import;

public sealed class ImportJournalTests : IDisposable
{
    private readonly TestChannel _channel = new();
    private readonly LedgerClient _client;
    private readonly JournalBinding _binding;
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("ledger-").FullName, "journal");

    public ImportJournalTests()
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
        foreach (var position in new[] { 4, 20, 130, 200, 300 })
        {
            var damaged = whole.ToArray();
            damaged[position] ^= 0x40;
            File.WriteAllBytes(_path, damaged);
            Assert.Contains("damaged", Assert.Throws<ImportException>(Open).Message, StringComparison.Ordinal);
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
                "another", Assert.Throws<ImportException>(() => Open(other)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_second_import_with_the_same_journal_is_refused_while_the_first_runs()
    {
        using var first = Open();

        Assert.Contains("in use", Assert.Throws<ImportException>(Open).Message, StringComparison.Ordinal);
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

    private static Hash256 Hash(string text) => Sha256.Instance.Hash(System.Text.Encoding.UTF8.GetBytes(text));

    private static AnchorOutcome Outcome(JournalBatch batch) =>
        new() { Transaction = batch.Transaction, State = AnchorState.Recorded, Height = new BlockHeight(1) };

    private ImportJournal Open() => Open(_binding);

    private ImportJournal Open(JournalBinding binding) =>
        ImportJournal.Load(JournalFile.OpenStream(_path), _path, binding, Sha256.Instance);
}
