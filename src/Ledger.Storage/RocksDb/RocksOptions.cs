namespace Ledger.Storage.RocksDb;

/// <summary>How the values of a column family are compressed. The numbers are RocksDB's.</summary>
internal enum Compression
{
    /// <summary>Not at all: for hashes and signatures, which do not compress.</summary>
    None = 0,

    /// <summary>LZ4: fast, for text and protobuf records.</summary>
    Lz4 = 4,

    /// <summary>Zstandard: denser and still fast, for the bulk of the data.</summary>
    Zstd = 7,
}

/// <summary>The options of one column family.</summary>
internal sealed record FamilyOptions
{
    /// <summary>
    /// Size of one in-memory write buffer; when it is full it is written to a table file. Defaults to 2 MiB: most
    /// families see a few bytes a record, and the sum over families is what a node's memory pays.
    /// </summary>
    public long WriteBufferBytes { get; init; } = 2 << 20;

    /// <summary>Defaults to LZ4; hashes and signatures ask for none.</summary>
    public Compression Compression { get; init; } = Compression.Lz4;

    /// <summary>
    /// Whether point look-ups of absent keys are common, so that a Bloom filter (10 bits a key, about 1 % false
    /// positives) pays for itself. Defaults to false: families read by range would only carry dead weight.
    /// </summary>
    public bool PointLookups { get; init; }

    /// <summary>
    /// Size of an uncompressed table block. Defaults to 8 KiB: records here are a few hundred bytes and are mostly read
    /// as neighbours, and a larger block halves the index against RocksDB's 4 KiB.
    /// </summary>
    public int BlockBytes { get; init; } = 8 << 10;

    /// <summary>
    /// Whether each batch brings the family's keys in ascending order, nearly: an insertion then begins where the one
    /// before it ended and not at the head of the list. Out of order it is right too, and dearer. Defaults to false.
    /// </summary>
    public bool Ascending { get; init; }
}

/// <summary>The options of one database.</summary>
internal sealed record DatabaseOptions
{
    /// <summary>The directory.</summary>
    public required string Path { get; init; }

    /// <summary>The column families that the program uses; those missing on disk are created.</summary>
    public required IReadOnlyDictionary<string, FamilyOptions> Families { get; init; }

    /// <summary>A cache shared with other databases; without one, the database makes its own of 8 MiB.</summary>
    public BlockCache? Cache { get; init; }

    /// <summary>
    /// Bound on the write buffers of all families together; the largest is flushed when it is reached. Defaults to
    /// 64 MiB, which keeps four nodes on one machine under 300 MiB each.
    /// </summary>
    public long TotalWriteBufferBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Bound on write-ahead log files. Families that are seldom written pin old ones; when the bound is reached they
    /// are flushed. Defaults to 64 MiB, which a restart replays in about a second.
    /// </summary>
    public long TotalWalBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Table files kept open. Defaults to 256: RocksDB's own default is all of them, which makes memory and file
    /// descriptors grow with the chain.
    /// </summary>
    public int OpenFiles { get; init; } = 256;

    /// <summary>
    /// Opens without a lock, replays the log in memory only, and refuses writes: for verification. Missing families
    /// are an error. Defaults to false.
    /// </summary>
    public bool ReadOnly { get; init; }
}
