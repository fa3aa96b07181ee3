using Ledger.Core.Blocks;
using Ledger.Core.Encoding;
using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Votes;

/// <summary>
/// A vote as the log keeps it: bytes under a name, grouped by height. What they mean is for consensus to know.
/// </summary>
/// <param name="Height">The height that the vote is about.</param>
/// <param name="Key">
/// Its name within the height, at most <see cref="VoteLog.MaxKeyBytes"/>; a later vote replaces one of the same name.
/// </param>
/// <param name="Value">The vote, at most <see cref="VoteLog.MaxValueBytes"/>.</param>
public readonly record struct VoteRecord(BlockHeight Height, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>Everything that the log holds.</summary>
/// <param name="Meta">The last meta record; null when there never was one.</param>
/// <param name="Records">The votes, by height and then by key.</param>
public sealed record VoteLogContents(ReadOnlyMemory<byte>? Meta, IReadOnlyList<VoteRecord> Records);

/// <summary>
/// A replica's hard state: what it has signed and must never contradict. A batch is on disk before
/// <see cref="Append"/> returns, and only then may the votes be sent. It lies in a database of its own, so that its
/// fsync never waits behind a block's.
/// </summary>
/// <remarks>
/// Every record has its own checksum, and a mark counts the batches and the records that must be there: what the log
/// returns is what was written, whole, or it refuses. A record torn by a crash was never acknowledged and is absent. A
/// file cut shorter than that shows in <see cref="Sequence"/>, which the block store knows too
/// (<see cref="Watermark.VoteSequence"/>). Not thread-safe; owned by the channel's driver.
/// </remarks>
public sealed class VoteLog : IDisposable
{
    /// <summary>Longest key.</summary>
    public const int MaxKeyBytes = 64;

    /// <summary>Longest value: the transactions of the largest block that a channel can allow (64 MiB) fit.</summary>
    public const int MaxValueBytes = 72 << 20;

    internal const string RecordFamily = "votes";
    internal const string MarkFamily = "mark";

    private readonly KeyValueDatabase _database;
    private readonly ColumnFamily _records;
    private readonly ColumnFamily _marks;
    private readonly WriteBatch _batch;
    private VoteMark _mark;

    private VoteLog(KeyValueDatabase database)
    {
        _database = database;
        _records = database.Family(RecordFamily);
        _marks = database.Family(MarkFamily);
        _batch = database.CreateBatch();
    }

    /// <summary>How many batches were ever appended.</summary>
    public ulong Sequence => _mark.Sequence;

    /// <summary>Votes below this height were dropped.</summary>
    public BlockHeight Floor => _mark.Floor;

    /// <summary>How many writes waited for the disk since the log was opened: one for each batch.</summary>
    public long SyncedWrites => _database.SyncedWrites;

    internal static ReadOnlySpan<byte> MarkKey => "mark"u8;

    internal static ReadOnlySpan<byte> MetaKey => "meta"u8;

    internal static IReadOnlyDictionary<string, FamilyOptions> Families { get; } = new Dictionary<string, FamilyOptions>
    {
        // Votes, with the transactions that were voted on, live for some tens of heights: in a buffer that holds those
        // most are dropped before they are ever written to a table file.
        [RecordFamily] = new() { WriteBufferBytes = 16 << 20 },
        [MarkFamily] = new() { WriteBufferBytes = 1 << 20, Compression = Compression.None },
    };

    /// <summary>Opens a vote log, making it when it is missing, and checks everything in it.</summary>
    /// <exception cref="StorageException">
    /// It is locked or damaged. A replica whose votes are damaged must not vote.
    /// </exception>
    public static VoteLog Open(string path, BlockCache? cache = null)
    {
        return Open(RocksDatabase.Open(new DatabaseOptions
        {
            Path = path,
            Families = Families,
            Cache = cache,
            TotalWriteBufferBytes = 32 << 20,
            TotalWalBytes = 32 << 20,
            OpenFiles = 32,
        }));
    }

    /// <summary>Opens the vote log in a database that holds one, or nothing yet, and from now on owns it.</summary>
    internal static VoteLog Open(KeyValueDatabase database)
    {
        var log = new VoteLog(database);
        try
        {
            log._mark = ReadMark(database);
            log.ReadAll();
            // What was found may have been written by a process that died before its sync. It is acted upon from now on, so
            // it has to outlive the machine too.
            log._batch.Clear();
            log.Commit(log._mark, sync: true);
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Counts a first, empty batch in a log that is new: from then on a <see cref="Sequence"/> of 0 says that the log was
    /// lost. Durable when this returns.
    /// </summary>
    public void Begin()
    {
        if (Sequence > 0) return;
        _batch.Clear();
        Commit(_mark with { Sequence = 1 }, sync: true);
    }

    /// <summary>
    /// Makes votes durable: they are on disk when this returns. All or none survive a crash before that.
    /// </summary>
    /// <param name="records">The votes, each height and key once.</param>
    /// <param name="meta">Replaces the meta record (view, epoch) in the same batch.</param>
    public void Append(IReadOnlyList<VoteRecord> records, ReadOnlyMemory<byte>? meta = null)
    {
        if (records.Count == 0 && meta is null) return;
        _batch.Clear();
        var added = 0UL;
        var names = new HashSet<(ulong, string)>(records.Count);
        foreach (var record in records)
        {
            Require(record);
            if (!names.Add((record.Height.Value, Convert.ToHexString(record.Key.Span))))
                throw new ArgumentException("a batch names one vote twice", nameof(records));
            var key = RecordKey(record);
            if (!_database.Contains(_records, key)) added++;
            _batch.Put(_records, key, Sealed.Seal(key, record.Value.Span));
        }

        if (meta is { } bytes) _batch.Put(_marks, MetaKey, Sealed.Seal(MetaKey, bytes.Span));
        Commit(_mark with { Sequence = _mark.Sequence + 1, Count = _mark.Count + added }, sync: true);
    }

    /// <summary>Reads everything back and checks it.</summary>
    /// <exception cref="StorageException">Something is damaged or missing; the message names it.</exception>
    public VoteLogContents ReadAll()
    {
        var records = new List<VoteRecord>();
        using var iterator = _database.Iterate(_records);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            var key = iterator.Key;
            var value = key.Length >= 8 ? Sealed.Open(key, iterator.Value) : null;
            if (value is null) throw Damaged($"vote {Convert.ToHexStringLower(key)} is not what was written");
            records.Add(new VoteRecord(new BlockHeight(LedgerSchema.ReadNumber(key)), key[8..].ToArray(), value));
        }

        if ((ulong)records.Count != _mark.Count)
            throw Damaged($"{_mark.Count} votes were written and {records.Count} are there");
        ReadOnlyMemory<byte>? meta = null;
        if (_database.Get(_marks, MetaKey) is { } stored)
            meta = Sealed.Open(MetaKey, stored) ?? throw Damaged("the meta record is not what was written");
        return new VoteLogContents(meta, records);
    }

    /// <summary>
    /// Drops the votes below a height that is stable. Not synced: if a crash undoes it, the votes are there as before,
    /// all of them.
    /// </summary>
    public void Truncate(BlockHeight below)
    {
        if (below <= _mark.Floor) return;
        var end = LedgerSchema.HeightKey(below);
        var dropped = 0UL;
        using (var iterator = _database.Iterate(_records, new KeyRange(default, end)))
        {
            for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext()) dropped++;
        }

        _batch.Clear();
        _batch.DeleteBelow(_records, end);
        Commit(_mark with { Floor = below, Count = _mark.Count - dropped }, sync: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _database.Dispose();
    }

    private static byte[] RecordKey(in VoteRecord record) =>
        [.. LedgerSchema.HeightKey(record.Height), .. record.Key.Span];

    private static void Require(in VoteRecord record)
    {
        if (record.Key.Length > MaxKeyBytes)
            throw new ArgumentException($"a vote's key has at most {MaxKeyBytes} bytes");
        if (record.Value.Length > MaxValueBytes)
            throw new ArgumentException($"a vote has at most {MaxValueBytes} bytes");
    }

    private static VoteMark ReadMark(KeyValueDatabase database)
    {
        if (database.Get(database.Family(MarkFamily), MarkKey) is not { } stored) return default;
        return Sealed.Open(MarkKey, stored) is { } bytes && VoteMark.TryDecode(bytes, out var mark)
            ? mark
            : throw Damaged(database, "the mark is not what was written");
    }

    private static StorageException Damaged(KeyValueDatabase database, string what) => new(
        StorageFault.Corruption,
        $"Vote log {database.Path}: {what}. This replica must not vote with it: it could contradict what it signed.");

    private StorageException Damaged(string what) => Damaged(_database, what);

    private void Commit(in VoteMark next, bool sync)
    {
        _batch.Put(_marks, MarkKey, Sealed.Seal(MarkKey, next.Encode()));
        _database.Write(_batch, sync);
        _mark = next;
    }
}

/// <summary>What the log must hold: batches ever appended, the lowest height kept, and the number of records.</summary>
internal readonly record struct VoteMark(ulong Sequence, BlockHeight Floor, ulong Count)
{
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(32);
        writer.UInt64(1, Sequence);
        writer.UInt64(2, Floor.Value);
        writer.UInt64(3, Count);
        return writer.ToArray();
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, out VoteMark mark)
    {
        var reader = new CanonicalReader(bytes);
        mark = new VoteMark(reader.UInt64(1), new BlockHeight(reader.UInt64(2)), reader.UInt64(3));
        return reader.End();
    }
}
