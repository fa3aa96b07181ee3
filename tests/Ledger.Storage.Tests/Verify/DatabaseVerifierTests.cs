using Ledger.Storage.RocksDb;
using Ledger.Storage.Schema;
using Ledger.Storage.Tests.Support;
using Ledger.Storage.Tests.Votes;
using Ledger.Storage.Verify;
using Ledger.Storage.Votes;

namespace Ledger.Storage.Tests.Verify;

public sealed class DatabaseVerifierTests : IDisposable
{
    private const int Blocks = 10;

    private readonly TempDirectory _directory = new();
    private readonly string _chain;
    private readonly string _votes;

    public DatabaseVerifierTests()
    {
        _chain = _directory.File("chain");
        _votes = _directory.File("votes");
        using var store = TestChain.FilledStore(_chain, Blocks);
        using var votes = VoteLog.Open(_votes);
        for (var i = 0UL; i < Blocks; i++) votes.Append([VoteLogTests.Vote(i, "prepare", "a vote")], "meta"u8.ToArray());
    }

    public static TheoryData<string> FamiliesWithValues => [.. LedgerSchema.Families.Keys.Except(EmptyValued)];

    public static TheoryData<string> AllFamilies => [.. LedgerSchema.Families.Keys];

    private static string[] EmptyValued =>
        [LedgerSchema.SubjectIndex, LedgerSchema.ActorIndex, LedgerSchema.TypeIndex, LedgerSchema.DigestIndex];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_sound_database_passes_and_the_report_counts_what_was_checked()
    {
        var report = Verify();

        Assert.Empty(report.Findings);
        Assert.True(report.IsSound);
        Assert.Equal((ulong)Blocks, report.Blocks);
        Assert.Equal((ulong)Blocks, report.CertifiedBlocks);
        Assert.Equal(27UL, report.Transactions);
        Assert.Equal(50UL, report.Leaves);
        Assert.Equal(8UL, report.StateKeys);
        Assert.Equal((ulong)Blocks, report.Votes);
    }

    [Fact]
    public void An_empty_database_passes()
    {
        LedgerStore.Open(new StorageOptions { Path = _directory.File("empty") }, TestChain.Genesis).Dispose();

        Assert.Empty(DatabaseVerifier.Verify(new VerifyOptions { Path = _directory.File("empty") }, TestChain.Genesis).Findings);
    }

    [Theory]
    [MemberData(nameof(FamiliesWithValues))]
    public void A_flipped_byte_in_any_value_is_named_and_nothing_else(string family)
    {
        var count = CountOf(_chain, family);
        Assert.True(count > 0);
        var missed = new List<string>();
        for (var entry = 0; entry < count; entry++)
        {
            var copy = _directory.File($"{family}-{entry}");
            Damage.CopyDirectory(_chain, copy);
            var key = Convert.ToHexStringLower(RawDatabase.FlipFirstValueByte(copy, LedgerSchema.Families, family, entry));

            var findings = DatabaseVerifier.Verify(new VerifyOptions { Path = copy }, TestChain.Genesis).Findings;

            if (findings.Count == 0 || findings.Any(f => f.Family != family || f.Key != key))
                missed.Add($"{key}: {string.Join(" | ", findings)}");
        }

        Assert.Empty(missed);
    }

    [Theory]
    [MemberData(nameof(AllFamilies))]
    public void A_missing_key_is_named(string family)
    {
        // A certificate that was never kept is no damage, and the certified mark goes with it.
        var key = ChangeFirst(family, (batch, column, entry) => batch.Delete(column, entry.Key));

        var findings = Verify().Findings;

        if (family == LedgerSchema.Certificates) Assert.Empty(findings);
        else Assert.Contains(findings, f => f.Family == family && f.Key == key);
    }

    [Theory]
    [MemberData(nameof(AllFamilies))]
    public void A_key_that_nothing_accounts_for_is_named(string family)
    {
        byte[] surplus = [0x7f, 0x11, 0x22];
        ChangeFirst(family, (batch, column, entry) => batch.Put(column, surplus, entry.Value));

        Assert.Contains(Verify().Findings, f => f.Family == family && f.Key == "7f1122");
    }

    [Theory]
    [MemberData(nameof(AllFamilies))]
    public void A_key_of_the_right_shape_that_nothing_accounts_for_is_named(string family)
    {
        var key = "";
        ChangeFirst(family, (batch, column, entry) =>
        {
            entry.Key[^1] ^= 0xff;
            key = Convert.ToHexStringLower(entry.Key);
            batch.Put(column, entry.Key, entry.Value);
        });

        Assert.Contains(Verify().Findings, f => f.Family == family && f.Key == key);
    }

    [Theory]
    [MemberData(nameof(AllFamilies))]
    public void A_damaged_table_file_is_named_with_its_family(string family)
    {
        using (var database = RawDatabase.Open(_chain, LedgerSchema.Families)) database.Flush(database.Family(family));
        var table = Assert.Single(Directory.GetFiles(_chain, "*.sst"));
        Damage.FlipByte(table, 12);

        var findings = Verify().Findings;

        Assert.Contains(
            findings, f => f.Family == family && f.Problem.Contains(Path.GetFileName(table), StringComparison.Ordinal));
    }

    [Fact]
    public void A_database_that_cannot_be_opened_is_a_finding_and_no_exception()
    {
        File.WriteAllText(Path.Combine(_chain, "CURRENT"), "garbage");
        var finding = Assert.Single(Verify().Findings, f => f.Family == "files");
        Assert.NotEmpty(finding.Problem);

        var nothing = DatabaseVerifier.Verify(new VerifyOptions { Path = _directory.File("nothing") }, TestChain.Genesis);
        Assert.False(nothing.IsSound);
    }

    [Fact]
    public void Another_channels_database_is_named_as_such() =>
        Assert.False(DatabaseVerifier.Verify(new VerifyOptions { Path = _chain }, TestChain.OtherGenesis).IsSound);

    [Theory]
    [InlineData(VoteLog.RecordFamily)]
    [InlineData(VoteLog.MarkFamily)]
    public void A_flipped_byte_in_the_vote_log_is_named(string family)
    {
        var key = Convert.ToHexStringLower(RawDatabase.FlipFirstValueByte(_votes, VoteLog.Families, family));

        Assert.Contains(Verify().Findings, f => f.Family == family && f.Key == key);
    }

    [Fact]
    public void P25_A_vote_log_that_lost_acknowledged_votes_is_found_out_by_the_chain()
    {
        Damage.Truncate(Damage.NewestLog(_votes), 400);

        var finding = Assert.Single(Verify().Findings);
        Assert.Contains("acknowledged votes are lost", finding.Problem, StringComparison.Ordinal);
        using var votes = VoteLog.Open(_votes);
        using var store = LedgerStore.Open(new StorageOptions { Path = _chain }, TestChain.Genesis);
        Assert.True(votes.Sequence < store.Watermark!.VoteSequence);
    }

    [Fact]
    public void Verification_changes_no_file_and_works_beside_a_running_node()
    {
        using var store = LedgerStore.Open(new StorageOptions { Path = _chain }, TestChain.Genesis);
        var before = Directory.GetFiles(_chain).Order().ToList();

        Assert.Empty(Verify().Findings);

        Assert.Equal(before, Directory.GetFiles(_chain).Order());
    }

    [Fact]
    public void A_cancelled_verification_stops()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => DatabaseVerifier.Verify(
            new VerifyOptions { Path = _chain }, TestChain.Genesis, cancellation: cancelled.Token));
    }

    private static int CountOf(string path, string family)
    {
        using var database = RawDatabase.Open(path, LedgerSchema.Families);
        return TestDatabase.Entries(database, family).Count;
    }

    private VerifyReport Verify() =>
        DatabaseVerifier.Verify(new VerifyOptions { Path = _chain, VotesPath = _votes }, TestChain.Genesis);

    private string ChangeFirst(string family, Action<WriteBatch, ColumnFamily, (byte[] Key, byte[] Value)> change)
    {
        using var database = RawDatabase.Open(_chain, LedgerSchema.Families);
        using var batch = database.CreateBatch();
        var entry = TestDatabase.Entries(database, family)[0];
        var key = Convert.ToHexStringLower(entry.Key);
        change(batch, database.Family(family), entry);
        database.Write(batch, sync: true);
        return key;
    }
}
