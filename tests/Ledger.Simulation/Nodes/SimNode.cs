using Ledger.Consensus.Faults;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Simulation.Adversary;
using Ledger.Simulation.Disk;
using Ledger.Simulation.World;
using Ledger.Storage;
using Ledger.Testing.Consensus;

namespace Ledger.Simulation.Nodes;

/// <summary>One organisation's machine: its disks and clock, over all lives of the node process on it.</summary>
internal sealed class SimNode
{
    private const int TickMs = 20;

    private readonly SimWorld _world;
    private bool _joins;

    public SimNode(SimWorld world, int index, SplitMix64 random)
    {
        _world = world;
        Index = index;
        Random = random;
        Provider = new SimClock(world);
        Chain = new DiskImage($"node-{index}/chain");
        Votes = new DiskImage($"node-{index}/votes");
        IsByzantine = world.Plan.Byzantine.Contains(index);
        Key = world.Keys.First[index];
        Peer = PeerId.FromPublicKey(Key.PublicKey.Encoded);
        if (IsByzantine) Actor = new ByzantineActor(world, this, world.Plan.Traits);
        if (!IsByzantine) world.Variant.Prepare(this);
        Provider.SkewMs = world.Plan.BadClocks.Contains(index) ? (Random.Chance(500) ? 3_600_000 : -3_600_000)
            : world.Plan.SkewMs > 0 ? Random.Below((2 * world.Plan.SkewMs) + 1) - world.Plan.SkewMs
            : 0;
    }

    public int Index { get; }

    /// <summary>The key that its processes run with.</summary>
    public ISigner Key { get; private set; }

    /// <summary>The same, as the network knows it.</summary>
    public PeerId Peer { get; private set; }

    /// <summary>Whom its configuration names, beside the validators that its chain knows.</summary>
    public IReadOnlyList<PeerId> KnownPeers { get; set; } = [];

    public SplitMix64 Random { get; }

    public SimClock Provider { get; }

    public DiskImage Chain { get; }

    public DiskImage Votes { get; }

    public bool IsByzantine { get; }

    /// <summary>Whether its disk lost or changed what was durable: it counts among the faulty from then on.</summary>
    public bool IsDamaged { get; private set; }

    public bool IsHonest => !IsByzantine && !IsDamaged;

    public ByzantineActor? Actor { get; }

    /// <summary>The process that runs now; null while there is none.</summary>
    public NodeLife? Life { get; private set; }

    public int Lives { get; private set; }

    /// <summary>Why the last life could not go on, when it stays down: damage, or divergence.</summary>
    public string? Failure { get; private set; }

    /// <summary>Milliseconds that its stages need for a sync.</summary>
    public int SyncMs => Index == _world.Plan.SlowNode && !_world.Network.IsHealed
        ? _world.Plan.SlowMs
        : _world.Plan.DiskLatencyMs;

    /// <summary>The process that installs a snapshot; null while there is none.</summary>
    public SimJoin? Join { get; private set; }

    /// <summary>Whether what its disks held was lost some time: its votes too, which it may have sent.</summary>
    public bool WasWiped { get; private set; }

    /// <summary>Its disks are others, and empty: it begins from a snapshot of the others.</summary>
    public void Wipe()
    {
        Chain.Clear();
        Votes.Clear();
        WasWiped = _joins = true;
        Damage("chain and votes are gone");
    }

    /// <summary>Starts a process on what the disks hold.</summary>
    public void Start()
    {
        if (Life is not null || Join is not null || Failure is not null) return;
        Lives++;
        Actor?.Begin();
        if (!IsByzantine) _world.Variant.Start(this);
        try
        {
            if (_joins)
            {
                Join = new SimJoin(_world, this, OnJoined);
                Join.Start();
                return;
            }

            Life = new NodeLife(_world, this);
            _world.Trace($"node {Index} starts at block {Life.Executed}, view {Life.Status.View}");
            if (IsHonest) _world.Checks.OnStarted(this, Life);
            Tick(Life, 1 + Random.Below(TickMs));
        }
        catch (NodeDiedException death)
        {
            Die(death.Message, losesPower: _world.Plan.LosesPower && Random.Chance(500));
        }
        catch (StorageException failure)
        {
            OnStorageFailure(failure);
        }
        catch (Exception failure) when (IsDamaged && failure is InvariantViolationException or InvalidDataException)
        {
            OnStorageFailure(new StorageException(StorageFault.Corruption, failure.Message, failure));
        }
    }

    /// <summary>Ends the process; with power lost, unsynced writes may be gone.</summary>
    public void Die(string why, bool losesPower, bool restarts = true)
    {
        Life?.Dispose();
        Life = null;
        Join?.Dispose();
        Join = null;
        Chain.CancelCrash();
        Votes.CancelCrash();
        if (losesPower)
        {
            Chain.LosePower(Random);
            Votes.LosePower(Random);
        }

        _world.Trace($"node {Index} dies ({why}{(losesPower ? ", power lost" : "")})");
        if (restarts) _world.After(50 + Random.Below(_world.Network.IsHealed ? 100 : 1500), Start);
    }

    /// <summary>Its operator has it run with another key, and names the others' present ones.</summary>
    public void Rotate(ISigner key, IReadOnlyList<PeerId> peers)
    {
        var ran = Life is not null;
        if (ran) Die("its key is another", losesPower: false, restarts: false);
        (Key, KnownPeers) = (key, peers);
        Peer = PeerId.FromPublicKey(key.PublicKey.Encoded);
        if (ran) Start();
    }

    /// <summary>Something on its disk is no longer what was written there.</summary>
    public void Damage(string what)
    {
        IsDamaged = true;
        _world.Trace($"node {Index} is damaged: {what}");
    }

    /// <summary>A process ends by itself, as the product does when a stage fails.</summary>
    public void OnStorageFailure(StorageException failure)
    {
        // A full disk is emptied by somebody, and the node started again; anything else needs a person who decides.
        if (failure.Fault == StorageFault.InputOutput)
        {
            Die(failure.Message, losesPower: false);
            return;
        }

        Stop(failure.Message);
        _world.Checks.Require(!IsHonest, "storage", $"sound node {Index} failed: {failure.Message}");
    }

    public void OnDivergence(DivergenceException divergence)
    {
        Stop(divergence.Message);
        _world.Checks.Require(!IsHonest, "no-divergence", $"sound node {Index} diverged: {divergence.Message}");
    }

    private void OnJoined()
    {
        if (Join is null) return;
        Join.Dispose();
        Join = null;
        _joins = false;
        Start();
    }

    private void Stop(string why)
    {
        Die(why, losesPower: false, restarts: false);
        Failure = why;
    }

    private void Tick(NodeLife life, int delay) => _world.After(delay, () =>
    {
        if (!life.IsRunning) return;
        life.Tick();
        if (life.IsRunning) Tick(life, TickMs);
    });
}
