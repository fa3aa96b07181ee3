using Ledger.Testing.Consensus;

namespace Ledger.Simulation.World;

/// <summary>What a frame carries.</summary>
internal enum Lane
{
    Consensus,
    Transactions,
    Request,
    Answer,
}

/// <summary>Frames and bytes that were sent.</summary>
internal sealed class TrafficCounters
{
    public long Frames { get; set; }

    public long Bytes { get; set; }

    public long Lost { get; set; }
}

/// <summary>
/// The network between the nodes: loses, doubles, delays and reorders frames, and cuts links in one direction or both.
/// </summary>
internal sealed class SimNetwork(SimWorld world, SplitMix64 random)
{
    private readonly bool[,] _cut = new bool[world.Plan.Machines, world.Plan.Machines];

    public TrafficCounters[] Traffic { get; } = [.. Enum.GetValues<Lane>().Select(_ => new TrafficCounters())];

    /// <summary>Set once faults have ended: frames arrive, soon, once, in order of their delay.</summary>
    public bool IsHealed { get; set; }

    /// <summary>Decides about single frames, for scenarios: true drops one.</summary>
    public Func<int, int, Lane, ReadOnlyMemory<byte>, bool>? Drops { get; set; }

    public bool IsCut(int from, int to) => _cut[from, to];

    public void Cut(int from, int to, bool cut) => _cut[from, to] = cut;

    /// <summary>Cuts everything between the nodes of a group and the rest.</summary>
    public void Partition(IReadOnlyCollection<int> group, bool outward, bool inward)
    {
        for (var i = 0; i < world.Plan.Machines; i++)
        {
            if (group.Contains(i)) continue;
            foreach (var member in group)
            {
                _cut[member, i] |= outward;
                _cut[i, member] |= inward;
            }
        }
    }

    public void Heal() => Array.Clear(_cut);

    /// <summary>Sends a frame; <paramref name="arrive"/> runs once, twice or never.</summary>
    public void Send(int from, int to, Lane lane, ReadOnlyMemory<byte> frame, long departsIn, Action arrive)
    {
        var traffic = Traffic[(int)lane];
        traffic.Frames++;
        traffic.Bytes += frame.Length;
        var plan = world.Plan;
        var lost = Drops?.Invoke(from, to, lane, frame) == true
            || _cut[from, to] || (!IsHealed && random.Chance(plan.LossPermille));
        if (lost)
        {
            traffic.Lost++;
            return;
        }

        Schedule(from, to, lane, frame, departsIn, arrive);
        // A stream delivers once; a doubled frame is one that was sent again on a new connection.
        if (!IsHealed && lane <= Lane.Transactions && random.Chance(plan.DuplicatePermille))
            Schedule(from, to, lane, frame, departsIn, arrive);
    }

    private void Schedule(int from, int to, Lane lane, ReadOnlyMemory<byte> frame, long departsIn, Action arrive)
    {
        var delay = departsIn + 1 + random.Below(IsHealed ? 3 : world.Plan.MaxDelayMs);
        if (!IsHealed && random.Chance(world.Plan.ReorderPermille)) delay += random.Below(1200);
        world.After(delay, () =>
        {
            // A link that was cut meanwhile takes with it what was under way.
            if (_cut[from, to])
            {
                Traffic[(int)lane].Lost++;
                return;
            }

            world.Mix((ulong)((from << 8) | to | ((int)lane << 16)), frame.Span);
            arrive();
        });
    }
}
