using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Tests.Merkle;

public sealed class LogTreeVectorTests
{
    private const string FileName = "log-tree.json";

    [Fact]
    public void The_vector_file_is_what_this_implementation_makes() =>
        SpecVectors.AssertUnchanged(FileName, Generate());

    [Fact]
    public void Every_inclusion_vector_gets_its_verdict()
    {
        using var file = SpecVectors.Load(FileName);
        foreach (var vector in file.RootElement.GetProperty("inclusion").EnumerateArray())
        {
            var verdict = LogProofs.VerifyInclusion(
                Sha256.Instance,
                Hash(vector, "leaf_hash"),
                vector.GetProperty("index").GetUInt64(),
                vector.GetProperty("size").GetUInt64(),
                Path(vector),
                Hash(vector, "root"));

            Assert.Equal(vector.GetProperty("verdict").GetString(), SpecVectors.Reason(verdict));
        }
    }

    [Fact]
    public void Every_consistency_vector_gets_its_verdict()
    {
        using var file = SpecVectors.Load(FileName);
        foreach (var vector in file.RootElement.GetProperty("consistency").EnumerateArray())
        {
            var verdict = LogProofs.VerifyConsistency(
                Sha256.Instance,
                vector.GetProperty("from").GetUInt64(),
                vector.GetProperty("to").GetUInt64(),
                Path(vector),
                Hash(vector, "from_root"),
                Hash(vector, "to_root"));

            Assert.Equal(vector.GetProperty("verdict").GetString(), SpecVectors.Reason(verdict));
        }
    }

    private static JsonObject Generate()
    {
        var leaves = Leaves.ReferenceHashes();
        var log = MemoryLog.Of(leaves);
        var roots = Enumerable.Range(0, 9).Select(n => LogTree.RootOf(Sha256.Instance, leaves.AsSpan(0, n))).ToArray();
        var inclusion = new JsonArray();
        foreach (var (index, size) in new[] { (0, 1), (0, 2), (1, 2), (2, 3), (2, 5), (4, 5), (0, 8), (5, 7), (7, 8) })
        {
            var path = LogProofs.Inclusion(Sha256.Instance, (ulong)index, (ulong)size, log);
            inclusion.Add(Inclusion("valid", leaves[index], (ulong)index, (ulong)size, path, roots[size]));
        }

        var five = LogProofs.Inclusion(Sha256.Instance, 5, 7, log);
        inclusion.Add(Inclusion("the leaf of another index", leaves[4], 5, 7, five, roots[7]));
        inclusion.Add(Inclusion("another index", leaves[5], 4, 7, five, roots[7]));
        inclusion.Add(Inclusion("an index outside the tree", leaves[5], 7, 7, five, roots[7]));
        inclusion.Add(Inclusion("a tree without leaves", leaves[5], 0, 0, [], roots[0]));
        inclusion.Add(Inclusion("a size beyond the bound", leaves[5], 5, (1UL << 62) + 1, five, roots[7]));
        inclusion.Add(Inclusion("the last hash removed", leaves[5], 5, 7, five[..^1], roots[7]));
        inclusion.Add(Inclusion("a hash added", leaves[5], 5, 7, [.. five, roots[7]], roots[7]));
        inclusion.Add(Inclusion("two hashes swapped", leaves[5], 5, 7, [five[1], five[0], five[2]], roots[7]));
        Hash256[] flipped = [five[0], Leaves.FlipBit(five[1], 9), five[2]];
        inclusion.Add(Inclusion("one bit changed", leaves[5], 5, 7, flipped, roots[7]));
        inclusion.Add(Inclusion("the root of another size", leaves[5], 5, 7, five, roots[6]));

        var consistency = new JsonArray();
        (int From, int To)[] sizes =
            [(0, 0), (0, 5), (1, 1), (1, 8), (2, 5), (3, 7), (4, 7), (6, 8), (7, 8), (8, 8)];
        foreach (var (from, to) in sizes)
        {
            var path = LogProofs.Consistency(Sha256.Instance, (ulong)from, (ulong)to, log);
            consistency.Add(Consistency("valid", (ulong)from, (ulong)to, path, roots[from], roots[to]));
        }

        var three = LogProofs.Consistency(Sha256.Instance, 3, 7, log);
        consistency.Add(Consistency("sizes reversed", 7, 3, three, roots[7], roots[3]));
        consistency.Add(Consistency("the path removed", 3, 7, [], roots[3], roots[7]));
        consistency.Add(Consistency("the last hash removed", 3, 7, three[..^1], roots[3], roots[7]));
        consistency.Add(Consistency("a hash added", 3, 7, [.. three, roots[7]], roots[3], roots[7]));
        consistency.Add(Consistency("equal sizes with a path", 7, 7, three, roots[7], roots[7]));
        consistency.Add(Consistency("equal sizes with different roots", 7, 7, [], roots[7], roots[3]));
        consistency.Add(Consistency("another first root", 3, 7, three, roots[4], roots[7]));
        consistency.Add(Consistency("another second root", 3, 7, three, roots[3], roots[8]));
        consistency.Add(Consistency("a first tree without leaves but with a root", 0, 7, [], roots[1], roots[7]));

        return new JsonObject
        {
            ["spec"] = "docs/spec/log-tree.md",
            ["hash"] = Sha256.Instance.Name,
            ["leaves"] = new JsonArray([.. Leaves.Reference.Select(d => (JsonNode)Convert.ToHexStringLower(d))]),
            ["leaf_hashes"] = Hashes(leaves),
            ["roots_by_size"] = Hashes(roots),
            ["inclusion"] = inclusion,
            ["consistency"] = consistency,
        };
    }

    private static JsonObject Inclusion(
        string name, Hash256 leaf, ulong index, ulong size, Hash256[] path, Hash256 root) => new()
        {
            ["case"] = name,
            ["leaf_hash"] = leaf.ToString(),
            ["index"] = index,
            ["size"] = size,
            ["path"] = Hashes(path),
            ["root"] = root.ToString(),
            ["verdict"] = SpecVectors.Reason(
                LogProofs.VerifyInclusion(Sha256.Instance, leaf, index, size, path, root)),
        };

    private static JsonObject Consistency(
        string name, ulong from, ulong to, Hash256[] path, Hash256 fromRoot, Hash256 toRoot) => new()
        {
            ["case"] = name,
            ["from"] = from,
            ["to"] = to,
            ["path"] = Hashes(path),
            ["from_root"] = fromRoot.ToString(),
            ["to_root"] = toRoot.ToString(),
            ["verdict"] = SpecVectors.Reason(
                LogProofs.VerifyConsistency(Sha256.Instance, from, to, path, fromRoot, toRoot)),
        };

    private static JsonArray Hashes(IEnumerable<Hash256> hashes) =>
        new([.. hashes.Select(h => (JsonNode)h.ToString())]);

    private static Hash256 Hash(JsonElement vector, string name) =>
        Hash256.Parse(vector.GetProperty(name).GetString()!);

    private static Hash256[] Path(JsonElement vector) =>
        [.. vector.GetProperty("path").EnumerateArray().Select(h => Hash256.Parse(h.GetString()!))];
}
