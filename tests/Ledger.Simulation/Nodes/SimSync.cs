using Ledger.Core.Blocks;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Admission;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Sync;
using Ledger.Simulation.World;

namespace Ledger.Simulation.Nodes;

/// <summary>Runs the product's <see cref="CatchUp"/> over the simulated network, as <see cref="BlockSync"/> does.</summary>
internal sealed class SimSync
{
    private const int TickMs = 100;

    // The machine forgets a request before that by itself.
    private const int TimeoutMs = 30_000;

    private readonly SimWorld _world;
    private readonly SimNode _node;
    private readonly NodeLife _life;
    private readonly NodeClock _clock;
    private readonly CatchUp _machine;

    // Handed to execution and not yet applied. Bound: CatchUpOptions.MaxApplying.
    private readonly HashSet<ExecutionRequest> _applying = new(ReferenceEqualityComparer.Instance);
    private long _tickAt;

    public SimSync(
        SimWorld world, SimNode node, NodeLife life, Genesis genesis, TransactionRules rules, NodeClock clock)
    {
        _world = world;
        _node = node;
        _life = life;
        _clock = clock;
        var sets = new EpochSets(life.Store);
        // One core: the check of signatures starts no threads.
        var verifier = new RangeVerifier(genesis, rules, () => life.ChainView.Members, sets.Find, cores: 1);
        _machine = new CatchUp(verifier, CatchUpOptions.For(genesis.Parameters), Head());
        SetPeers();
    }

    /// <summary>Asks whoever this node knows now.</summary>
    public void SetPeers() => Step(new SyncInput.Peers(_life.Sources));

    public void Request(BlockHeight atLeast) => Step(new SyncInput.Target(atLeast));

    /// <summary>Execution has done a request.</summary>
    public void OnApplied(ExecutionRequest request)
    {
        if (_applying.Remove(request)) Step(new SyncInput.Applied());
    }

    public void Tick()
    {
        if (_clock.Elapsed < _tickAt) return;
        _tickAt = _clock.Elapsed + TickMs;
        Step(new SyncInput.Tick(Head()));
    }

    private ChainHead Head()
    {
        var certified = _life.ChainView.Certified;
        return ChainHead.Of(certified.Header, certified.Hash);
    }

    private void Step(SyncInput input)
    {
        if (!_life.IsRunning) return;
        var effects = new List<SyncEffect>();
        _machine.Step(input, _clock.Elapsed, effects);
        foreach (var effect in effects) Perform(effect);
    }

    private void Perform(SyncEffect effect)
    {
        switch (effect)
        {
            case SyncEffect.Ask ask:
                Ask(ask.Id, ask.Peer, ask.Request.Encode());
                break;
            case SyncEffect.Apply apply:
                var request = new ApplyCertified(apply.Blocks, Done: null);
                _applying.Add(request);
                _life.Apply(request);
                break;
            case SyncEffect.PeerLied lied:
                _world.Trace($"node {_node.Index} finds that {_world.Keys.MachineOf(lied.Peer)} lied: {lied.Fault}");
                break;
            case SyncEffect.CaughtUp caughtUp:
                _world.Trace($"node {_node.Index} caught up from block {caughtUp.From} to block {caughtUp.To}");
                break;
        }
    }

    private void Ask(long id, PeerId peer, byte[] request) =>
        _life.Ask(peer, request, TimeoutMs, answer => Step(answer is { } bytes
            ? new SyncInput.Answered(id, bytes)
            : new SyncInput.Failed(id)));
}
