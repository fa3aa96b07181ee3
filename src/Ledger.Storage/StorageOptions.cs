using Ledger.Storage.RocksDb;

namespace Ledger.Storage;

/// <summary>Where and how a channel's database is opened.</summary>
public sealed record StorageOptions
{
    /// <summary>The directory; made when missing.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// A block cache shared by the databases of a node. Defaults to none: the database makes one of its own of 8 MiB. A
    /// node passes one of 16 MiB, which holds the filters of some five million records and what was read lately.
    /// </summary>
    public BlockCache? Cache { get; init; }

    /// <summary>
    /// Bound on data that is in memory and not yet in table files, in bytes. Defaults to 64 MiB, which keeps four nodes
    /// on one machine under 300 MiB each.
    /// </summary>
    public long WriteBufferBytes { get; init; } = 64 << 20;

    /// <summary>
    /// How much of the state tree gathers in memory before it is written, in bytes; half as much again is kept at hand.
    /// Defaults to 13 MiB, with which pages near the root are written once for many blocks.
    /// </summary>
    public long PendingPageBytes { get; init; } = DefaultPendingPageBytes;

    internal const long DefaultPendingPageBytes = 13 << 20;
}
