using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Merkle;
using Ledger.Core.Snapshots;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;
using Ledger.Storage.Snapshots;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Wire;

/// <summary>docs/spec/vectors/sync.json: requests and answers of docs/spec/sync.md, byte for byte.</summary>
public sealed class SyncVectorTests
{
    private static readonly Core.Membership.Genesis Genesis = A.Genesis();

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public void The_vectors_of_the_specification_are_these()
    {
        var vectors = new JsonObject
        {
            ["requests"] = ByName(Requests().Select(r => (r.Name, r.Request.Encode()))),
            ["answers"] = ByName(Answers()),
            ["state"] = State(),
            ["log"] = Log(),
        };

        Golden.Verify("docs/spec/vectors/sync.json", vectors.ToJsonString(Indented) + "\n");
    }

    private static IEnumerable<(string Name, SyncRequest Request)> Requests()
    {
        yield return ("128 blocks from 7", new SyncRequest.Blocks(new BlockHeight(7), 128));
        yield return ("a transaction", new SyncRequest.Transactions([Hash(1)]));
        yield return ("256 certificates from 300", new SyncRequest.Certificates(new BlockHeight(300), 256));
        yield return ("snapshots", new SyncRequest.Snapshots());
        yield return ("the whole state at 1000", new SyncRequest.State(new BlockHeight(1000), StateRange.Whole));
        yield return (
            "the state at 1000 below the bits 10",
            new SyncRequest.State(new BlockHeight(1000), StateRange.Whole.Split().High.Split().Low));
        yield return ("ids of 256 blocks from 1000 down", new SyncRequest.Remembered(new BlockHeight(1000), 256));
        yield return ("what block 12 came to", new SyncRequest.Execution(new BlockHeight(12)));
        yield return ("leaves 2048 to 3071 of a log of 5000", new SyncRequest.Leaves(5000, 2048, 1024));
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Answers()
    {
        var header = A.Header(Genesis).Encode();
        var certificate = A.Certificate(header, Genesis.Validators);
        var writer = new CanonicalWriter();
        SyncMessages.Append(writer, header, certificate.Encode(), [Make.Transaction(Genesis, "v").Encoded]);
        yield return ("a block", writer.ToArray());
        writer.Clear();
        SyncMessages.Append(writer, new BlockHeight(1), certificate);
        yield return ("a certificate", writer.ToArray());
        writer.Clear();
        SnapshotMessages.Append(writer, header, [Hash(1), Hash(2)]);
        yield return ("a block's ids", writer.ToArray());
        yield return ("a snapshot", SnapshotMessages.EncodeManifests(
            [new SnapshotManifest(header, certificate.Encode(), [], [Hash(3)])]));
        yield return ("too large a range", SnapshotMessages.Encode(new ServedChunk(new BlockHeight(1000), null)));
        yield return ("what a block came to", new BlockExecution([new byte[] { 8, 4 }], [Entry(1)]).Encode());
    }

    // Every entry, the root over all, and the answers for some ranges.
    private static JsonObject State()
    {
        var hash = Sha256.Instance;
        var entries = Enumerable.Range(0, 9).Select(Entry).OrderBy(e => e.LeafWith(hash).Path).ToArray();
        var pages = new Pages();
        var update = new StateTree(hash).Apply(
            StateTree.EmptyRoot, pages,
            [.. entries.Select(e => e.LeafWith(hash)).Select(l => new StateChange(l.Path, l.ValueHash))]);
        pages.Store(update);
        var ranges = new JsonObject();
        foreach (var range in Ranges(StateRange.Whole, 3).Append(Deep(entries[0].LeafWith(hash).Path)))
        {
            var inside = entries.Where(e => range.Contains(e.LeafWith(hash).Path)).ToArray();
            var proof = StateRangeProof.Of(hash, update.Root, pages, range);
            Assert.Equal(
                StateRangeVerdict.Valid,
                proof.Verify(hash, update.Root, range, [.. inside.Select(e => e.LeafWith(hash))]));
            ranges[$"{range.Depth}:{Convert.ToHexStringLower(range.Prefix.AsSpan()[..5])}"] =
                Hex(SnapshotMessages.Encode(new ServedChunk(new BlockHeight(1000), new StateChunk(proof, inside))));
        }

        return new JsonObject { ["state_root"] = update.Root.ToString(), ["answers_by_depth_and_prefix"] = ranges };
    }

    // Seven leaves, their root, and the answers for each range of two and for the whole.
    private static JsonObject Log()
    {
        var hash = Sha256.Instance;
        var leaves = Enumerable.Range(0, 7).Select(i => new byte[] { 10, (byte)i }).ToArray();
        var hashes = leaves.Select(l => LogTree.LeafHash(hash, l)).ToArray();
        var root = LogTree.RootOf(hash, hashes);
        var ranges = Enumerable.Range(0, 6).Select(i => new LogSegment((ulong)i, 2)).Append(new LogSegment(0, 7));
        var answers = new JsonObject();
        foreach (var range in ranges)
        {
            var shown = leaves[(int)range.Start..(int)range.End];
            Hash256[] proof = [.. LogRange.Outside(range, 7).Select(
                s => LogTree.RootOf(hash, hashes.AsSpan((int)s.Start, (int)s.Count)))];
            Assert.Equal(
                LogProofVerdict.Valid,
                LogRange.Verify(hash, range.Start, hashes.AsSpan((int)range.Start, (int)range.Count), 7, proof, root));
            answers[$"{range.Start}+{range.Count}"] =
                Hex(LeafMessages.Encode(new ServedLeaves(proof, [.. shown.Select(l => (ReadOnlyMemory<byte>)l)])));
        }

        return new JsonObject
        {
            ["leaves"] = new JsonArray([.. leaves.Select(l => (JsonNode?)Hex(l))]),
            ["log_root"] = root.ToString(),
            ["answers_by_first_and_count"] = answers,
        };
    }

    private static IEnumerable<StateRange> Ranges(StateRange range, int depth)
    {
        yield return range;
        if (range.Depth == depth) yield break;
        var (low, high) = range.Split();
        foreach (var below in Ranges(low, depth).Concat(Ranges(high, depth))) yield return below;
    }

    // A range beside the one key that is near: it is empty, and that key stands in its way.
    private static StateRange Deep(in Hash256 path)
    {
        var range = StateRange.Whole;
        for (var i = 0; i < 12; i++)
        {
            var (low, high) = range.Split();
            range = low.Contains(path) == i < 11 ? low : high;
        }

        return range;
    }

    private static SnapshotEntry Entry(int number) => new(
        "timelines", System.Text.Encoding.UTF8.GetBytes($"order-{number}"), new byte[] { 8, (byte)(number + 1) });

    private static Hash256 Hash(byte number) => Sha256.Instance.Hash([number]);

    private static JsonObject ByName(IEnumerable<(string Name, byte[] Bytes)> messages) =>
        new(messages.Select(m => KeyValuePair.Create<string, JsonNode?>(m.Name, Hex(m.Bytes))));

    private static JsonValue? Hex(byte[] bytes) => JsonValue.Create(Convert.ToHexStringLower(bytes));

    private sealed class Pages : IStateNodes
    {
        private readonly Dictionary<StatePageKey, byte[]> _pages = [];

        public void Store(StateUpdate update)
        {
            foreach (var write in update.Writes) _pages[write.Key] = write.Page!;
        }

        public int ReadPage(in StatePageKey key, Span<byte> destination)
        {
            if (!_pages.TryGetValue(key, out var page)) return -1;
            page.CopyTo(destination);
            return page.Length;
        }
    }
}
