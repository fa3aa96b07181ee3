using System.Buffers.Binary;
using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Storage.RocksDb;

namespace Ledger.Storage.Schema;

/// <summary>
/// Every column family and every key of a channel's database, in one place. Numbers in keys are big-endian, so byte
/// order is number order; text in keys is hashed to a fixed length, so no key can be read in two ways.
/// </summary>
/// <remarks>
/// <code>
/// family       key                                value
/// headers      height                             header bytes
/// qcs          height                             quorum certificate bytes
/// epochs       epoch                              validator set bytes, checksum (see Sealed)
/// blocks       height, position                   signed transaction bytes
/// block_ids    height                             ids of the block's transactions (BlockIds); none, no entry
/// results      height, position                   result without the transaction id
/// leaves       log index                          LeafPointer: the leaf is rebuilt from its transaction
/// log_nodes    level (4..), index                 node hash; LogReader makes the lower ones from the leaves
/// idx_tx       transaction id                     TransactionPlace
/// idx_subject  hash16(subject), log index         IndexRun: further leaves of the block
/// idx_actor    hash16(actor), log index           IndexRun
/// idx_type     hash16(type), log index            IndexRun
/// idx_digest   hash16(digest value), log index    IndexRun
/// state        length, namespace, key             value
/// state_nodes  page key (Core's StatePageKey)     page bytes, as of the mark `pages`
/// state_changes height                            StateJournal: what the block changed and the pages lack
/// base         kind, key (see BaseReader)         what stands for the history before a snapshot
/// old_leaves   log index                          leaf hash, leaf bytes: leaves from before a snapshot (see OldLeaves)
/// faults       culprit's key, epoch, kind, height proof of a fault, checksum (see Sealed)
/// meta         name                               value, checksum (see Sealed)
/// </code>
/// Consensus time never decreases along the log, so a range of time is a range of log indexes and needs no index.
/// hash16 is a truncated hash: a reader compares the record itself, so that a collision costs time and nothing else.
/// The replica's votes lie in a database of their own (<see cref="Votes.VoteLog"/>).
/// </remarks>
internal static class LedgerSchema
{
    /// <summary>The version of this layout.</summary>
    public const ulong Version = 4;

    public const string Headers = "headers";
    public const string Certificates = "qcs";
    public const string Epochs = "epochs";
    public const string Blocks = "blocks";
    public const string BlockIds = "block_ids";
    public const string Results = "results";
    public const string Leaves = "leaves";
    public const string LogNodes = "log_nodes";
    public const string TransactionIndex = "idx_tx";
    public const string SubjectIndex = "idx_subject";
    public const string ActorIndex = "idx_actor";
    public const string TypeIndex = "idx_type";
    public const string DigestIndex = "idx_digest";
    public const string State = "state";
    public const string StateNodes = "state_nodes";
    public const string StateChanges = "state_changes";
    public const string Base = "base";
    public const string OldLeaves = "old_leaves";
    public const string Faults = "faults";
    public const string Meta = "meta";

    /// <summary>Length of a truncated hash in a key: two of 2^40 texts share one with probability 2^-49.</summary>
    public const int ShortHashSize = 16;

    // Every key is shorter than this and none starts with so many 0xff bytes: the end of a family.
    private const int BeyondSize = 64;

    /// <summary>The families with their options.</summary>
    public static IReadOnlyDictionary<string, FamilyOptions> Families { get; } = new Dictionary<string, FamilyOptions>
    {
        // Signed bytes repeat the channel, the sender and attribute names from one to the next; a larger block shows
        // the compressor more of that.
        [Blocks] = new() { WriteBufferBytes = 8 << 20, Compression = Compression.Zstd, BlockBytes = 16 << 10 },
        // Hashes.
        [BlockIds] = new() { WriteBufferBytes = 1 << 20, Compression = Compression.None },
        [Headers] = new(),
        [Certificates] = new() { Compression = Compression.None },
        [Epochs] = new(),
        [Results] = new(),
        [Leaves] = new() { WriteBufferBytes = 4 << 20, Ascending = true },
        [LogNodes] = new() { WriteBufferBytes = 4 << 20, Ascending = true, Compression = Compression.None },
        // Admission asks for ids that are not there with every transaction: the filter answers most of that.
        [TransactionIndex] = new() { WriteBufferBytes = 4 << 20, PointLookups = true },
        [SubjectIndex] = new() { WriteBufferBytes = 4 << 20, Ascending = true },
        [ActorIndex] = new() { WriteBufferBytes = 4 << 20, Ascending = true },
        [TypeIndex] = new() { WriteBufferBytes = 4 << 20, Ascending = true },
        [DigestIndex] = new() { WriteBufferBytes = 4 << 20, Ascending = true },
        // Read one by one, in no order: of a block that is fetched for one of them the rest is for nothing.
        [State] = new() { WriteBufferBytes = 8 << 20, PointLookups = true, Ascending = true, BlockBytes = 4 << 10 },
        [StateNodes] = new()
        {
            WriteBufferBytes = 8 << 20, PointLookups = true, Ascending = true, BlockBytes = 2 << 10,
            Compression = Compression.None,
        },
        // Hashes; an entry is gone again when the pages are written.
        [StateChanges] = new() { WriteBufferBytes = 4 << 20, Compression = Compression.None },
        // Empty in a store that holds the whole history; otherwise admission asks it for every new id.
        [Base] = new() { WriteBufferBytes = 4 << 20, PointLookups = true },
        // Written once, and empty where the whole history is; neighbours repeat most of their texts.
        [OldLeaves] = new() { WriteBufferBytes = 4 << 20, Compression = Compression.Zstd, BlockBytes = 16 << 10 },
        [Faults] = new() { WriteBufferBytes = 1 << 20 },
        [Meta] = new(),
    };

    /// <summary>The families that hold nothing that cannot be computed from the others.</summary>
    public static IReadOnlyList<string> Derived { get; } =
        [BlockIds, LogNodes, TransactionIndex, SubjectIndex, ActorIndex, TypeIndex, DigestIndex];

    /// <summary>meta: the encoded genesis document that the database belongs to.</summary>
    public static ReadOnlySpan<byte> GenesisKey => "genesis"u8;

    /// <summary>meta: <see cref="Version"/>.</summary>
    public static ReadOnlySpan<byte> VersionKey => "version"u8;

    /// <summary>meta: <see cref="Storage.Watermark"/>.</summary>
    public static ReadOnlySpan<byte> WatermarkKey => "watermark"u8;

    /// <summary>meta: up to which block the state tree's pages are on disk (PagesMark).</summary>
    public static ReadOnlySpan<byte> PagesKey => "pages"u8;

    /// <summary>meta: the greatest height with a certificate.</summary>
    public static ReadOnlySpan<byte> CertifiedKey => "certified"u8;

    /// <summary>meta: the height that a store began from, when that was a snapshot and not genesis.</summary>
    public static ReadOnlySpan<byte> BaseKey => "base"u8;

    /// <summary>meta: the manifest of the snapshot that is being installed; present until it is whole.</summary>
    public static ReadOnlySpan<byte> InstallingKey => "installing"u8;

    /// <summary>meta: how far that installation is.</summary>
    public static ReadOnlySpan<byte> ProgressKey => "progress"u8;

    /// <summary>meta: present while the derived families are being rebuilt.</summary>
    public static ReadOnlySpan<byte> ReindexingKey => "reindexing"u8;

    /// <summary>An exclusive upper bound of all keys of a family.</summary>
    public static byte[] BeyondAll { get; } = [.. Enumerable.Repeat((byte)0xff, BeyondSize)];

    /// <summary>Key of headers, qcs, block_ids and state_changes.</summary>
    public static byte[] HeightKey(BlockHeight height) => Number(height.Value);

    /// <summary>Key of epochs.</summary>
    public static byte[] EpochKey(Epoch epoch) => Number(epoch.Value);

    /// <summary>Key of leaves and old_leaves.</summary>
    public static byte[] LeafKey(LogIndex index) => Number(index.Value);

    /// <summary>Key of blocks and results.</summary>
    public static byte[] PositionKey(BlockHeight height, uint position)
    {
        var key = new byte[12];
        BinaryPrimitives.WriteUInt64BigEndian(key, height.Value);
        BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(8), position);
        return key;
    }

    /// <summary>Key of log_nodes.</summary>
    public static byte[] LogNodeKey(int level, ulong index)
    {
        var key = new byte[9];
        key[0] = checked((byte)level);
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(1), index);
        return key;
    }

    /// <summary>Key of the subject, actor, type and digest indexes.</summary>
    public static byte[] EntryKey(ReadOnlySpan<byte> shortHash, ulong index)
    {
        var key = new byte[ShortHashSize + 8];
        shortHash.CopyTo(key);
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(ShortHashSize), index);
        return key;
    }

    /// <summary>The log index in a key of the subject, actor, type and digest indexes.</summary>
    public static LogIndex EntryIndex(ReadOnlySpan<byte> key) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(key[ShortHashSize..]));

    /// <summary>The number in a key of eight bytes.</summary>
    public static ulong ReadNumber(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt64BigEndian(key);

    /// <summary>Key of state.</summary>
    public static byte[] StateKey(string space, ReadOnlySpan<byte> key)
    {
        var size = Encoding.UTF8.GetByteCount(space);
        if (size > StateHash.MaxNamespaceLength)
            throw new ArgumentException("the namespace is too long", nameof(space));
        var full = new byte[1 + size + key.Length];
        full[0] = (byte)size;
        Encoding.UTF8.GetBytes(space, full.AsSpan(1));
        key.CopyTo(full.AsSpan(1 + size));
        return full;
    }

    /// <summary>Splits a key of state; false when it is none.</summary>
    public static bool TrySplitStateKey(ReadOnlySpan<byte> full, out string space, out byte[] key)
    {
        space = "";
        key = [];
        if (full.IsEmpty || full.Length < 1 + full[0]) return false;
        var name = full.Slice(1, full[0]);
        if (!System.Text.Unicode.Utf8.IsValid(name)) return false;
        space = Encoding.UTF8.GetString(name);
        key = full[(1 + full[0])..].ToArray();
        return true;
    }

    /// <summary>The truncated hash of a text.</summary>
    public static byte[] ShortHash(string text) => ShortHash(Encoding.UTF8.GetBytes(text));

    /// <summary>The truncated hash of bytes. SHA-256 in every suite: it is a local layout, not a format.</summary>
    public static byte[] ShortHash(ReadOnlySpan<byte> bytes) =>
        Sha256.Instance.Hash(bytes).AsSpan()[..ShortHashSize].ToArray();

    private static byte[] Number(ulong value)
    {
        var key = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(key, value);
        return key;
    }
}
