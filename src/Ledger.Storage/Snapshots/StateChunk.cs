using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Storage.Snapshots;

/// <summary>A key of the state with its value, as a snapshot carries it.</summary>
public sealed record SnapshotEntry(string Namespace, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)
{
    /// <summary>The entry's place in the state tree.</summary>
    public StateLeaf LeafWith(HashFunction hash) =>
        new(StateHash.PathOf(hash, Namespace, Key.Span), StateHash.ValueHashOf(hash, Value.Span));
}

/// <summary>The entries of a range of the state tree, in path order, with the proof that these are all.</summary>
public sealed record StateChunk(StateRangeProof Proof, IReadOnlyList<SnapshotEntry> Entries);

/// <summary>A block of which only the transaction ids are remembered.</summary>
/// <param name="Height">Its height.</param>
/// <param name="Previous">The hash of the header below it.</param>
/// <param name="HeaderBytes">Its encoded header.</param>
/// <param name="Ids">The ids, in the order of the block.</param>
public sealed record RememberedBlock(
    BlockHeight Height, Hash256 Previous, ReadOnlyMemory<byte> HeaderBytes, IReadOnlyList<Hash256> Ids);

/// <summary>A leaf of the log as a snapshot brings it.</summary>
/// <param name="Encoded">The leaf's canonical bytes.</param>
/// <param name="Hash">Their RFC 9162 leaf hash.</param>
public readonly record struct SnapshotLeaf(ReadOnlyMemory<byte> Encoded, Hash256 Hash);
