using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

public sealed class StateProofTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_key_has_a_proof_of_presence_or_of_absence_and_never_of_both(ulong seed)
    {
        var prng = new Prng(seed);
        var paths = DeepPaths.Make(80, prng);
        var state = MemoryState.Of(paths.Take(50).Select(p => KeyValuePair.Create(p, prng.Hash())));
        foreach (var path in paths)
        {
            var proof = state.Prove(path);
            var present = state.Model.TryGetValue(path, out var value);

            Assert.Equal(
                present ? StateProofVerdict.Valid : StateProofVerdict.KeyAbsent,
                proof.VerifyPresence(Sha256.Instance, state.Root, path, value));
            Assert.Equal(
                present ? StateProofVerdict.KeyPresent : StateProofVerdict.Valid,
                proof.VerifyAbsence(Sha256.Instance, state.Root, path));
        }
    }

    [Fact]
    public void In_the_empty_tree_everything_is_absent()
    {
        var proof = new MemoryState().Prove(new Prng(4).Hash());

        Assert.Equal(
            StateProofVerdict.Valid, proof.VerifyAbsence(Sha256.Instance, StateTree.EmptyRoot, new Prng(4).Hash()));
        Assert.Empty(proof.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(100)]
    [InlineData(254)]
    [InlineData(255)]
    public void A_key_is_absent_beside_a_neighbour_with_a_long_common_prefix(int bits)
    {
        var prng = new Prng((ulong)bits + 5);
        var neighbour = prng.Hash();
        var absent = DeepPaths.Branch(neighbour, bits, prng);
        Hash256[] others = [neighbour, prng.Hash(), prng.Hash()];
        var state = MemoryState.Of(others.Select(p => KeyValuePair.Create(p, p)));

        var alone = state.Prove(absent);
        Assert.Equal(StateProofVerdict.Valid, alone.VerifyAbsence(Sha256.Instance, state.Root, absent));

        state.Apply([new StateChange(absent, Hash256.Zero)]);
        var together = state.Prove(absent);
        Assert.Equal(bits + 1, together.Siblings.Length);
        Assert.Equal(
            StateProofVerdict.Valid,
            together.VerifyPresence(Sha256.Instance, state.Root, absent, Hash256.Zero));
    }

    [Fact]
    public void Absence_cannot_be_argued_with_a_leaf_from_elsewhere()
    {
        var prng = new Prng(6);
        var state = MemoryState.Of(Enumerable.Range(0, 40).Select(_ => KeyValuePair.Create(prng.Hash(), prng.Hash())));
        var present = state.Model.First().Key;
        var other = state.Prove(state.Model.Last().Key);

        Assert.Equal(
            StateProofVerdict.NeighbourElsewhere, other.VerifyAbsence(Sha256.Instance, state.Root, present));
        Assert.Equal(
            StateProofVerdict.RootMismatch,
            new StateProof(state.Prove(present).Siblings.ToArray(), null)
                .VerifyAbsence(Sha256.Instance, state.Root, present));
    }

    [Fact]
    public void P14_any_change_of_a_proof_is_refused()
    {
        var prng = new Prng(7);
        var paths = DeepPaths.Make(16, prng);
        var state = MemoryState.Of(paths.Take(12).Select(p => KeyValuePair.Create(p, prng.Hash())));
        foreach (var path in paths)
        {
            var proof = state.Prove(path);
            var siblings = proof.Siblings.ToArray();
            for (var i = 0; i < siblings.Length; i++)
            {
                var changed = siblings.ToArray();
                changed[i] = Leaves.FlipBit(changed[i], prng.Below(256));
                AssertRefused(state, path, new StateProof(changed, proof.Terminal));
                AssertRefused(state, path, new StateProof([.. siblings[..i], .. siblings[(i + 1)..]], proof.Terminal));
                AssertRefused(
                    state, path, new StateProof([.. siblings[..i], Hash256.Zero, .. siblings[i..]], proof.Terminal));
            }

            AssertRefused(state, path, new StateProof([.. siblings, Hash256.Zero], proof.Terminal));
            AssertRefused(state, path, new StateProof(siblings, new StateLeaf(prng.Hash(), prng.Hash())));
            if (proof.Terminal is not { } leaf) continue;
            AssertRefused(state, path, new StateProof(siblings, null));
            AssertRefused(state, path, new StateProof(siblings, leaf with { ValueHash = prng.Hash() }));
            AssertRefused(state, path, new StateProof(siblings, leaf with { Path = Leaves.FlipBit(leaf.Path, 255) }));
        }
    }

    [Fact]
    public void Another_root_another_value_and_another_key_are_refused_with_their_reasons()
    {
        var prng = new Prng(8);
        var state = MemoryState.Of(Enumerable.Range(0, 20).Select(_ => KeyValuePair.Create(prng.Hash(), prng.Hash())));
        var (path, value) = state.Model.First();
        var proof = state.Prove(path);

        Assert.Equal(
            StateProofVerdict.RootMismatch, proof.VerifyPresence(Sha256.Instance, prng.Hash(), path, value));
        Assert.Equal(
            StateProofVerdict.ValueMismatch, proof.VerifyPresence(Sha256.Instance, state.Root, path, prng.Hash()));
        Assert.Equal(
            StateProofVerdict.KeyAbsent, proof.VerifyPresence(Sha256.Instance, state.Root, prng.Hash(), value));
        Assert.Equal(
            StateProofVerdict.TooDeep,
            new StateProof(new Hash256[257], proof.Terminal).VerifyPresence(Sha256.Instance, state.Root, path, value));
        Assert.Equal(
            StateProofVerdict.TooDeep,
            new StateProof(new Hash256[257], null).VerifyAbsence(Sha256.Instance, state.Root, path));
    }

    [Fact]
    public void A_proof_is_decoded_as_it_was_encoded()
    {
        var prng = new Prng(9);
        var paths = DeepPaths.Make(60, prng);
        var state = MemoryState.Of(paths.Take(40).Select(p => KeyValuePair.Create(p, prng.Hash())));
        foreach (var path in paths)
        {
            var encoded = state.Prove(path).ToArray();

            Assert.True(StateProof.TryDecode(encoded, out var proof, out _));
            Assert.Equal(encoded, proof.ToArray());
        }
    }

    [Fact]
    public void Whatever_decodes_encodes_to_the_same_bytes()
    {
        var prng = new Prng(10);
        var paths = DeepPaths.Make(12, prng);
        var state = MemoryState.Of(paths.Take(8).Select(p => KeyValuePair.Create(p, prng.Hash())));
        for (var round = 0; round < 20_000; round++)
        {
            var encoded = state.Prove(paths[prng.Below(paths.Length)]).ToArray();
            encoded[prng.Below(Math.Min(encoded.Length, 48))] = (byte)prng.Below(256);
            if (prng.Below(4) == 0) encoded = encoded[..prng.Below(encoded.Length)];

            if (StateProof.TryDecode(encoded, out var proof, out var error)) Assert.Equal(encoded, proof.ToArray());
            else Assert.NotEqual(DecodeErrorKind.None, error.Kind);
        }
    }

    [Fact]
    public void An_encoding_that_is_not_canonical_is_refused()
    {
        var hash = new Prng(11).Hash();

        Assert.Equal(DecodeErrorKind.TooLarge, Decode(w => w.UInt64(1, 257)));
        Assert.Equal(DecodeErrorKind.WrongLength, Decode(w => w.UInt64(1, 1)));
        Assert.Equal(DecodeErrorKind.WrongLength, Decode(w => Siblings(w, 1, [0x80], [])));
        Assert.Equal(DecodeErrorKind.WrongLength, Decode(w => Siblings(w, 1, [0x00], hash.ToArray())));
        Assert.Equal(DecodeErrorKind.BadValue, Decode(w => Siblings(w, 1, [0x80], new byte[32])));
        Assert.Equal(DecodeErrorKind.BadValue, Decode(w => Siblings(w, 1, [0xc0], hash.ToArray())));
        Assert.Equal(DecodeErrorKind.MissingField, Decode(w => w.Hash(4, hash)));
        Assert.Equal(DecodeErrorKind.MissingField, Decode(w => w.Hash(5, hash)));
        Assert.Equal(DecodeErrorKind.UnexpectedField, Decode(w => w.Hash(6, hash)));
    }

    private static void Siblings(CanonicalWriter writer, ulong depth, byte[] bitmap, byte[] hashes)
    {
        writer.UInt64(1, depth);
        writer.Bytes(2, bitmap);
        writer.Bytes(3, hashes);
    }

    private static DecodeErrorKind Decode(Action<CanonicalWriter> write)
    {
        var writer = new CanonicalWriter();
        write(writer);
        Assert.False(StateProof.TryDecode(writer.Written, out _, out var error));
        return error.Kind;
    }

    private static void AssertRefused(MemoryState state, Hash256 path, StateProof proof)
    {
        var value = state.Model.GetValueOrDefault(path);
        Assert.NotEqual(
            StateProofVerdict.Valid, proof.VerifyPresence(Sha256.Instance, state.Root, path, value));
        Assert.NotEqual(StateProofVerdict.Valid, proof.VerifyAbsence(Sha256.Instance, state.Root, path));
    }
}
