using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

public sealed class StateTreeVectorTests
{
    private const string FileName = "state-tree.json";

    private static readonly (string Space, string Key, string Value)[] Entries =
    [
        ("accounts", "alice", "100"), ("accounts", "bob", ""), ("account", "salice", "100"), ("", "", "nothing named"),
        ("members", "\u533b\u9662", "provider"), ("heads", "order-1", "1"), ("heads", "order-2", "2"),
    ];

    [Fact]
    public void The_vector_file_is_what_this_implementation_makes() =>
        SpecVectors.AssertUnchanged(FileName, Generate());

    [Fact]
    public void Every_proof_vector_gets_its_verdict()
    {
        using var file = SpecVectors.Load(FileName);
        foreach (var vector in file.RootElement.GetProperty("proofs").EnumerateArray())
        {
            var encoded = Convert.FromHexString(vector.GetProperty("proof").GetString()!);
            Assert.True(StateProof.TryDecode(encoded, out var proof, out _));

            var root = Hash256.Parse(vector.GetProperty("root").GetString()!);
            var path = Hash256.Parse(vector.GetProperty("path").GetString()!);
            var verdict = vector.TryGetProperty("value_hash", out var value)
                ? proof.VerifyPresence(Sha256.Instance, root, path, Hash256.Parse(value.GetString()!))
                : proof.VerifyAbsence(Sha256.Instance, root, path);

            Assert.Equal(vector.GetProperty("verdict").GetString(), SpecVectors.Reason(verdict));
        }
    }

    [Fact]
    public void Every_malformed_proof_vector_is_refused_with_its_error()
    {
        using var file = SpecVectors.Load(FileName);
        foreach (var vector in file.RootElement.GetProperty("malformed_proofs").EnumerateArray())
        {
            var encoded = Convert.FromHexString(vector.GetProperty("proof").GetString()!);

            Assert.False(StateProof.TryDecode(encoded, out _, out var error));
            Assert.Equal(vector.GetProperty("error").GetString(), SpecVectors.Reason(error.Kind));
        }
    }

    private static JsonObject Generate()
    {
        var entries = new JsonArray();
        var roots = new JsonArray { Hash256.Zero.ToString() };
        var state = new MemoryState();
        foreach (var (space, key, value) in Entries)
        {
            var path = PathOf(space, key);
            var valueHash = StateHash.ValueHashOf(Sha256.Instance, System.Text.Encoding.UTF8.GetBytes(value));
            state.Apply([new StateChange(path, valueHash)]);
            roots.Add(state.Root.ToString());
            entries.Add(new JsonObject
            {
                ["namespace"] = space,
                ["key"] = key,
                ["value"] = value,
                ["path"] = path.ToString(),
                ["value_hash"] = valueHash.ToString(),
            });
        }

        var prng = new Prng(2026);
        var deep = MemoryState.Of(DeepPaths.Make(9, prng).Select(p => KeyValuePair.Create(p, prng.Hash())));
        var contents = new JsonArray();
        foreach (var (path, value) in deep.Model) contents.Add(new JsonArray(path.ToString(), value.ToString()));
        return new JsonObject
        {
            ["spec"] = "docs/spec/state-tree.md",
            ["hash"] = Sha256.Instance.Name,
            ["entries"] = entries,
            ["roots_by_count"] = roots,
            ["deep_contents"] = contents,
            ["deep_root"] = deep.Root.ToString(),
            ["proofs"] = Proofs(state, deep, prng),
            ["malformed_proofs"] = Malformed(deep),
        };
    }

    private static JsonArray Proofs(MemoryState state, MemoryState deep, Prng prng)
    {
        var alice = PathOf("accounts", "alice");
        var value = state.Model[alice];
        var proof = state.Prove(alice);
        var siblings = proof.Siblings.ToArray();
        var carol = PathOf("accounts", "carol");
        var other = state.Model.First(m => m.Key.Bit(0) != alice.Bit(0));
        var (deepPath, deepValue) = deep.Model.First();
        var beside = DeepPaths.Branch(deepPath, 200, prng);
        return
        [
            Vector("a key that is present", state.Root, alice, value, proof),
            Vector("a key that is absent", state.Root, carol, null, state.Prove(carol)),
            Vector("the tree without keys", Hash256.Zero, carol, null, new MemoryState().Prove(carol)),
            Vector("a key deep in the tree", deep.Root, deepPath, deepValue, deep.Prove(deepPath)),
            Vector("a key absent deep in the tree", deep.Root, beside, null, deep.Prove(beside)),
            Vector("presence of another value", state.Root, alice, other.Value, proof),
            Vector("presence with another key's proof", state.Root, alice, value, state.Prove(other.Key)),
            Vector("absence of a present key", state.Root, alice, null, proof),
            Vector("absence with a leaf from elsewhere", state.Root, alice, null, state.Prove(other.Key)),
            Vector("absence by hiding the leaf", state.Root, alice, null, new StateProof(siblings, null)),
            Vector("another root", deep.Root, alice, value, proof),
            Vector(
                "the last sibling removed", state.Root, alice, value,
                new StateProof(siblings[..^1], proof.Terminal)),
            Vector(
                "an empty sibling added", state.Root, alice, value,
                new StateProof([.. siblings, default], proof.Terminal)),
            Vector(
                "one bit of a sibling changed", state.Root, alice, value,
                new StateProof([Leaves.FlipBit(siblings[0], 77), .. siblings[1..]], proof.Terminal)),
        ];
    }

    private static JsonArray Malformed(MemoryState deep)
    {
        var good = deep.Prove(deep.Model.First().Key).ToArray();
        return
        [
            Refused("nothing after a tag", [0x08]),
            Refused("more siblings than a path has bits", [0x08, 0x81, 0x02]),
            Refused("no bitmap", [0x08, 0x01]),
            Refused("a bitmap that announces a missing sibling", [0x08, 0x01, 0x12, 0x01, 0x80]),
            Refused("a bit set beyond the depth", [0x08, 0x01, 0x12, 0x01, 0x40]),
            Refused("a sibling of zero bytes", [0x08, 0x01, 0x12, 0x01, 0x80, 0x1a, 0x20, .. new byte[32]]),
            Refused("a path without a value hash", [0x22, 0x20, .. new byte[32]]),
            Refused("an unknown field", [.. good, 0x30, 0x01]),
            Refused("the last byte missing", good[..^1]),
        ];
    }

    private static JsonObject Refused(string name, byte[] proof)
    {
        Assert.False(StateProof.TryDecode(proof, out _, out var error));
        return new JsonObject
        {
            ["case"] = name,
            ["proof"] = Convert.ToHexStringLower(proof),
            ["error"] = SpecVectors.Reason(error.Kind),
        };
    }

    private static JsonObject Vector(string name, Hash256 root, Hash256 path, Hash256? value, StateProof proof)
    {
        var vector = new JsonObject { ["case"] = name, ["root"] = root.ToString(), ["path"] = path.ToString() };
        if (value is { } expected) vector["value_hash"] = expected.ToString();
        vector["proof"] = Convert.ToHexStringLower(proof.ToArray());
        vector["verdict"] = SpecVectors.Reason(value is { } v
            ? proof.VerifyPresence(Sha256.Instance, root, path, v)
            : proof.VerifyAbsence(Sha256.Instance, root, path));
        return vector;
    }

    private static Hash256 PathOf(string space, string key) =>
        StateHash.PathOf(Sha256.Instance, space, System.Text.Encoding.UTF8.GetBytes(key));
}
