using Ledger.Storage;
using Ledger.Storage.KeyValue;

namespace Ledger.Simulation.Disk;

/// <summary>A database over a <see cref="DiskImage"/>, for one life of its node. Not thread-safe.</summary>
internal sealed class SimDatabase : KeyValueDatabase
{
    // Tells batches of one process apart, for the trees' ownership of nodes. The values mean nothing.
    [ThreadStatic]
    private static long _batches;

    private readonly DiskImage _image;
    private readonly Dictionary<string, SimFamily> _families = [];
    private long _syncedWrites;

    public SimDatabase(DiskImage image, IEnumerable<string> families)
    {
        _image = image;
        foreach (var name in families.Order(StringComparer.Ordinal))
            _families.Add(name, new SimFamily(name, _families.Count));
    }

    public override string Path => _image.Name;

    public override IReadOnlyCollection<ColumnFamily> Families => _families.Values;

    public override long SyncedWrites => _syncedWrites;

    public static long NextBatch() => ++_batches;

    public override ColumnFamily Family(string name) => _families.TryGetValue(name, out var family)
        ? family
        : throw new StorageException(StorageFault.Incompatible, $"{Path} has no column family {name}");

    public override WriteBatch CreateBatch() => new SimBatch();

    public override void Write(WriteBatch batch, bool sync)
    {
        var operations = (SimBatch)batch;
        _image.Write(operations.Apply(_image.Current, NextBatch()), sync, operations.SizeBytes);
        if (sync) _syncedWrites++;
    }

    public override bool TryRead<TState, TResult>(
        ColumnFamily family, ReadOnlySpan<byte> key, TState state, ValueReader<TState, TResult> reader,
        out TResult? result, DatabaseSnapshot? snapshot = null)
        where TResult : default
    {
        result = default;
        if (SimTree.Find(RootOf(snapshot), new SimKey(IndexOf(family), key)) is not { } found) return false;
        RequireSound(found, Path);
        result = reader(found.Value, state);
        return true;
    }

    public override byte[]?[] MultiGet(
        ColumnFamily family, IReadOnlyList<byte[]> keys, DatabaseSnapshot? snapshot = null) =>
        [.. keys.Select(key => Get(family, key, snapshot))];

    public override DatabaseIterator Iterate(
        ColumnFamily family, in KeyRange range = default, DatabaseSnapshot? snapshot = null, bool fillCache = true) =>
        new SimIterator(RootOf(snapshot), IndexOf(family), range, Path);

    public override DatabaseSnapshot Snapshot() => new SimSnapshot(_image.Current);

    public override void Checkpoint(string directory) =>
        throw new NotSupportedException("the simulated disk makes no copies");

    public override StorageStatistics Statistics() => new(0, 0, 0, 0, 0);

    public override void Dispose()
    {
    }

    internal static int IndexOf(ColumnFamily family) => ((SimFamily)family).Index;

    /// <summary>What RocksDB's block checksums do.</summary>
    internal static void RequireSound(SimEntry node, string path)
    {
        if (node.Damaged)
        {
            throw new StorageException(
                StorageFault.Corruption, $"{path}: block checksum mismatch at {Convert.ToHexStringLower(node.Key)}");
        }
    }

    private SimEntry? RootOf(DatabaseSnapshot? snapshot) =>
        snapshot is SimSnapshot taken ? taken.Root : _image.Current;

    private sealed class SimFamily(string name, int index) : ColumnFamily(name)
    {
        public int Index { get; } = index;
    }

    private sealed class SimSnapshot(SimEntry? root) : DatabaseSnapshot
    {
        public SimEntry? Root { get; } = root;

        public override void Dispose()
        {
        }
    }
}
