using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Testing.Consensus;

namespace Ledger.Simulation.World;

/// <summary>A step of a change, by machines: one leaves, one comes, or one makes place for the other.</summary>
/// <param name="Out">The machine that leaves; null for none.</param>
/// <param name="In">The machine that comes; null for none. The same as <paramref name="Out"/> rotates its key.</param>
internal readonly record struct MembershipStep(int? Out, int? In);

/// <summary>
/// The members: propose changes of the validators and submit them until one is executed or their epoch is over. Keeps a
/// model of its own of who validates in each epoch, which the chain is held against.
/// </summary>
internal sealed class SimGovernance
{
    private const long LifetimeMs = 3_600_000 * 4;
    private const int RetryMs = 700;
    private const int MostValidators = 16;
    private const int Attempts = 12;

    private readonly SimWorld _world;
    private readonly SplitMix64 _random;

    // Bound of all: the changes that plan and scenario propose.
    private readonly List<ValidatorSet> _sets = [];
    private readonly Dictionary<Hash256, Change> _changes = [];
    private int _first;

    public SimGovernance(SimWorld world, SplitMix64 random)
    {
        _world = world;
        _random = random;
        _sets.Add(world.Genesis.Validators);
        Machines = [.. Enumerable.Range(0, world.Plan.Validators)];
        Peers = PeersOf(Current);
    }

    /// <summary>The validators of the newest epoch that an honest node has seen begin.</summary>
    public ValidatorSet Current => _sets[^1];

    /// <summary>Their machines, by validator index.</summary>
    public IReadOnlyList<int> Machines { get; private set; }

    /// <summary>The same as the network knows them.</summary>
    public IReadOnlyList<PeerId> Peers { get; private set; }

    /// <summary>Whether no change waits that can still be executed, and every machine has the key it validates
    /// with.</summary>
    public bool IsSettled => !_changes.Values.Any(IsOpen)
        && Machines.Select((m, i) => _world.Nodes[m].Key.PublicKey.Id == Current.Validators[i].Key.Id).All(same => same);

    /// <summary>Changes that were ever proposed.</summary>
    public int Proposed => _changes.Count;

    /// <summary>The validators of an epoch, by this model; null when it has not begun.</summary>
    public ValidatorSet? SetOf(Epoch epoch) => epoch.Value < (ulong)_sets.Count ? _sets[(int)epoch.Value] : null;

    /// <summary>Some present validator's machine.</summary>
    public int AnyValidator(SplitMix64 random) => Machines.Order().ElementAt(random.Below(Machines.Count));

    /// <summary>Proposes some change that leaves at most f faulty validators.</summary>
    public void ProposeAny()
    {
        if (_first < _world.Plan.FirstChanges.Count)
        {
            var first = _world.Plan.FirstChanges[_first];
            if (IsTolerable([first]) && TryPropose([first])) _first++;
            return;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var steps = new List<MembershipStep> { AnyStep() };
            if (_random.Chance(250)) steps.Add(AnyStep());
            if (IsTolerable(steps) && TryPropose(steps)) return;
        }
    }

    /// <summary>Proposes a change; false when its steps do not fit the present validators.</summary>
    public bool TryPropose(IReadOnlyList<MembershipStep> steps)
    {
        var validators = Current.Validators.ToList();
        var (taken, keys) = (new List<ValidatorStep>(), new List<(int Machine, ISigner Key)>());
        foreach (var step in steps)
        {
            var at = validators.Count;
            var leaving = default(Validator);
            if (step.Out is { } old)
            {
                at = validators.FindIndex(v => _world.Keys.MachineOf(v.Key) == old);
                if (at < 0) return false;
                leaving = validators[at];
                validators.RemoveAt(at);
            }

            if (step.In is not { } machine)
            {
                taken.Add(ValidatorStep.Remove(leaving!.Key));
                continue;
            }

            if (validators.Any(v => _world.Keys.MachineOf(v.Key) == machine)) return false;
            // A key that validates now cannot come again in the same change.
            var signer = step.In == step.Out ? _world.Keys.Make(machine) : _world.Nodes[machine].Key;
            var coming = SimChain.ValidatorOf(machine, signer.PublicKey);
            var claim = ValidatorClaim.Sign(_world.Genesis.Channel, coming, signer);
            taken.Add(leaving is null
                ? ValidatorStep.Add(coming, claim)
                : ValidatorStep.Replace(leaving.Key, coming, claim));
            validators.Insert(at, coming);
            keys.Add((machine, signer));
        }

        if (validators.Count == 0) return false;
        var change = new ValidatorChange(_world.Genesis.Channel, Current.Epoch, taken);
        var validUntil = new Timestamp((ulong)(SimClock.StartUnixMs + _world.Now + LifetimeMs));
        var transaction = _world.Chain.Transaction(_random.Below(_world.Plan.Machines), change, validUntil);
        if (!_changes.TryAdd(transaction.Id, new Change(Current.Epoch, [.. validators], keys))) return false;
        _world.Trace($"proposed to end epoch {Current.Epoch}: {string.Join(", ", steps)}");
        foreach (var (machine, _) in keys) Invite(machine);
        Try(transaction, Current.Epoch);
        return true;
    }

    /// <summary>A block is certified, seen for the first time: holds it against the model.</summary>
    public void OnCertified(BlockHeader header, Block block)
    {
        if (header.NextValidators is not { } hash) return;
        _world.Checks.Require(
            header.Epoch == Current.Epoch, "membership", $"block {header.Height} ends epoch {header.Epoch} once more");
        // All that are proposed are in order for their epoch, so the first of a block counts and the others are too late.
        var first = block.Transactions
            .Select(t => _changes.GetValueOrDefault(t.Id)).FirstOrDefault(c => c?.Epoch == header.Epoch);
        _world.Checks.Require(
            first is not null, "membership", $"block {header.Height} ends epoch {header.Epoch} and nobody proposed it");
        var next = new ValidatorSet(header.Epoch.Next, first!.Validators);
        _world.Checks.Require(
            next.HashWith(_world.Chain.Suite.Hash) == hash, "membership",
            $"block {header.Height} begins epoch {next.Epoch} with other validators than were approved");
        var faults = (next.Count - 1) / 3;
        var quorum = ((next.Count + faults) / 2) + 1;
        _world.Checks.Require(
            next.Quorum.Faults == faults && next.Quorum.Quorum == quorum, "membership",
            $"{next.Count} validators tolerate {next.Quorum.Faults} and need {next.Quorum.Quorum}");
        _sets.Add(next);
        Machines = [.. next.Validators.Select(v => _world.Keys.MachineOf(v.Key))];
        Peers = PeersOf(next);
        _world.Trace($"epoch {next.Epoch}: {string.Join(',', Machines)}, {faults} may fail");
        foreach (var (machine, key) in first.Keys) Hand(machine, key);
    }

    private MembershipStep AnyStep()
    {
        var outside = Enumerable.Range(0, _world.Plan.Machines).Where(m => !Machines.Contains(m)).ToList();
        int? newcomer = outside.Count > 0 ? outside[_random.Below(outside.Count)] : null;
        // Liars are removed more often than chance would: they go on talking.
        var liars = Machines.Where(m => _world.Nodes[m].IsByzantine).ToList();
        var leaving = liars.Count > 0 && _random.Chance(400)
            ? liars[_random.Below(liars.Count)]
            : Machines[_random.Below(Machines.Count)];
        return _random.Below(4) switch
        {
            0 => new MembershipStep(null, newcomer ?? leaving),
            1 => new MembershipStep(leaving, null),
            2 => new MembershipStep(leaving, newcomer ?? leaving),
            _ => new MembershipStep(leaving, leaving),
        };
    }

    // At most f are faulty in the next set, and it is no larger than a run can bear.
    private bool IsTolerable(IReadOnlyList<MembershipStep> steps)
    {
        var next = Machines.ToList();
        var newcomers = new HashSet<int>();
        foreach (var step in steps)
        {
            // A change names validators of the present set only: whom it brings it cannot take away.
            if (step.Out is { } old && (!next.Remove(old) || newcomers.Contains(old))) return false;
            if (step.In is not { } machine) continue;
            if (next.Contains(machine)) return false;
            next.Add(machine);
            newcomers.Add(machine);
        }

        var plan = _world.Plan;
        var faulty = next.Count(m =>
            _world.Nodes[m].IsByzantine || plan.Damaged.Contains(m) || plan.BadClocks.Contains(m));
        var faults = (next.Count - 1) / 3;
        var spared = next.Count - (((next.Count + faults) / 2) + 1);
        return next.Count is >= 2 and <= MostValidators && faulty <= faults && newcomers.Count <= Math.Max(1, spared);
    }

    // Whoever is to validate is started, often before the change is executed; and told whom to ask, mostly.
    private void Invite(int machine)
    {
        var node = _world.Nodes[machine];
        if (node.Lives > 0) return;
        if (_random.Chance(500)) node.KnownPeers = Peers;
        _world.After(_random.Below(1500), node.Start);
    }

    private void Hand(int machine, ISigner key)
    {
        if (_world.Nodes[machine].Key.PublicKey.Id == key.PublicKey.Id) return;
        _world.After(100 + _random.Below(1000), () =>
        {
            // Unless the next change came first.
            if (Current.IndexOf(key.PublicKey.Id) is not null) _world.Nodes[machine].Rotate(key, Peers);
        });
    }

    private static IReadOnlyList<PeerId> PeersOf(ValidatorSet set) =>
        [.. set.Validators.Select(v => PeerId.FromPublicKey(v.Key.Encoded))];

    private bool IsOpen(Change change) => change.Epoch == Current.Epoch;

    private void Try(SignedTransaction transaction, Epoch epoch)
    {
        if (_world.Checks.IsCertified(transaction.Id) || epoch != Current.Epoch) return;
        _world.Nodes[AnyValidator(_random)].Life?.Admit(transaction.Encoded);
        _world.After(RetryMs + _random.Below(RetryMs), () => Try(transaction, epoch));
    }

    private sealed record Change(
        Epoch Epoch, IReadOnlyList<Validator> Validators, IReadOnlyList<(int Machine, ISigner Key)> Keys);
}
