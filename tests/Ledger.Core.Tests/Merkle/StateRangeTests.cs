using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

public sealed class StateRangeTests
{
    private static readonly Sha256 Hash = Sha256.Instance;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_range_proves_exactly_its_leaves(ulong seed)
    {
        var prng = new Prng(seed);
        var paths = DeepPaths.Make(60, prng);
        var state = MemoryState.Of(paths.Select(p => KeyValuePair.Create(p, prng.Hash())));
        for (var i = 0; i < 400; i++)
        {
            var path = i % 2 == 0 ? paths[prng.Below(paths.Length)] : prng.Hash();
            var range = RangeAround(path, prng.Below(StateRange.MaxDepth + 1));
            var leaves = LeavesOf(state, range);
            var proof = StateRangeProof.Of(Hash, state.Root, state, range);

            Assert.Equal(StateRangeVerdict.Valid, proof.Verify(Hash, state.Root, range, leaves));
            for (var left = 0; left < leaves.Length; left++)
            {
                StateLeaf[] without = [.. leaves[..left], .. leaves[(left + 1)..]];
                Assert.NotEqual(StateRangeVerdict.Valid, proof.Verify(Hash, state.Root, range, without));
            }
        }
    }

    [Fact]
    public void Splitting_down_to_the_leaves_yields_every_leaf_once_and_in_order()
    {
        var prng = new Prng(9);
        var state = MemoryState.Of(Enumerable.Range(0, 200).Select(_ => KeyValuePair.Create(prng.Hash(), prng.Hash())));
        var found = new List<StateLeaf>();
        var pending = new Stack<StateRange>([StateRange.Whole]);
        while (pending.TryPop(out var range))
        {
            var leaves = LeavesOf(state, range);
            if (leaves.Length <= 3)
            {
                found.AddRange(leaves);
                continue;
            }

            var (low, high) = range.Split();
            pending.Push(high);
            pending.Push(low);
        }

        Assert.Equal(state.Enumerate(), found);
    }

    [Fact]
    public void Each_lie_has_its_own_verdict()
    {
        var prng = new Prng(5);
        var state = MemoryState.Of(Enumerable.Range(0, 100).Select(_ => KeyValuePair.Create(prng.Hash(), prng.Hash())));
        var range = RangeAround(state.Model.Keys.First(), 2);
        var leaves = LeavesOf(state, range);
        var proof = StateRangeProof.Of(Hash, state.Root, state, range);
        var foreign = state.Model.First(p => !range.Contains(p.Key));
        var outside = new StateLeaf(foreign.Key, foreign.Value);

        StateRangeVerdict Of(StateRangeProof p, params StateLeaf[] l) => p.Verify(Hash, state.Root, range, l);
        Assert.True(leaves.Length > 2);
        Assert.Equal(StateRangeVerdict.OutsideRange, Of(proof, [.. leaves, outside]));
        Assert.Equal(StateRangeVerdict.NotAscending, Of(proof, [leaves[0], .. leaves]));
        Assert.Equal(StateRangeVerdict.NotAscending, Of(proof, [.. leaves.Reverse()]));
        Assert.Equal(StateRangeVerdict.RootMismatch, Of(proof, leaves[1..]));
        Assert.Equal(StateRangeVerdict.RootMismatch, Of(proof));
        Assert.Equal(StateRangeVerdict.RootMismatch, Of(proof, [leaves[0] with { ValueHash = default }, .. leaves[1..]]));
        Assert.Equal(StateRangeVerdict.TerminalInvalid, Of(new StateRangeProof(proof.Siblings.ToArray(), outside), leaves));
        Assert.Equal(StateRangeVerdict.TerminalInvalid, Of(new StateRangeProof(proof.Siblings[..1].ToArray(), null), leaves));
        Assert.Equal(StateRangeVerdict.RangeInvalid, Of(new StateRangeProof([.. proof.Siblings, default], null), leaves));
        Assert.Equal(
            StateRangeVerdict.RangeInvalid,
            proof.Verify(Hash, state.Root, new StateRange(leaves[0].Path, 2), leaves));
    }

    [Fact]
    public void A_leaf_of_another_range_proves_that_this_one_is_empty_only_where_it_stands_in_its_way()
    {
        var prng = new Prng(6);
        var alone = prng.Hash();
        var state = MemoryState.Of([KeyValuePair.Create(alone, prng.Hash())]);
        var beside = RangeAround(DeepPaths.Branch(alone, 5, prng), 8);
        var proof = StateRangeProof.Of(Hash, state.Root, state, beside);

        Assert.NotNull(proof.Foreign);
        Assert.Equal(StateRangeVerdict.Valid, proof.Verify(Hash, state.Root, beside, []));
        var around = RangeAround(alone, 8);
        Assert.Equal(StateRangeVerdict.TerminalInvalid, proof.Verify(Hash, state.Root, around, []));
    }

    [Fact]
    public void The_empty_tree_has_empty_ranges()
    {
        var proof = StateRangeProof.Of(Hash, StateTree.EmptyRoot, new MemoryState(), StateRange.Whole);

        Assert.Equal(StateRangeVerdict.Valid, proof.Verify(Hash, StateTree.EmptyRoot, StateRange.Whole, []));
    }

    private static StateRange RangeAround(in Hash256 path, int depth)
    {
        var range = StateRange.Whole;
        for (var i = 0; i < depth; i++)
        {
            var (low, high) = range.Split();
            range = low.Contains(path) ? low : high;
        }

        Assert.True(range.IsCanonical && range.Contains(path));
        return range;
    }

    private static StateLeaf[] LeavesOf(MemoryState state, StateRange range) =>
        [.. state.Enumerate().Where(l => range.Contains(l.Path))];
}
