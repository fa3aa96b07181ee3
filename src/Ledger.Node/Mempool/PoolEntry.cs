using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Node.Admission;

namespace Ledger.Node.Mempool;

/// <summary>A transaction in the pool.</summary>
/// <remarks>Not thread-safe; guarded by the pool's lock.</remarks>
internal sealed class PoolEntry(CheckedTransaction transaction, MemberQueue member, long arrived, ulong order)
{
    /// <summary>Oldest first.</summary>
    public static Comparer<PoolEntry> ByOrder { get; } = Comparer<PoolEntry>.Create((a, b) => a.Order.CompareTo(b.Order));

    public CheckedTransaction Transaction { get; } = transaction;

    public Hash256 Id => Transaction.Id;

    public int Size => Transaction.Size;

    public MemberQueue Member { get; } = member;

    /// <summary>When it came, in the host's monotonic milliseconds.</summary>
    public long Arrived { get; } = arrived;

    /// <summary>Its place among all that ever came: unique, so that a set in this order holds every entry.</summary>
    public ulong Order { get; } = order;

    /// <summary>The height whose accepted proposal names it; null while it waits.</summary>
    public BlockHeight? Placed { get; set; }
}

/// <summary>What the pool holds of one member.</summary>
/// <remarks>Not thread-safe; guarded by the pool's lock.</remarks>
internal sealed class MemberQueue(string name)
{
    public string Name { get; } = name;

    /// <summary>What waits, oldest first; what was placed in vain returns to its old place.</summary>
    public SortedSet<PoolEntry> Waiting { get; } = new(PoolEntry.ByOrder);

    /// <summary>Number of transactions held, waiting or placed: both use the pool's room.</summary>
    public int Count { get; set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; set; }
}
