using Ledger.Core.Crypto;
using Ledger.Core.Transactions;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Mempool;
using Ledger.Node.Observability;

namespace Ledger.Node.Admission;

/// <summary>Where a transaction came from.</summary>
internal enum AdmissionSource
{
    /// <summary>A client of this node, which passes it on to the other validators.</summary>
    Client,

    /// <summary>Another validator.</summary>
    Peer,
}

/// <summary>
/// The gate of the pool: every transaction passes here once on every node, cheap checks first, the signature last.
/// Refusals are values with a reason; nothing that a sender can put into a transaction throws.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class AdmissionService(
    TransactionRules rules,
    TransactionPool pool,
    ChainView chain,
    NodeClock clock,
    NodeMetrics metrics)
{
    /// <summary>
    /// Raised after a client's transaction entered the pool; called on the admitting thread, must not block.
    /// </summary>
    public event Action<CheckedTransaction, AdmissionSource>? Admitted;

    /// <summary>
    /// Admits a transaction. Held or already recorded ones are accepted again, which makes a retry harmless (P22).
    /// </summary>
    /// <param name="encoded">The signed transaction; must not change afterwards.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="id">Its id, once it could be decoded.</param>
    public Verdict Admit(ReadOnlyMemory<byte> encoded, AdmissionSource source, out Hash256 id)
    {
        var verdict = Check(encoded, source, out id);
        if (!verdict.IsAccepted) metrics.Refused(verdict.Refusal);
        return verdict;
    }

    /// <summary>
    /// Checks a transaction that a proposal names and this node lacks, and holds it. Time is not checked: that is
    /// judged at execution, by the block's time.
    /// </summary>
    public bool AdmitForProposal(ReadOnlyMemory<byte> encoded, IReadOnlySet<Hash256> wanted)
    {
        if (!rules.TryDecode(encoded, out var transaction).IsAccepted || !wanted.Contains(transaction!.Id)) return false;
        if (!rules.CheckSignature(transaction.Signed, chain.Members).IsAccepted) return false;
        pool.AddForProposal(transaction, MemberOf(transaction), clock.Elapsed, id => chain.IsRecorded(id));
        return true;
    }

    /// <summary>
    /// Holds transactions again that this node had accepted before it stopped; they come from its own disk.
    /// </summary>
    public IReadOnlyList<Hash256> Restore(IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        var ids = new List<Hash256>(transactions.Count);
        foreach (var encoded in transactions)
        {
            if (!rules.TryDecode(encoded, out var transaction).IsAccepted) continue;
            if (chain.Members.Find(transaction!.Signed.Content.Sender) is not { } sender) continue;
            pool.AddForProposal(transaction, sender.Member.Id, clock.Elapsed, id => chain.IsRecorded(id));
            ids.Add(transaction.Id);
        }

        return ids;
    }

    private Verdict Check(ReadOnlyMemory<byte> encoded, AdmissionSource source, out Hash256 id)
    {
        id = default;
        var verdict = rules.TryDecode(encoded, out var transaction);
        if (!verdict.IsAccepted) return verdict;
        id = transaction!.Id;
        if (pool.Contains(id) || chain.IsRecorded(id)) return Verdict.Accepted;
        verdict = rules.CheckTime(transaction.Signed, clock.Now);
        if (verdict.IsAccepted) verdict = TransactionRules.CheckSender(transaction, chain.Members);
        if (verdict.IsAccepted) verdict = rules.CheckSignature(transaction.Signed, chain.Members);
        if (verdict.IsAccepted) verdict = rules.CheckCoSignatures(transaction, chain.Members);
        if (verdict.IsAccepted) verdict = rules.CheckChange(transaction, chain.Validators, out _);
        if (!verdict.IsAccepted) return verdict;
        var added = pool.Add(transaction, MemberOf(transaction), clock.Elapsed, recorded => chain.IsRecorded(recorded));
        if (added == PoolAddResult.Full)
            return new Verdict(Refusal.PoolFull, "the node has more work than it can take; try again shortly");
        if (added == PoolAddResult.Added) Admitted?.Invoke(transaction, source);
        return Verdict.Accepted;
    }

    private string MemberOf(CheckedTransaction transaction) =>
        chain.Members.Find(transaction.Signed.Content.Sender)!.Value.Member.Id;
}
