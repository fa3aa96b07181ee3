using Ledger.Core.Evidence;
using Ledger.Core.Membership;

namespace Ledger.Contracts.Runtime;

/// <summary>
/// The ledger as a contract transaction finds it: everything below its block, and what came before it in its block. Each
/// answer is a function of the chain, the same on every node.
/// </summary>
/// <remarks>Not thread-safe; used by the contract thread while the executor waits.</remarks>
public interface IContractLedger
{
    /// <summary>A value of the state, or null.</summary>
    ReadOnlyMemory<byte>? Read(string space, ReadOnlyMemory<byte> key);

    /// <summary>
    /// The entries of a namespace whose keys begin with <paramref name="prefix"/> and come after
    /// <paramref name="after"/> (all of them when it is null), in ascending byte order of keys, at most
    /// <paramref name="limit"/>.
    /// </summary>
    IReadOnlyList<ContractEntry> Scan(
        string space, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte>? after, int limit);

    /// <summary>A member by its id, or null.</summary>
    Member? Member(string id);

    /// <summary>A leaf of the log, or null.</summary>
    ContractLeaf? Evidence(EvidenceId id);

    /// <summary>Leaves with a digest of this value, oldest first, from log index <paramref name="from"/>.</summary>
    IReadOnlyList<ContractLeaf> EvidenceByDigest(ReadOnlyMemory<byte> digest, ulong from, int limit);

    /// <summary>A subject's leaves whose sequence is above <paramref name="afterSequence"/>, oldest first.</summary>
    IReadOnlyList<ContractLeaf> Timeline(string subject, ulong afterSequence, int limit);
}

/// <summary>A key and its value.</summary>
public readonly record struct ContractEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>A leaf of the log, with its decoded record and its place.</summary>
public readonly record struct ContractLeaf(ulong Index, EvidenceLeaf Leaf, EvidenceRecord Record);

/// <summary>A change of the state; a null value deletes.</summary>
public readonly record struct ContractWrite(string Space, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Value);
