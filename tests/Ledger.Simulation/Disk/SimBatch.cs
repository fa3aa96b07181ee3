using Ledger.Storage.KeyValue;

namespace Ledger.Simulation.Disk;

/// <summary>A batch for the simulated disk.</summary>
internal sealed class SimBatch : WriteBatch
{
    private readonly List<(int Family, byte[] Key, byte[]? Value, byte[]? End)> _operations = [];
    private long _bytes;

    public override int Count => _operations.Count;

    public override long SizeBytes => _bytes;

    public override void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Add(family, key.ToArray(), value.ToArray(), null);

    public override void Delete(ColumnFamily family, ReadOnlySpan<byte> key) =>
        Add(family, key.ToArray(), null, null);

    public override void DeleteBelow(ColumnFamily family, ReadOnlySpan<byte> end) =>
        Add(family, [], null, end.ToArray());

    public override void Clear()
    {
        _operations.Clear();
        _bytes = 0;
    }

    public override void Dispose()
    {
    }

    /// <summary>The content after this batch.</summary>
    public SimEntry? Apply(SimEntry? root, long batch)
    {
        foreach (var (family, key, value, end) in _operations)
        {
            if (value is not null)
            {
                root = SimTree.Put(root, new SimKey(family, key), value, damaged: false, batch);
                continue;
            }

            if (end is null)
            {
                root = SimTree.Delete(root, new SimKey(family, key), batch);
                continue;
            }

            while (SimTree.Above(root, new SimKey(family, key), orEqual: true) is { } next
                && next.Family == family && next.Key.AsSpan().SequenceCompareTo(end) < 0)
            {
                root = SimTree.Delete(root, new SimKey(family, next.Key), batch);
            }
        }

        return root;
    }

    private void Add(ColumnFamily family, byte[] key, byte[]? value, byte[]? end)
    {
        _operations.Add((SimDatabase.IndexOf(family), key, value, end));
        _bytes += key.Length + (value?.Length ?? 0) + (end?.Length ?? 0) + 4;
    }
}
