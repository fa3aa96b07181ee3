using Ledger.Storage;
using Ledger.Testing.Consensus;

namespace Ledger.Simulation.Disk;

/// <summary>Where in a write a node dies.</summary>
internal enum CrashPoint
{
    /// <summary>Before anything was written.</summary>
    BeforeWrite,

    /// <summary>The batch is in the write-ahead log, but not synced: it may or may not survive.</summary>
    BeforeSync,

    /// <summary>The batch is on disk; nobody was told.</summary>
    BeforeAcknowledgement,
}

/// <summary>A node dies in the middle of a write.</summary>
internal sealed class NodeDiedException(string message) : Exception(message);

/// <summary>
/// What one database has on its disk, over all lives of its node. A batch is atomic and batches are lost from the end
/// only, as with a write-ahead log; a sync makes the batch and all before it durable.
/// </summary>
internal sealed class DiskImage(string name)
{
    // Synced states that a truncation can bring back.
    private const int MaxHistory = 12;

    private readonly LinkedList<SimEntry?> _history = new();

    // States after each batch since the last sync. Bound: MaxUnsynced.
    private readonly List<SimEntry?> _unsynced = [];
    private const int MaxUnsynced = 64;

    private SimEntry? _synced;
    private (int Countdown, CrashPoint Point)? _crash;

    public string Name => name;

    /// <summary>What a reader sees.</summary>
    public SimEntry? Current { get; private set; }

    /// <summary>Batches written, and those of them that were synced.</summary>
    public long Writes { get; private set; }

    public long Syncs { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Whether writes fail for want of space.</summary>
    public bool IsFull { get; set; }

    /// <summary>Whether syncs are lies: for the broken variants.</summary>
    public bool IgnoresSync { get; set; }

    /// <summary>How many of the next syncs are lies: for the broken variants.</summary>
    public int SkippedSyncs { get; set; }

    /// <summary>Changes what is written: for the broken variants.</summary>
    public Func<SimEntry?, SimEntry?, SimEntry?>? Rewrites { get; set; }

    /// <summary>Has the node die in one of its next writes.</summary>
    public void CrashIn(int writes, CrashPoint point) => _crash = (writes, point);

    public void CancelCrash() => _crash = null;

    /// <summary>Makes a batch's outcome the content.</summary>
    public void Write(SimEntry? next, bool sync, long bytes)
    {
        if (Rewrites is not null) next = Rewrites(Current, next);
        if (IsFull) throw new StorageException(StorageFault.InputOutput, $"{name}: no space left on device");
        CrashPoint? point = null;
        if (_crash is { } crash)
        {
            if (crash.Countdown <= 0) point = crash.Point;
            else _crash = (crash.Countdown - 1, crash.Point);
        }

        if (point is not null) _crash = null;
        if (point == CrashPoint.BeforeWrite) throw new NodeDiedException($"{name}: before a write");
        Current = next;
        Writes++;
        Bytes += bytes;
        if (_unsynced.Count == MaxUnsynced)
        {
            Harden(_unsynced[0]);
            _unsynced.RemoveAt(0);
        }

        _unsynced.Add(next);
        if (point == CrashPoint.BeforeSync) throw new NodeDiedException($"{name}: between a write and its sync");
        if (sync && SkippedSyncs > 0) SkippedSyncs--;
        else if (sync && !IgnoresSync)
        {
            Syncs++;
            Harden(next);
            _unsynced.Clear();
        }

        if (point == CrashPoint.BeforeAcknowledgement) throw new NodeDiedException($"{name}: after a sync");
    }

    /// <summary>The disk is another, and empty.</summary>
    public void Clear()
    {
        _history.Clear();
        _unsynced.Clear();
        _crash = null;
        Current = _synced = null;
    }

    /// <summary>The machine lost power: what was not synced is gone from some point on.</summary>
    public void LosePower(SplitMix64 random)
    {
        var kept = random.Below(_unsynced.Count + 1);
        Current = kept == 0 ? _synced : _unsynced[kept - 1];
        Harden(Current);
        _unsynced.Clear();
    }

    /// <summary>The tail of the log is cut off, synced batches included (P25); returns how many are lost.</summary>
    public int Truncate(int batches)
    {
        var lost = 0;
        for (; lost < batches && _history.Count > 1; lost++) _history.RemoveLast();
        _synced = _history.Last?.Value;
        Current = _synced;
        _unsynced.Clear();
        return lost;
    }

    /// <summary>
    /// Bytes of a stored value rot. With checksums whoever reads the value gets an error; without, other bytes.
    /// </summary>
    public bool Rot(SplitMix64 random, bool checksummed, long batch, out string what)
    {
        what = "nothing stored";
        if (Current is null) return false;
        var node = SimTree.At(Current, random.Below(SimTree.Count(Current)));
        var value = node.Value.ToArray();
        if (!checksummed && value.Length > 0) value[random.Below(value.Length)] ^= (byte)(1 + random.Below(255));
        var damaged = checksummed || value.Length == 0;
        Current = SimTree.Put(Current, new SimKey(node.Family, node.Key), value, damaged, batch);
        Harden(Current);
        _unsynced.Clear();
        what = $"{name} family {node.Family} key {Convert.ToHexStringLower(node.Key)}";
        return true;
    }

    /// <summary>One byte of a family's newest value rots, and no checksum of the database's finds it.</summary>
    public bool RotByte(int family, int at, Func<byte[], byte[], byte[]> changed, long batch)
    {
        if (SimTree.Below(Current, new SimKey(family + 1, []), orEqual: false) is not { } node) return false;
        if (node.Family != family || at >= node.Value.Length) return false;
        var value = node.Value.ToArray();
        value[at] ^= 1;
        Current = SimTree.Put(Current, new SimKey(family, node.Key), changed(node.Key, value), damaged: false, batch);
        Harden(Current);
        _unsynced.Clear();
        return true;
    }

    private void Harden(SimEntry? root)
    {
        _synced = root;
        _history.AddLast(root);
        if (_history.Count > MaxHistory) _history.RemoveFirst();
    }
}
