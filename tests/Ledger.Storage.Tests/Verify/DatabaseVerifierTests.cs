using Ledger.Core.Blocks;
using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Schema;
using Ledger.Storage.Tests.Faults;
using Ledger.Storage.Tests.Support;
using Ledger.Storage.Tests.Votes;
using Ledger.Storage.Verify;
using Ledger.Storage.Votes;

namespace Ledger.Storage.Tests.Verify;

public sealed class DatabaseVerifierTests : IClassFixture<DatabaseVerifierTests.Pristine>, IDisposable
{
    private const int BlockCount = 10;

    private readonly TempDirectory _directory = new();
    private readonly string _chain;
    private readonly string _votes;

    public DatabaseVerifierTests(Pristine pristine)
    {
        _chain = _directory.File("chain");
        _votes = _directory.File("votes");
        Damage.CopyDirectory(pristine.Chain, _chain);
        Damage.CopyDirectory(pristine.Votes, _votes);
    }

    public static TheoryData<string> FamiliesWithValues => [.. Families.Except(EmptyValued)];

    /// <summary>Nothing on disk says how many proofs of faults there must be.</summary>
    public static TheoryData<string> CountedFamilies => [.. Families.Except([LedgerSchema.Faults])];

    /// <summary>Those of which the test chain's blocks have several leaves of one text.</summary>
    public static TheoryData<string> IndexFamilies =>
        [LedgerSchema.SubjectIndex, LedgerSchema.ActorIndex, LedgerSchema.TypeIndex];

    public static TheoryData<string> AllFamilies => [.. Families];

    // A store with the whole history has nothing of those that stand for the history before a snapshot.
    private static IEnumerable<string> Families =>
        LedgerSchema.Families.Keys.Except([LedgerSchema.Base, LedgerSchema.OldLeaves]);

    private static string[] EmptyValued =>
        [LedgerSchema.SubjectIndex, LedgerSchema.ActorIndex, LedgerSchema.TypeIndex, LedgerSchema.DigestIndex];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_sound_database_passes_and_the_report_counts_what_was_checked()
    {
        var report = Verify();

        Assert.Empty(report.Findings);
        Assert.True(report.IsSound);
        Assert.Equal((ulong)BlockCount, report.Blocks);
        Assert.Equal((ulong)BlockCount, report.CertifiedBlocks);
        Assert.Equal(27UL, report.Transactions);
        Assert.Equal(50UL, report.Leaves);
        Assert.Equal(8UL, report.StateKeys);
        Assert.Equal((ulong)BlockCount, report.Votes);
    }

    [Fact]
    public void Epochs_are_followed_and_a_damaged_validator_set_is_named_and_not_its_certificates()
    {
        var path = _directory.File("epochs");
        using (var store = LedgerStore.Open(new StorageOptions { Path = path }, TestChain.Genesis))
        {
            foreach (var commit in new TestChain { EpochEndsAt = 4 }.Take(9))
            {
                store.Commit(commit);
                store.SaveCertificate(commit.Block.Header.Height, TestChain.Certify(commit));
            }

            Assert.Equal(new Epoch(1), store.Live.Blocks.Validators(new Epoch(1))!.Epoch);
            Assert.Null(store.Live.Blocks.Validators(new Epoch(2)));
        }

        var sound = VerifyChain(path);
        Assert.Empty(sound.Findings);
        Assert.Equal(9UL, sound.CertifiedBlocks);

        RawDatabase.FlipFirstValueByte(path, LedgerSchema.Families, LedgerSchema.Epochs, 1);
        var finding = Assert.Single(VerifyChain(path).Findings);
        Assert.Equal(LedgerSchema.Epochs, finding.Family);
        Assert.Equal(4UL, finding.Height);

        // A node that starts refuses it too (seed 2235 of the simulator): a rotten key may decode, and be another's.
        using var damaged = LedgerStore.Open(new StorageOptions { Path = path }, TestChain.Genesis);
        var refused = Assert.Throws<StorageException>(() => damaged.Live.Blocks.Validators(new Epoch(1)));
        Assert.Equal(StorageFault.Corruption, refused.Fault);
    }

    [Fact]
    public void An_empty_database_passes()
    {
        LedgerStore.Open(new StorageOptions { Path = _directory.File("empty") }, TestChain.Genesis).Dispose();

        Assert.Empty(VerifyChain(_directory.File("empty")).Findings);
    }

    [Theory]
    [MemberData(nameof(FamiliesWithValues))]
    public void A_flipped_byte_in_any_value_is_named_and_nothing_else(string family)
    {
        var count = CountOf(_chain, family);
        Assert.True(count > 0);
        var missed = new List<string>();
        // The first, the last, and some between.
        for (var entry = 0; entry < count; entry += Math.Max(1, Math.Min((count - 1) / 5, count - 1 - entry)))
        {
            var copy = _directory.File($"{family}-{entry}");
            Damage.CopyDirectory(_chain, copy);
            var flipped = RawDatabase.FlipFirstValueByte(copy, LedgerSchema.Families, family, entry);
            var key = Convert.ToHexStringLower(flipped);

            var findings = VerifyChain(copy).Findings;

            if (findings.Count == 0 || findings.Any(f => f.Family != family || f.Key != key))
                missed.Add($"{key}: {string.Join(" | ", findings)}");
        }

        Assert.True(missed.Count == 0, string.Join("\n", missed));
    }

    [Theory]
    [MemberData(nameof(IndexFamilies))]
    public void A_flipped_byte_in_a_run_of_an_index_is_named_and_nothing_else(string family)
    {
        var key = Convert.ToHexStringLower(FlipRun(family));

        var finding = Assert.Single(Verify().Findings);
        Assert.Equal((family, key), (finding.Family, finding.Key));
    }

    [Theory]
    [MemberData(nameof(IndexFamilies))]
    public void An_entry_for_a_leaf_that_the_entry_before_names_is_named(string family)
    {
        var surplus = "";
        using (var database = RawDatabase.Open(_chain, LedgerSchema.Families))
        {
            using var batch = database.CreateBatch();
            var (key, run) = TestDatabase.Entries(database, family).First(e => e.Value.Length > 0);
            key[^1] += run[0];
            surplus = Convert.ToHexStringLower(key);
            batch.Put(database.Family(family), key, []);
            database.Write(batch, sync: true);
        }

        var finding = Assert.Single(Verify().Findings);
        Assert.Equal((family, surplus), (finding.Family, finding.Key));
    }

    [Theory]
    [MemberData(nameof(CountedFamilies))]
    public void A_missing_key_is_named(string family)
    {
        // A certificate that was never kept is no damage, and the certified mark goes with it.
        var key = ChangeFirst(family, (batch, column, entry) => batch.Delete(column, entry.Key));

        var findings = Verify().Findings;

        if (family == LedgerSchema.Certificates) Assert.Empty(findings);
        // The tree knows a key of the state by its path only.
        else if (family == LedgerSchema.State) Assert.Contains(findings, f => f.Family == family && f.Key.Length == 64);
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

    [Fact]
    public void A_damaged_table_file_is_named_with_its_family_and_nothing_else()
    {
        using (var database = RawDatabase.Open(_chain, LedgerSchema.Families))
        {
            foreach (var family in database.Families) database.Flush(family);
        }

        var named = new List<string>();
        foreach (var table in Directory.GetFiles(_chain, "*.sst").Select(Path.GetFileName))
        {
            var copy = _directory.File(table!);
            Damage.CopyDirectory(_chain, copy);
            Damage.FlipByte(Path.Combine(copy, table!), 12);

            var finding = Assert.Single(VerifyChain(copy).Findings);

            Assert.Contains(table!, finding.Problem, StringComparison.Ordinal);
            named.Add(finding.Family);
        }

        Assert.Equal(Families.Order(), named.Order());
    }

    [Fact]
    public void A_flipped_byte_of_a_write_ahead_log_is_named_by_its_file_and_range()
    {
        var log = Damage.NewestLog(_chain);
        var length = new FileInfo(log).Length;
        Assert.Null(LogFileCheck.FirstDamage(log));
        foreach (var part in new[] { 3, 5, 8 })
        {
            var at = length / part;
            Damage.FlipByte(log, at);

            var (from, to) = LogFileCheck.FirstDamage(log)!.Value;
            Assert.InRange(at, from, to - 1);
            // A record of one block, and not simply all of the file.
            Assert.InRange(to - from, 1, 32 << 10);
            var finding = Verify().Findings[1];
            Assert.Equal("files", finding.Family);
            Assert.StartsWith($"bytes {from} to {to - 1} of {log} ", finding.Problem, StringComparison.Ordinal);
            Damage.FlipByte(log, at);
        }

        Assert.Empty(Verify().Findings);
    }

    [Fact]
    public void A_log_whose_last_record_was_torn_is_not_called_damaged()
    {
        var log = Damage.NewestLog(_chain);
        Damage.Truncate(log, new FileInfo(log).Length - 1);

        Assert.Null(LogFileCheck.FirstDamage(log));
    }

    [Fact]
    public void A_database_that_cannot_be_opened_is_a_finding_and_no_exception()
    {
        File.WriteAllText(Path.Combine(_chain, "CURRENT"), "garbage");
        var finding = Assert.Single(Verify().Findings, f => f.Family == "files");
        Assert.NotEmpty(finding.Problem);

        Assert.False(VerifyChain(_directory.File("nothing")).IsSound);
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

    private byte[] FlipRun(string family)
    {
        using var database = RawDatabase.Open(_chain, LedgerSchema.Families);
        using var batch = database.CreateBatch();
        var (key, run) = TestDatabase.Entries(database, family).First(e => e.Value.Length > 0);
        run[0] ^= 0xff;
        batch.Put(database.Family(family), key, run);
        database.Write(batch, sync: true);
        return key;
    }

    private static int CountOf(string path, string family)
    {
        using var database = RawDatabase.Open(path, LedgerSchema.Families);
        return TestDatabase.Entries(database, family).Count;
    }

    private static VerifyReport VerifyChain(string path) =>
        DatabaseVerifier.Verify(new VerifyOptions { Path = path }, TestChain.Genesis);

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

    /// <summary>A sound chain and its votes, made once and copied for every test.</summary>
    public sealed class Pristine : IDisposable
    {
        private readonly TempDirectory _directory = new();

        public Pristine()
        {
            using var store = TestChain.FilledStore(Chain, BlockCount);
            store.Faults.TryAdd(FaultStoreTests.Proof(3), new BlockHeight(7), 0);
            using var votes = VoteLog.Open(Votes);
            for (var i = 0UL; i < BlockCount; i++)
            {
                votes.Append([VoteLogTests.Vote(i, "prepare", "a vote")], "meta"u8.ToArray());
            }
        }

        public string Chain => _directory.File("chain");

        public string Votes => _directory.File("votes");

        public void Dispose() => _directory.Dispose();
    }
}
