using Ledger.Storage.KeyValue;

namespace Ledger.Storage.Tests.Support;

/// <summary>Counts what is read of each family; everything else is the database's own.</summary>
internal sealed class CountingDatabase(KeyValueDatabase inner) : KeyValueDatabase
{
    /// <summary>Values read, and iterators made, by family. Those that were not touched are absent.</summary>
    public SortedDictionary<string, int> Reads { get; } = new(StringComparer.Ordinal);

    public override string Path => inner.Path;

    public override IReadOnlyCollection<ColumnFamily> Families => inner.Families;

    public override long SyncedWrites => inner.SyncedWrites;

    public override ColumnFamily Family(string name) => inner.Family(name);

    public override WriteBatch CreateBatch() => inner.CreateBatch();

    public override void Write(WriteBatch batch, bool sync) => inner.Write(batch, sync);

    public override bool TryRead<TState, TResult>(
        ColumnFamily family, ReadOnlySpan<byte> key, TState state, ValueReader<TState, TResult> reader,
        out TResult? result, DatabaseSnapshot? snapshot = null)
        where TResult : default
    {
        Count(family, 1);
        return inner.TryRead(family, key, state, reader, out result, snapshot);
    }

    public override byte[]?[] MultiGet(
        ColumnFamily family, IReadOnlyList<byte[]> keys, DatabaseSnapshot? snapshot = null)
    {
        Count(family, keys.Count);
        return inner.MultiGet(family, keys, snapshot);
    }

    public override DatabaseIterator Iterate(
        ColumnFamily family, in KeyRange range = default, DatabaseSnapshot? snapshot = null, bool fillCache = true)
    {
        Count(family, 1);
        return inner.Iterate(family, range, snapshot, fillCache);
    }

    public override DatabaseSnapshot Snapshot() => inner.Snapshot();

    public override void Checkpoint(string directory) => inner.Checkpoint(directory);

    public override StorageStatistics Statistics() => inner.Statistics();

    public override void Dispose() => inner.Dispose();

    private void Count(ColumnFamily family, int reads) =>
        Reads[family.Name] = Reads.GetValueOrDefault(family.Name) + reads;
}
