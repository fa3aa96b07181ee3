using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;
using Ledger.Storage.State;

namespace Ledger.Storage.Verify;

/// <summary>
/// Checks that the state tree on disk is whole, that the journal leads from it to the header's root, and that the tree
/// covers the state.
/// </summary>
internal sealed class StateCheck(VerifyRun run)
{
    private readonly StateTree _tree = new(run.Hash);
    private readonly StateReader _stored = new(run.Scope);

    // As they are after the newest block.
    private IStateNodes _pages = new StateReader(run.Scope);

    /// <summary>Number of keys of the state.</summary>
    public ulong Keys { get; private set; }

    /// <param name="root">The newest header's state root.</param>
    /// <param name="newest">Its height.</param>
    /// <param name="mark">Up to where the pages are on disk; null when nobody knows.</param>
    public void Run(Hash256 root, BlockHeight newest, PagesMark? mark)
    {
        if (mark is not { } written) return;
        if (!run.CanRead(run.Context.State, run.Context.StateNodes, run.Context.StateChanges)) return;
        // Where pages are damaged, what can be read of them still says something of the values, when nothing else does.
        var leaves = CheckPages(written.Root);
        var isWhole = CheckJournal(written, newest);
        if (written.Next <= newest)
        {
            if (leaves is null || !isWhole || BringForward(root, written, newest) is not { } forward) return;
            leaves = forward;
        }
        else if (written.Root != root)
        {
            run.Report(run.Context.Meta, LedgerSchema.PagesKey, newest.Value, "not the state root of the newest block");
            return;
        }

        CheckValues(root, leaves is not null);
        if (leaves is not { } count) return;
        if (Keys != count || run.HasFinding(run.Context.State)) NameMissing(root);
    }

    // Checks the tree that is in the pages on disk. Returns the number of leaves; null when it is damaged.
    private ulong? CheckPages(Hash256 root)
    {
        var counting = new CountingPages(_stored);
        if (CountLeaves(root, counting) is not { } leaves) return null;
        run.Expect(run.Context.StateNodes, counting.Read);
        if (run.MayHaveSurplus(run.Context.StateNodes)) NameUnreachable(root);
        return leaves;
    }

    private ulong? CountLeaves(Hash256 root, CountingPages counting)
    {
        try
        {
            var leaves = 0UL;
            foreach (var _ in _tree.Enumerate(root, counting))
            {
                run.Step("state tree", ++leaves, run.Found(run.Context.State));
            }

            return leaves;
        }
        catch (InvalidDataException damage)
        {
            run.Report(run.Context.StateNodes, counting.Last.ToArray(), null, damage.Message);
            return null;
        }
    }

    // There is one entry for each block whose changes the pages lack, and no other.
    private bool CheckJournal(in PagesMark mark, BlockHeight newest)
    {
        var family = run.Context.StateChanges;
        var isWhole = true;
        for (var height = mark.Next; height <= newest; height = height.Next)
        {
            run.Expect(family);
            if (StateJournal.Read(run.Scope, height) is not null) continue;
            isWhole = false;
            var key = LedgerSchema.HeightKey(height);
            if (run.Scope.Contains(family, key))
                run.Report(family, key, height.Value, "the checksum of the changes is wrong");
            else
                run.ReportMissing(family, key, height.Value, "what the block changed in the state tree");
        }

        if (!run.MayHaveSurplus(family)) return isWhole;
        using var iterator = run.Scope.Iterate(family, KeyRange.All, fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            var isDue = iterator.Key.Length == sizeof(ulong)
                && LedgerSchema.ReadNumber(iterator.Key) >= mark.Next.Value
                && LedgerSchema.ReadNumber(iterator.Key) <= newest.Value;
            if (!isDue) run.Report(family, iterator.Key, null, "nothing on the chain accounts for this key");
        }

        return isWhole;
    }

    // Lays the changes since over the pages on disk. The number of leaves; null when that does not lead to the root.
    private ulong? BringForward(Hash256 root, in PagesMark mark, BlockHeight newest)
    {
        var changes = StateJournal.ReadFrom(run.Scope, mark, newest, out _)!;
        var update = _tree.Apply(mark.Root, _stored, changes);
        if (update.Root != root)
        {
            run.Report(
                run.Context.StateChanges, LedgerSchema.HeightKey(newest), newest.Value,
                "the changes of the last blocks do not lead to the state root");
            return null;
        }

        var overlay = new StateOverlay(_stored);
        overlay.Add(update.Writes);
        _pages = overlay;
        return CountLeaves(root, new CountingPages(overlay));
    }

    private void CheckValues(Hash256 root, bool treeIsSound)
    {
        using var iterator = run.Scope.Iterate(run.Context.State, KeyRange.All, fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            run.Step("state", ++Keys, run.Found(run.Context.State));
            if (PathOf(iterator.Key) is not { } path)
            {
                run.Report(run.Context.State, iterator.Key, null, "not a key of the state");
                continue;
            }

            var value = StateHash.ValueHashOf(run.Hash, iterator.Value);
            if (Covered(root, path, treeIsSound) is not { } covered || covered.ValueHash == value) continue;
            run.Report(
                run.Context.State, iterator.Key, null,
                covered.ValueHash is null
                    ? "the state tree has no such key"
                    : "the value is not the one that the state root covers");
        }
    }

    // What the tree holds at a path, null inside when it holds nothing; null when a damaged page, named already,
    // hides it.
    private Optional? Covered(Hash256 root, Hash256 path, bool treeIsSound)
    {
        try
        {
            var proof = _tree.Prove(root, _pages, path);
            Hash256? held = proof.Terminal is { } leaf && leaf.Path == path ? leaf.ValueHash : null;
            if (treeIsSound) return new Optional(held);
            var verdict = held is { } value
                ? proof.VerifyPresence(run.Hash, root, path, value)
                : proof.VerifyAbsence(run.Hash, root, path);
            return verdict == StateProofVerdict.Valid ? new Optional(held) : null;
        }
        catch (InvalidDataException) when (!treeIsSound)
        {
            return null;
        }
    }

    // The tree knows a key by the hash of its name only: that is what a missing one is named by.
    private void NameMissing(Hash256 root)
    {
        // Bound: the keys of the state; only where some are missing or surplus.
        var present = new HashSet<Hash256>();
        using var iterator = run.Scope.Iterate(run.Context.State, KeyRange.All, fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            if (PathOf(iterator.Key) is { } path) present.Add(path);
        }

        foreach (var leaf in _tree.Enumerate(root, _pages).Where(l => !present.Contains(l.Path)))
        {
            run.ReportMissing(
                run.Context.State, leaf.Path.AsSpan(), null, "the key whose path in the state tree is given");
        }
    }

    // The place in the tree of a stored key; null when it is no key of the state.
    private Hash256? PathOf(ReadOnlySpan<byte> stored) =>
        LedgerSchema.TrySplitStateKey(stored, out var space, out var key) && key.Length <= StateHash.MaxKeyLength
            ? StateHash.PathOf(run.Hash, space, key)
            : null;

    private void NameUnreachable(Hash256 root)
    {
        var reached = new CountingPages(_stored) { Keys = [] };
        foreach (var _ in _tree.Enumerate(root, reached)) run.Step("state tree", reached.Read, 0);
        using var iterator = run.Scope.Iterate(run.Context.StateNodes, KeyRange.All, fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            if (!StatePageKey.TryParse(iterator.Key, out var key) || !reached.Keys.Contains(key))
                run.Report(run.Context.StateNodes, iterator.Key, null, "a page that the state tree does not lead to");
        }
    }

    private readonly record struct Optional(Hash256? ValueHash);

    private sealed class CountingPages(IStateNodes pages) : IStateNodes
    {
        public ulong Read { get; private set; }

        public StatePageKey Last { get; private set; }

        // Kept only where surplus pages are to be named. Bound: the pages of the tree.
        public HashSet<StatePageKey>? Keys { get; init; }

        public int ReadPage(in StatePageKey key, Span<byte> destination)
        {
            Read++;
            Last = key;
            Keys?.Add(key);
            return pages.ReadPage(key, destination);
        }
    }
}
