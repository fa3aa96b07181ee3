using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;
using Ledger.Storage.State;

namespace Ledger.Storage.Verify;

/// <summary>
/// Checks that the state tree on disk is whole and has the header's root, and that it covers the state.
/// </summary>
internal sealed class StateCheck(VerifyRun run)
{
    private readonly StateTree _tree = new(run.Hash);
    private readonly StateReader _pages = new(run.Scope);

    /// <summary>Number of keys of the state.</summary>
    public ulong Keys { get; private set; }

    public void Run(Hash256 root)
    {
        if (!run.CanRead(run.Context.State, run.Context.StateNodes)) return;
        var leaves = CheckTree(root);
        CheckValues(root, leaves is not null);
        if (leaves is not { } count) return;
        if (Keys != count || run.HasFinding(run.Context.State)) NameMissing(root);
    }

    // Returns the number of leaves; null when the tree is damaged.
    private ulong? CheckTree(Hash256 root)
    {
        var counting = new CountingPages(_pages);
        try
        {
            var leaves = 0UL;
            foreach (var _ in _tree.Enumerate(root, counting))
            {
                run.Step("state tree", ++leaves, run.Found(run.Context.State));
            }

            run.Expect(run.Context.StateNodes, counting.Read);
            if (run.MayHaveSurplus(run.Context.StateNodes)) NameUnreachable(root);
            return leaves;
        }
        catch (InvalidDataException damage)
        {
            run.Report(run.Context.StateNodes, counting.Last.ToArray(), null, damage.Message);
            return null;
        }
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
        var reached = new CountingPages(_pages) { Keys = [] };
        foreach (var _ in _tree.Enumerate(root, reached)) run.Step("state tree", reached.Read, 0);
        using var iterator = run.Scope.Iterate(run.Context.StateNodes, KeyRange.All, fillCache: false);
        for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext())
        {
            if (!StatePageKey.TryParse(iterator.Key, out var key) || !reached.Keys.Contains(key))
                run.Report(run.Context.StateNodes, iterator.Key, null, "a page that the state tree does not lead to");
        }
    }

    private readonly record struct Optional(Hash256? ValueHash);

    private sealed class CountingPages(StateReader pages) : IStateNodes
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
