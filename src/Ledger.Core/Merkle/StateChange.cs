using Ledger.Core.Crypto;

namespace Ledger.Core.Merkle;

/// <summary>A key of the state tree and what it holds, both as hashes.</summary>
/// <param name="Path">The key's place: <see cref="StateHash.PathOf"/>.</param>
/// <param name="ValueHash">The value's hash: <see cref="StateHash.ValueHashOf"/>.</param>
public readonly record struct StateLeaf(Hash256 Path, Hash256 ValueHash);

/// <summary>One change in a batch.</summary>
/// <param name="Path">The key's place.</param>
/// <param name="ValueHash">The new value's hash, or null to remove the key. Removing an absent key changes
/// nothing.</param>
public readonly record struct StateChange(Hash256 Path, Hash256? ValueHash);

/// <summary>One record that storage has to write for a batch.</summary>
/// <param name="Key">The record's key.</param>
/// <param name="Page">The new bytes, or null to delete the record.</param>
public readonly record struct StatePageWrite(StatePageKey Key, byte[]? Page);

/// <summary>What a batch did.</summary>
/// <param name="Root">The tree's root after the batch.</param>
/// <param name="Writes">The records to write, each key once. Empty when nothing changed.</param>
public sealed record StateUpdate(Hash256 Root, IReadOnlyList<StatePageWrite> Writes);
