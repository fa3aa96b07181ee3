using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.State;

/// <summary>
/// What each block changed in the state tree, for as long as the pages on disk lack it (<see cref="PagesMark"/>): one
/// entry a block, 65 bytes a key. Opening the store brings the pages forward with it.
/// </summary>
/// <remarks>
/// An entry holds, for each key: its path, one byte that says whether it was set (1) or removed (0), and the hash of
/// the value, zero when it was removed; and a checksum behind them (<see cref="Sealed"/>). Local layout, not a format.
/// </remarks>
internal static class StateJournal
{
    private const int ChangeSize = (2 * Hash256.Size) + 1;
    private const byte Removed = 0;
    private const byte Set = 1;

    /// <summary>Puts a block's changes into a batch.</summary>
    public static void Add(
        WriteBatch batch, StoreContext context, BlockHeight height, IReadOnlyList<StateChange> changes)
    {
        var value = new byte[changes.Count * ChangeSize];
        var rest = value.AsSpan();
        foreach (var change in changes)
        {
            change.Path.CopyTo(rest);
            rest[Hash256.Size] = change.ValueHash is null ? Removed : Set;
            change.ValueHash.GetValueOrDefault().CopyTo(rest[(Hash256.Size + 1)..]);
            rest = rest[ChangeSize..];
        }

        var key = LedgerSchema.HeightKey(height);
        batch.Put(context.StateChanges, key, Sealed.Seal(key, value));
    }

    /// <summary>Puts the removal of all entries before a block into a batch.</summary>
    public static void DropBefore(WriteBatch batch, StoreContext context, BlockHeight next) =>
        batch.DeleteBelow(context.StateChanges, LedgerSchema.HeightKey(next));

    /// <summary>The changes of a block; null when its entry is missing or damaged.</summary>
    public static List<StateChange>? Read(ReadScope scope, BlockHeight height)
    {
        var key = LedgerSchema.HeightKey(height);
        if (scope.Get(scope.Context.StateChanges, key) is not { } stored) return null;
        if (Sealed.Open(key, stored) is not { } value || value.Length % ChangeSize != 0) return null;
        var changes = new List<StateChange>(value.Length / ChangeSize);
        for (var rest = value.AsSpan(); !rest.IsEmpty; rest = rest[ChangeSize..])
        {
            Hash256? set = rest[Hash256.Size] == Set ? new Hash256(rest.Slice(Hash256.Size + 1, Hash256.Size)) : null;
            changes.Add(new StateChange(new Hash256(rest[..Hash256.Size]), set));
        }

        return changes;
    }

    /// <summary>
    /// What all blocks from the mark up to <paramref name="newest"/> changed together, in path order. Null, with the
    /// first block at fault, when an entry is missing or damaged.
    /// </summary>
    /// <remarks>Bound: what <see cref="StatePageCache"/> lets gather before the pages are written.</remarks>
    public static StateChange[]? ReadFrom(ReadScope scope, in PagesMark mark, BlockHeight newest, out BlockHeight fault)
    {
        fault = default;
        var last = new Dictionary<Hash256, Hash256?>();
        for (var height = mark.Next; height <= newest; height = height.Next)
        {
            if (Read(scope, height) is not { } changes)
            {
                fault = height;
                return null;
            }

            foreach (var change in changes) last[change.Path] = change.ValueHash;
        }

        StateChange[] merged = [.. last.Select(c => new StateChange(c.Key, c.Value))];
        Array.Sort(merged, static (a, b) => a.Path.CompareTo(b.Path));
        return merged;
    }
}
