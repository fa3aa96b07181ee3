using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Node.Driver;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Checks;

/// <summary>
/// What must hold in every run, looked at after every event that could break it. A node counts from here on as long as it
/// is honest: it does not lie, and its disk holds what was synced to it.
/// </summary>
internal sealed class PropertyChecks(SimWorld world)
{
    // A view that honest validators can have reached by their timers in the few minutes of a run.
    private const ulong MostViews = 100_000;

    // Bound of each collection below: the heights and views of one run.
    private readonly Dictionary<ulong, Hash256> _executed = [];
    private readonly Dictionary<ulong, Hash256> _certified = [];
    private readonly Dictionary<Hash256, ulong> _heights = [];
    private readonly Dictionary<(int Node, ulong Epoch, MessageKind Kind, ulong View, ulong Height), Hash256> _said = [];
    private readonly Dictionary<(int Node, ulong Epoch, ulong Height), ulong> _committedIn = [];
    private readonly ulong[] _promised = new ulong[world.Plan.Machines];
    private readonly ulong[] _certifiedBy = new ulong[world.Plan.Machines];
    private readonly (NodeLife? Life, ulong Epoch, ulong View, bool Asking, ulong Executed, ulong Stable)[] _last =
        new (NodeLife?, ulong, ulong, bool, ulong, ulong)[world.Plan.Machines];

    /// <summary>The highest block that an honest node knows as certified.</summary>
    public ulong Highest { get; private set; }

    public int ViewsEntered { get; private set; }

    /// <summary>Signatures that these checks themselves verified.</summary>
    public long SignaturesVerified { get; private set; }

    /// <summary>Whether a transaction is in a certified block.</summary>
    public bool IsCertified(in Hash256 transaction) => _heights.ContainsKey(transaction);

    public void Require(bool holds, string property, string message)
    {
        if (!holds) throw new SimulationFailure(property, $"at {world.Now} ms: {message}");
    }

    /// <summary>A process started: what it promised before, it still knows.</summary>
    public void OnStarted(SimNode node, NodeLife life)
    {
        var executed = life.Store.Watermark!.Height.Value;
        Require(
            executed >= _promised[node.Index], "durable",
            $"node {node.Index} signed block {_promised[node.Index]} and starts at block {executed}");
        for (var height = 1UL; height <= executed; height++)
        {
            if (!_executed.TryGetValue(height, out var known)) continue;
            var own = life.Store.Live.Blocks.Header(new BlockHeight(height))!.Hash;
            Require(own == known, "agreement", $"node {node.Index} starts with another block {height}");
        }
    }

    /// <summary>An honest node is about to send a message.</summary>
    public void OnSent(SimNode node, NodeLife life, ConsensusMessage message)
    {
        if (message.Signer != life.Epoch.Self) return;
        var epoch = life.Epoch.Validators.Epoch.Value;
        if (message is Status status)
        {
            Require(
                status.Content.Progress.Length <= world.Plan.PromisedWindow, "watermarks",
                $"node {node.Index} keeps votes for {status.Content.Progress.Length} heights above the stable one");
        }

        var (view, height) = message switch
        {
            Vote vote => (vote.View.Value, vote.Height.Value),
            Checkpoint checkpoint => (0UL, checkpoint.Height.Value),
            ViewChange viewChange => (viewChange.NewView.Value, 0UL),
            NewView newView => (newView.View.Value, 0UL),
            _ => (ulong.MaxValue, 0UL),
        };
        if (view == ulong.MaxValue) return;
        Require(view < MostViews, "bounded-views", $"node {node.Index} is in view {view}");
        var content = world.Chain.Suite.Hash.Hash(message.Payload.Span);
        var key = (node.Index, epoch, message.Kind, view, height);
        if (!_said.TryAdd(key, content))
        {
            Require(
                _said[key] == content, "no-contradiction",
                $"node {node.Index} signs a second {message.Kind} in view {view} at height {height}");
            return;
        }

        if (message is Checkpoint sent) OnPromise(node, sent);
        if (message is Commit) _committedIn[(node.Index, epoch, height)] = view;
        if (message is ViewChange asked) OnViewChange(node, life.Epoch, asked);
    }

    /// <summary>An honest node executed blocks above a height.</summary>
    public void OnExecuted(SimNode node, NodeLife life, BlockHeight above)
    {
        for (var height = above.Next; height <= life.Executed; height = height.Next)
        {
            var header = life.Store.Live.Blocks.Header(height)!;
            world.Trace($"node {node.Index} executed block {height}, {header.Header.TransactionCount} transactions");
            if (_executed.TryAdd(height.Value, header.Hash)) CheckTime(node, header.Header);
            Require(
                _executed[height.Value] == header.Hash, "agreement",
                $"node {node.Index} executed another block {height} than some node before it");
        }
    }

    /// <summary>An honest node may know of more certified blocks.</summary>
    public void OnCertified(SimNode node, NodeLife life, bool first)
    {
        var newest = life.ChainView.Certified.Header.Height.Value;
        var from = _certifiedBy[node.Index];
        if (newest <= from && !first) return;
        // A certificate need not be synced: a node that lost power may know of fewer than before.
        _certifiedBy[node.Index] = newest;
        for (var height = from + 1; height <= newest; height++) CheckCertified(node, life, new BlockHeight(height));
        Highest = Math.Max(Highest, newest);
    }

    /// <summary>An honest node has taken a batch of inputs in.</summary>
    public void AfterStep(SimNode node, NodeLife life)
    {
        if (!node.IsHonest) return;
        var status = life.Status;
        var (epoch, stable, executed) = (status.Epoch.Value, status.Stable.Value, status.Executed.Value);
        var last = _last[node.Index];
        if (last.Life == life)
        {
            // Views begin anew with an epoch.
            var isSameEpoch = epoch == last.Epoch;
            Require(
                epoch >= last.Epoch && (status.View >= last.View || !isSameEpoch) && executed >= last.Executed
                && stable >= last.Stable,
                "watermarks", $"node {node.Index} went back: {last} to {status}");
            if (isSameEpoch && !status.InViewChange && (status.View > last.View || last.Asking)) ViewsEntered++;
        }

        _last[node.Index] = (life, epoch, status.View, status.InViewChange, executed, stable);
        CheckEpoch(node, life);
        Require(stable <= executed, "watermarks", $"node {node.Index}: stable {stable} above executed {executed}");
        // A node that lost an unsynced certificate may start with more than a window; see Replica's constructor.
        Require(
            executed - stable <= 2UL * world.Plan.PromisedWindow, "watermarks",
            $"node {node.Index}: {executed - stable} heights executed above the stable one");
        Require(status.View < MostViews, "bounded-views", $"node {node.Index} is in view {status.View}");
        Require(
            life.Pool.Count <= world.Clients.Count + world.Governance.Proposed + 1, "bounded-memory",
            $"node {node.Index} holds {life.Pool.Count} transactions");
    }

    /// <summary>How far each honest node is, for messages.</summary>
    public string Describe() => string.Join("; ", world.Nodes.Select(n => n.Life is { } life
        ? $"{n.Index}{(n.IsHonest ? "" : "*")}: epoch {life.Status.Epoch} " +
            $"view {life.Status.View}{(life.Status.InViewChange ? "?" : "")} " +
            $"executed {life.Executed} certified {life.ChainView.Certified.Header.Height} pool {life.Pool.Count}"
        : $"{n.Index}{(n.IsHonest ? "" : "*")}: down {n.Failure}"));

    private void CheckEpoch(SimNode node, NodeLife life)
    {
        var own = life.Epoch.Validators;
        var known = world.Governance.SetOf(own.Epoch);
        Require(
            known is not null && own.Encoded.Span.SequenceEqual(known.Encoded.Span), "membership",
            $"node {node.Index} is in epoch {own.Epoch} with other validators than were approved, or before it began");
    }

    private void OnPromise(SimNode node, Checkpoint sent) =>
        _promised[node.Index] = Math.Max(_promised[node.Index], sent.Height.Value);

    // OSDI '99 section 4.4: a commit promises that every later view-change shows the certificate, or one of a later view.
    private void OnViewChange(SimNode node, EpochParts parts, ViewChange asked)
    {
        var epoch = parts.Validators.Epoch.Value;
        var shown = asked.Prepared.ToDictionary(p => p.Height.Value, p => p.View.Value);
        var above = Math.Max(asked.StableHeight.Value, parts.Base.Value);
        for (var height = above + 1; height <= above + world.Plan.PromisedWindow; height++)
        {
            if (!_committedIn.TryGetValue((node.Index, epoch, height), out var view)) continue;
            Require(
                shown.TryGetValue(height, out var in_) && in_ >= view, "commits-are-promises",
                $"node {node.Index} committed height {height} in view {view} and hides it from view {asked.NewView}");
        }
    }

    private void CheckCertified(SimNode node, NodeLife life, BlockHeight height)
    {
        var blocks = life.Store.Live.Blocks;
        var header = blocks.Header(height)!;
        var isFirst = false;
        if (!_certified.TryAdd(height.Value, header.Hash))
        {
            Require(
                _certified[height.Value] == header.Hash, "agreement", $"node {node.Index}: another certified block {height}");
        }
        else
        {
            world.Trace($"block {height} is certified at node {node.Index}");
            isFirst = true;
            var block = blocks.Block(height)!;
            foreach (var transaction in block.Transactions)
            {
                Require(
                    _heights.TryAdd(transaction.Id, height.Value), "once",
                    $"transaction {transaction.Id} is in block {height} again");
            }
        }

        // Held against who validates by the model, and not by the chain.
        var validators = world.Governance.SetOf(header.Header.Epoch);
        Require(
            validators is not null, "membership",
            $"node {node.Index}: block {height} is of epoch {header.Header.Epoch}, which has not begun");
        if (isFirst) world.Governance.OnCertified(header.Header, blocks.Block(height)!);
        if (blocks.Certificate(height) is not { } certificate) return;
        SignaturesVerified += certificate.SignerCount;
        Require(
            certificate.Verify(header.Hash, validators!, world.Chain.Suite) == CertificateFault.None,
            "certificates", $"node {node.Index}: the certificate of block {height} does not hold");
    }

    // A quorum of clocks bounds time: some honest validator found the proposal's time within the drift of its own clock.
    private void CheckTime(SimNode node, BlockHeader header)
    {
        var latest = world.Honest.Where(n => !world.Plan.BadClocks.Contains(n.Index))
            .Max(n => n.Provider.Now.UnixMilliseconds);
        // Each block is at least a millisecond after the one below.
        Require(
            header.Time.UnixMilliseconds <= latest + SimPlan.PromisedDriftMs + header.Height.Value, "consensus-time",
            $"node {node.Index}: block {header.Height} is at {header.Time}, honest clocks at most at {latest}");
    }
}
