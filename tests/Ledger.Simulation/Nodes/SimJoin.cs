using Ledger.Network;
using Ledger.Node.Sync;
using Ledger.Simulation.Disk;
using Ledger.Simulation.World;
using Ledger.Storage;
using Ledger.Storage.Schema;
using Ledger.Storage.Votes;

namespace Ledger.Simulation.Nodes;

/// <summary>
/// What a node's process is until a snapshot is whole: the product's <see cref="SnapshotJoin"/> and store over the simulated
/// network and disk, as <see cref="SnapshotJoiner"/> has them.
/// </summary>
internal sealed class SimJoin : IDisposable
{
    private const int TickMs = 100;

    // The machine forgets a request before that by itself.
    private const int TimeoutMs = 30_000;

    // So few that lies and deaths fall between answers.
    private const int RangeLeaves = 3;

    private readonly SimWorld _world;
    private readonly SimNode _node;
    private readonly Action _joined;
    private readonly LedgerStore _store;
    private readonly VoteLog _votes;
    private readonly SnapshotJoin _machine;
    private bool _isRunning = true;

    /// <param name="world">The world.</param>
    /// <param name="node">The machine.</param>
    /// <param name="joined">Told when the snapshot is whole, or when nobody offers one.</param>
    public SimJoin(SimWorld world, SimNode node, Action joined)
    {
        _world = world;
        _node = node;
        _joined = joined;
        var genesis = world.Genesis;
        _store = LedgerStore.Open(new SimDatabase(node.Chain, LedgerSchema.Families.Keys), genesis);
        _votes = VoteLog.Open(new SimDatabase(node.Votes, VoteLog.Families.Keys));
        var peers = genesis.Validators.Validators.Select(v => PeerId.FromPublicKey(v.Key.Encoded));
        _machine = new SnapshotJoin(
            genesis, [.. peers.Where(p => !p.Equals(node.Peer))],
            CatchUpOptions.For(genesis.Parameters).Fetch with { RangeLeaves = RangeLeaves },
            _store.Installing, () => _store.InstallProgress);
    }

    public void Start()
    {
        Step(effects => _machine.Start(_world.Now, effects));
        Tick();
    }

    public void Dispose()
    {
        _isRunning = false;
        _votes.Dispose();
        _store.Dispose();
    }

    private void Tick() => _world.After(TickMs, () =>
    {
        Step(effects => _machine.Tick(_world.Now, effects));
        if (_isRunning) Tick();
    });

    private void Step(Action<List<JoinEffect>> step)
    {
        if (!_isRunning) return;
        try
        {
            var effects = new List<JoinEffect>();
            step(effects);
            foreach (var effect in effects) Perform(effect);
        }
        catch (NodeDiedException death)
        {
            _node.Die(death.Message, losesPower: _world.Plan.LosesPower && _node.Random.Chance(500));
        }
        catch (StorageException failure)
        {
            _node.OnStorageFailure(failure);
        }
    }

    private void Perform(JoinEffect effect)
    {
        switch (effect)
        {
            case JoinEffect.Ask ask:
                SimRequests.Ask(_world, _node, ask.Peer, ask.Request.Encode(), TimeoutMs, answer => Step(effects =>
                {
                    if (answer is { } bytes) _machine.Answered(ask.Id, bytes, _world.Now, effects);
                    else _machine.Failed(ask.Id, _world.Now, effects);
                }));
                break;
            case JoinEffect.Begin begin:
                _store.BeginInstall(begin.Snapshot);
                _world.Trace($"node {_node.Index} joins from the snapshot of block {begin.Snapshot.Height}");
                break;
            case JoinEffect.State state:
                _store.InstallState(state.Range, state.Entries);
                break;
            case JoinEffect.Leaves leaves:
                _store.InstallLeaves(leaves.First, leaves.Installed);
                break;
            case JoinEffect.Remember remember:
                _store.InstallRemembered(remember.Blocks);
                break;
            case JoinEffect.Complete complete:
                _store.CompleteInstall(complete.Snapshot, _votes.Sequence);
                _world.Trace($"node {_node.Index} has joined at block {complete.Snapshot.Height}");
                _world.After(1, _joined);
                break;
            case JoinEffect.NothingOffered:
                if (_store.InstallProgress is not null) _store.AbandonInstall();
                _world.After(1, _joined);
                break;
            case JoinEffect.PeerLied lied:
                _world.Checks.Require(
                    !_world.Nodes[_world.Keys.MachineOf(lied.Peer)].IsHonest, "accountability",
                    $"node {_node.Index} says that honest node {_world.Keys.MachineOf(lied.Peer)} lied: {lied.Fault}");
                _world.Trace($"node {_node.Index} finds that {_world.Keys.MachineOf(lied.Peer)} lied: {lied.Fault}");
                break;
        }
    }
}
