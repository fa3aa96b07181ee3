using Ledger.Testing.Consensus;

namespace Ledger.Simulation.World;

/// <summary>
/// Everything that one seed decides before a run begins: size, parameters, and which faults there are and how often.
/// Some faults are wholly off in a run (swarm testing), because the rare ones hide behind the common ones otherwise.
/// </summary>
internal sealed record SimPlan
{
    /// <summary>What consensus time is held to.</summary>
    public const ulong PromisedDriftMs = 10_000;

    public required ulong Seed { get; init; }

    /// <summary>Validators in genesis.</summary>
    public required int Validators { get; init; }

    /// <summary>Machines beside these, which changes of the validators may take in.</summary>
    public int Spares { get; init; }

    /// <summary>Changes of the validators that members propose while faults last.</summary>
    public int Changes { get; init; }

    /// <summary>What the first of them are; the others are left to chance.</summary>
    public IReadOnlyList<MembershipStep> FirstChanges { get; init; } = [];

    public int Machines => Validators + Spares;

    /// <summary>Real secp256k1 in place of the fake suite, which is some hundred times faster.</summary>
    public bool RealSignatures { get; init; }

    /// <summary>Whether the channel has contracts (<see cref="SimContracts"/>).</summary>
    public bool Contracts { get; init; }

    public uint Window { get; init; } = 64;

    /// <summary>What memory and water marks are held to; differs from <see cref="Window"/> in a broken variant.</summary>
    public uint PromisedWindow { get; init; } = 64;

    /// <summary>How far a proposal's time may differ from a validator's clock.</summary>
    public ulong ClockDriftMs { get; init; } = PromisedDriftMs;

    public uint MaxBlockTransactions { get; init; } = 1000;

    public int Transactions { get; init; } = 20;

    /// <summary>How long faults last; then everything that can be healed is.</summary>
    public long FaultsEndAtMs { get; init; }

    public int LossPermille { get; init; }

    public int DuplicatePermille { get; init; }

    /// <summary>Frames that overtake others by far.</summary>
    public int ReorderPermille { get; init; }

    public int MaxDelayMs { get; init; } = 5;

    /// <summary>Chance that a partition begins, for each 100 ms.</summary>
    public int PartitionPermille { get; init; }

    public bool OneWayPartitions { get; init; }

    /// <summary>Chance that some node dies, for each 100 ms.</summary>
    public int CrashPermille { get; init; }

    /// <summary>Whether nodes die within writes too.</summary>
    public bool CrashesInWrites { get; init; }

    /// <summary>Whether machines lose power, and not only processes end.</summary>
    public bool LosesPower { get; init; }

    /// <summary>Chance that a disk is full for a while, for each 100 ms.</summary>
    public int DiskFullPermille { get; init; }

    public int DiskLatencyMs { get; init; } = 1;

    /// <summary>Node whose disk or processor is slow, -1 for none, and how slow.</summary>
    public int SlowNode { get; init; } = -1;

    public int SlowMs { get; init; }

    /// <summary>Most that the clocks of sound nodes differ from the true time, either way.</summary>
    public int SkewMs { get; init; }

    /// <summary>Machines that lie. With <see cref="Damaged"/> and <see cref="BadClocks"/> at most f of any
    /// epoch's validators.</summary>
    public IReadOnlyList<int> Byzantine { get; init; } = [];

    /// <summary>What they do; bits of <see cref="Adversary.Traits"/>.</summary>
    public Adversary.Traits Traits { get; init; }

    /// <summary>Validators whose disks rot, or whose synced tail is cut off.</summary>
    public IReadOnlyList<int> Damaged { get; init; } = [];

    /// <summary>Validators whose clocks are hours off.</summary>
    public IReadOnlyList<int> BadClocks { get; init; } = [];

    /// <summary>Validator that loses its disks, counts among the faulty, and joins from a snapshot; -1 for none.</summary>
    public int Wiped { get; init; } = -1;

    public int MaxFaulty => (Validators - 1) / 3;

    public static SimPlan FromSeed(ulong seed)
    {
        var random = new SplitMix64(seed ^ 0x5eed5eed5eed5eed);
        var validators = random.Below(100) switch { < 66 => 4, < 84 => 7, < 92 => 10, < 97 => 13, _ => 16 };
        var places = Shuffle(random, validators);
        var faulty = (validators - 1) / 3;
        var byzantine = random.Chance(650) ? 1 + random.Below(faulty) : 0;
        var damaged = byzantine < faulty && random.Chance(400) ? 1 + random.Below(faulty - byzantine) : 0;
        var clocks = byzantine + damaged < faulty && random.Chance(300) ? 1 : 0;
        var window = random.Below(4) switch { 0 => 5u, 1 => 8u, 2 => 16u, _ => 64u };
        int Sometimes(int permille, int low, int high) => random.Chance(permille) ? low + random.Below(high - low) : 0;
        var plan = new SimPlan
        {
            Seed = seed,
            Validators = validators,
            RealSignatures = validators == 4 && random.Chance(5),
            Window = window,
            PromisedWindow = window,
            MaxBlockTransactions = random.Below(3) switch { 0 => 2, 1 => 5, _ => 1000 },
            Transactions = 6 + random.Below(validators > 7 ? 12 : 30),
            FaultsEndAtMs = 1500 + random.Below(validators > 7 ? 3000 : 7000),
            LossPermille = Sometimes(500, 5, 250),
            DuplicatePermille = Sometimes(400, 5, 150),
            ReorderPermille = Sometimes(400, 5, 150),
            MaxDelayMs = random.Below(4) switch { 0 => 1, 1 => 5, 2 => 40, _ => 150 },
            PartitionPermille = Sometimes(450, 10, 150),
            OneWayPartitions = random.Chance(500),
            CrashPermille = Sometimes(550, 10, 150),
            CrashesInWrites = random.Chance(600),
            LosesPower = random.Chance(600),
            DiskFullPermille = Sometimes(200, 5, 60),
            DiskLatencyMs = random.Below(3) switch { 0 => 0, 1 => 1, _ => 6 },
            SlowNode = random.Chance(250) ? random.Below(validators) : -1,
            SlowMs = 20 + random.Below(400),
            SkewMs = Sometimes(500, 1, 4000),
            Byzantine = [.. places.Take(byzantine).Order()],
            Traits = byzantine > 0 ? Adversary.TraitSets.Choose(random) : Adversary.Traits.None,
            Damaged = [.. places.Skip(byzantine).Take(damaged).Order()],
            BadClocks = [.. places.Skip(byzantine + damaged).Take(clocks).Order()],
        };
        return WithEpochs(plan, new SplitMix64(seed ^ 0xe90c4e90c4e90c4));
    }

    /// <summary>
    /// The same with a channel with contracts, of which a validator that does not lie joins from a snapshot. Whom it asks are
    /// the validators of genesis, so these stay.
    /// </summary>
    public static SimPlan JoiningFromSeed(ulong seed)
    {
        var plan = FromSeed(seed);
        var liars = plan.Byzantine.Where(i => i < plan.Validators).Take(plan.MaxFaulty - 1).ToList();
        var honest = Enumerable.Range(0, plan.Validators).Except(liars).ToList();
        return plan with
        {
            Contracts = true,
            Changes = 0,
            Spares = 0,
            Byzantine = liars,
            Traits = liars.Count > 0 ? plan.Traits | Adversary.Traits.LieInSync : plan.Traits,
            Damaged = [],
            BadClocks = [],
            Wiped = honest[(int)(seed % (ulong)honest.Count)],
            Transactions = 3 * plan.Transactions,
        };
    }

    // Numbers of its own: what else a seed decides does not depend on whether validators change.
    private static SimPlan WithEpochs(SimPlan plan, SplitMix64 random)
    {
        if (!random.Chance(500)) return plan;
        var spares = random.Below(4);
        var changed = plan with { Spares = spares, Changes = 1 + random.Below(6) };
        if (spares == 0 || !random.Chance(300)) return changed;
        return changed with
        {
            Byzantine = [.. plan.Byzantine, plan.Validators + random.Below(spares)],
            Traits = plan.Byzantine.Count > 0 ? plan.Traits : Adversary.TraitSets.Choose(random),
        };
    }

    private static int[] Shuffle(SplitMix64 random, int count)
    {
        var places = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var other = random.Below(i + 1);
            (places[i], places[other]) = (places[other], places[i]);
        }

        return places;
    }
}
