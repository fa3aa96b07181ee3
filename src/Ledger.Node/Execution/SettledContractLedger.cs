using Ledger.Contracts.Runtime;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;

namespace Ledger.Node.Execution;

/// <summary>
/// The ledger on disk as contracts read it, after the block that is being written: where that block may have a part in the
/// answer, the answer waits for it.
/// </summary>
/// <remarks>Not thread-safe: the executor's.</remarks>
/// <param name="stored">What is on disk.</param>
/// <param name="pending">The block that is being written; null when none is.</param>
internal sealed class SettledContractLedger(IContractLedger stored, Func<PendingBlock?> pending) : IContractLedger
{
    public ReadOnlyMemory<byte>? Read(string space, ReadOnlyMemory<byte> key)
    {
        pending()?.Await(space);
        return stored.Read(space, key);
    }

    public IReadOnlyList<ContractEntry> Scan(
        string space, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte>? after, int limit)
    {
        pending()?.Await(space);
        return stored.Scan(space, prefix, after, limit);
    }

    // Those of genesis: no block changes them.
    public Member? Member(string id) => stored.Member(id);

    public ContractLeaf? Evidence(EvidenceId id)
    {
        pending()?.Await();
        return stored.Evidence(id);
    }

    public IReadOnlyList<ContractLeaf> EvidenceByDigest(ReadOnlyMemory<byte> digest, ulong from, int limit)
    {
        pending()?.Await();
        return stored.EvidenceByDigest(digest, from, limit);
    }

    public IReadOnlyList<ContractLeaf> Timeline(string subject, ulong afterSequence, int limit)
    {
        pending()?.Await();
        return stored.Timeline(subject, afterSequence, limit);
    }
}
