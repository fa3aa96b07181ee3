using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Transactions;
using Ledger.Testing.Consensus;

namespace Ledger.Simulation.World;

/// <summary>
/// The clients: submit transactions to nodes of their choice, and again, elsewhere too, until they are certified. A retry is
/// the same transaction.
/// </summary>
internal sealed class SimClients(SimWorld world, SplitMix64 random)
{
    private const long LifetimeMs = 3_600_000 * 4;
    private const int RetryMs = 700;

    // Bound: what the plan and scenarios submit.
    private readonly List<SignedTransaction> _transactions = [];

    public int Count => _transactions.Count;

    public int PendingCount => _transactions.Count(t => !world.Checks.IsCertified(t.Id));

    /// <summary>Whether everything is certified, at every honest validator, and each takes part.</summary>
    public bool AreServed() => PendingCount == 0 && world.Governance.IsSettled && world.HonestValidators.All(IsServedBy);

    /// <summary>The same of those that run.</summary>
    public bool AreServedByRunning() =>
        PendingCount == 0 && world.HonestValidators.Where(n => n.Life is not null).All(IsServedBy);

    /// <summary>Submits a new transaction, to a node or to any.</summary>
    public void Submit(int? node = null)
    {
        var validUntil = new Timestamp((ulong)(SimClock.StartUnixMs + world.Now + LifetimeMs));
        var member = random.Below(world.Plan.Machines);
        var transaction = world.Chain.Transaction(member, _transactions.Count, validUntil);
        _transactions.Add(transaction);
        Try(transaction, node);
    }

    // Has everything, and takes part in consensus: one that only follows would be missed at the next fault.
    private bool IsServedBy(Nodes.SimNode node) =>
        node.Life is { } life
        && life.ChainView.Certified.Header.Height.Value >= world.Checks.Highest
        && life.Self is not null
        && !life.Status.InViewChange;

    private void Try(SignedTransaction transaction, int? at)
    {
        if (world.Checks.IsCertified(transaction.Id)) return;
        var node = world.Nodes[at ?? world.Governance.AnyValidator(random)];
        // What a lying node accepts, it may throw away: the client learns nothing and tries elsewhere.
        node.Life?.Admit(transaction.Encoded);
        world.After(RetryMs + random.Below(RetryMs), () => Try(transaction, null));
    }
}
