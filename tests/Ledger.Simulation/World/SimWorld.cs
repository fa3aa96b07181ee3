using System.Globalization;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Simulation.Checks;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.Variants;
using Ledger.Testing.Consensus;

namespace Ledger.Simulation.World;

/// <summary>
/// A consortium in one thread: nodes, network and clock over one queue of events, in an order that the seed alone decides.
/// </summary>
internal sealed class SimWorld
{
    private readonly PriorityQueue<Action, (long Time, long Sequence)> _events = new();
    private readonly TextWriter? _trace;
    private long _sequence;

    /// <param name="plan">What the run is like.</param>
    /// <param name="trace">Told what happens.</param>
    /// <param name="variant">An error of all honest nodes.</param>
    /// <param name="adapts">Whether the error may change the plan, to have occasion to show.</param>
    public SimWorld(SimPlan plan, TextWriter? trace = null, BrokenVariant? variant = null, bool adapts = true)
    {
        Variant = variant ?? new BrokenVariant();
        Plan = adapts ? Variant.Adapt(plan) : plan;
        plan = Plan;
        _trace = trace;
        Chain = SimChain.Create(plan);
        Keys = new SimKeys(Chain, plan.Machines);
        Network = new SimNetwork(this, Stream(1));
        Faults = Stream(2);
        Checks = new PropertyChecks(this);
        Clients = new SimClients(this, Stream(3));
        Governance = new SimGovernance(this, Stream(5));
        Variant.Attach(this);
        Nodes = [.. Enumerable.Range(0, plan.Machines).Select(i => new SimNode(this, i, Stream(100 + (ulong)i)))];
    }

    public SimPlan Plan { get; }

    public BrokenVariant Variant { get; }

    public SimChain Chain { get; }

    public Genesis Genesis => Chain.Genesis;

    public SimKeys Keys { get; }

    public SimNetwork Network { get; }

    public SplitMix64 Faults { get; }

    public PropertyChecks Checks { get; }

    public SimClients Clients { get; }

    public SimGovernance Governance { get; }

    public IReadOnlyList<SimNode> Nodes { get; }

    /// <summary>Milliseconds since the run began.</summary>
    public long Now { get; private set; }

    public long EventCount { get; private set; }

    /// <summary>A hash of everything that happened: equal for two runs of one seed.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    public bool IsTraced => _trace is not null;

    public IEnumerable<SimNode> Honest => Nodes.Where(n => n.IsHonest);

    /// <summary>The honest of the newest epoch's validators.</summary>
    public IEnumerable<SimNode> HonestValidators => Governance.Machines.Select(m => Nodes[m]).Where(n => n.IsHonest);

    /// <summary>
    /// The process that a peer reaches under a key: null when none runs with that key, or it lets the peer not in.
    /// </summary>
    public NodeLife? Reach(PeerId to, PeerId from) =>
        Nodes[Keys.MachineOf(to)] is { Life: { } life } node && node.Peer.Equals(to) && life.Allows(from) ? life : null;

    public void After(long delay, Action action) => _events.Enqueue(action, (Now + delay, _sequence++));

    /// <summary>Runs until a time, or until <paramref name="done"/>; false when the time came first.</summary>
    public bool Run(long until, Func<bool>? done = null)
    {
        while (_events.TryPeek(out _, out var next) && next.Time <= until)
        {
            var action = _events.Dequeue();
            Now = next.Time;
            EventCount++;
            action();
            if (done?.Invoke() == true) return true;
        }

        Now = Math.Max(Now, until);
        return done?.Invoke() ?? false;
    }

    public void Trace(string text)
    {
        if (_trace is null) return;
        _trace.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Now,7} {text}"));
    }

    public void Mix(ulong what, ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            var hash = (Fingerprint ^ what ^ (ulong)Now) * 1099511628211;
            hash = (hash ^ (ulong)bytes.Length) * 1099511628211;
            // The last bytes of a signed frame are its signature's.
            foreach (var b in bytes[^Math.Min(16, bytes.Length)..]) hash = (hash ^ b) * 1099511628211;
            Fingerprint = hash;
        }
    }

    public SplitMix64 Stream(ulong number) => new(unchecked((Plan.Seed * 0x9E3779B97F4A7C15) ^ (number << 32) ^ number));
}
