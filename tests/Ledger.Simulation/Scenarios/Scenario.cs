using System.Globalization;
using System.Reflection;
using Ledger.Consensus;
using Ledger.Consensus.Messages;
using Ledger.Core.Blocks;
using Ledger.Simulation.Adversary;
using Ledger.Simulation.Checks;
using Ledger.Simulation.Disk;
using Ledger.Simulation.Nodes;
using Ledger.Simulation.Variants;
using Ledger.Simulation.World;
using Ledger.Storage.Schema;

namespace Ledger.Simulation.Scenarios;

/// <summary>
/// Runs a scenario file: a story in commands, one a line, over the same world as the seeds, with the same properties
/// checked after every event. docs/internals/simulation.md lists the commands.
/// </summary>
internal sealed class Scenario
{
    private readonly List<(MessageKind Kind, int From, int To)> _drops = [];
    private readonly TextWriter? _trace;
    private readonly BrokenVariant? _variant;
    private SimWorld? _world;

    private Scenario(TextWriter? trace, BrokenVariant? variant) => (_trace, _variant) = (trace, variant);

    /// <summary>The scenarios in this program, by name.</summary>
    public static IEnumerable<string> Names => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Order(StringComparer.Ordinal);

    private SimWorld World => _world ?? throw new InvalidOperationException("a scenario begins with 'cluster'");

    public static void RunNamed(string name, TextWriter? trace = null, BrokenVariant? variant = null)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new ArgumentException($"there is no scenario {name}", nameof(name));
        using var reader = new StreamReader(stream);
        Run(reader.ReadToEnd(), trace, variant);
    }

    /// <exception cref="ScenarioException">A line is not understood, or does not hold.</exception>
    /// <exception cref="SimulationFailure">A property does not hold.</exception>
    public static void Run(string file, TextWriter? trace = null, BrokenVariant? variant = null)
    {
        var scenario = new Scenario(trace, variant);
        foreach (var line in ScenarioLine.Parse(file))
        {
            scenario._world?.Trace("> " + line.Text);
            scenario.Do(line);
            line.RequireUsed();
        }

        if (scenario._world is { } world) FinalChecks.Run(world);
    }

    private void Do(ScenarioLine line)
    {
        switch (line.Verb)
        {
            case "cluster": Begin(line); break;
            case "submit": Submit(line); break;
            case "run": World.Run(World.Now + line.ParseNumber(line.Word(0))); break;
            case "drop": _drops.Add(Rule(line)); break;
            case "deliver": _drops.Remove(Rule(line)); break;
            case "cut": World.Network.Cut(line.Node(0), line.Node(1), cut: true); break;
            case "partition": World.Network.Partition([.. line.Words.Select(line.ParseNumber)], true, true); break;
            case "heal": Heal(); break;
            case "crash": Crash(line); break;
            case "crash-in-write":
                Disk(line).CrashIn(line.NumberOf("after", 0), line.Choice("point", CrashPoint.BeforeSync));
                break;
            case "restart": Node(line).Start(); break;
            case "wipe": Wipe(line); break;
            case "truncate": Truncate(line); break;
            case "rot": Rot(line); break;
            case "full": Disk(line).IsFull = true; break;
            case "empty": Disk(line).IsFull = false; break;
            case "clock": Node(line).Provider.SkewMs = line.NumberOf("skew", 0); break;
            case "ask": Ask(line); break;
            case "change": Change(line); break;
            case "expect": Expect(line); break;
            default: throw line.Problem("there is no such command");
        }
    }

    private void Begin(ScenarioLine line)
    {
        var liars = line.Option("liars") is { } list ? list.Split(',').Select(line.ParseNumber).ToArray() : [];
        var plan = new SimPlan
        {
            Seed = (ulong)line.NumberOf("seed", 1),
            Validators = line.NumberOf("n", 4),
            Spares = line.NumberOf("spare", 0),
            Window = (uint)line.NumberOf("window", 64),
            PromisedWindow = (uint)line.NumberOf("window", 64),
            MaxBlockTransactions = (uint)line.NumberOf("block", 1000),
            Contracts = line.Option("contracts") == "yes",
            Byzantine = liars,
            Traits = line.Choice("traits", Traits.None),
        };
        _world = new SimWorld(plan, _trace, _variant, adapts: false);
        _world.Network.Drops = Drops;
        foreach (var node in _world.Nodes.Take(plan.Validators)) node.Start();
        _world.Run(50);
    }

    private void Submit(ScenarioLine line)
    {
        var at = line.Option("at") is { } node ? line.ParseNumber(node) : (int?)null;
        for (var i = 0; i < line.NumberOf("count", 1); i++) World.Clients.Submit(at);
    }

    private bool Drops(int from, int to, Lane lane, ReadOnlyMemory<byte> frame)
    {
        if (lane != Lane.Consensus || frame.Length < 2) return false;
        // The kind is the first field of the envelope.
        var kind = (MessageKind)frame.Span[1];
        return _drops.Any(d => d.Kind == kind && (d.From < 0 || d.From == from) && (d.To < 0 || d.To == to));
    }

    private static (MessageKind Kind, int From, int To) Rule(ScenarioLine line)
    {
        if (!Enum.TryParse<MessageKind>(line.Word(0), ignoreCase: true, out var kind))
            throw line.Problem("no kind of message");
        return (kind, line.NumberOf("from", -1), line.NumberOf("to", -1));
    }

    private void Heal()
    {
        _drops.Clear();
        World.Network.Heal();
    }

    private void Crash(ScenarioLine line)
    {
        foreach (var word in line.Words)
            World.Nodes[line.ParseNumber(word)].Die("killed", line.Option("power") == "lost", restarts: false);
    }

    private void Wipe(ScenarioLine line)
    {
        if (Node(line).Life is not null) throw line.Problem("the node must be down");
        Node(line).Wipe();
    }

    private void Truncate(ScenarioLine line)
    {
        var node = Node(line);
        if (node.Life is not null) throw line.Problem("the node must be down");
        var lost = Disk(line).Truncate(line.NumberOf("batches", 1));
        if (lost == 0) throw line.Problem("nothing to lose");
        node.Damage($"{line.Word(1)} lost {lost} synced batches");
    }

    private void Rot(ScenarioLine line)
    {
        var node = Node(line);
        var disk = Disk(line);
        if (line.Option("family") is { } family)
        {
            var number = LedgerSchema.Families.Keys.Order(StringComparer.Ordinal).ToList().IndexOf(family);
            if (!disk.RotByte(number, line.NumberOf("byte", 0), World.Variant.Rotten, SimDatabase.NextBatch()))
                throw line.Problem("there is nothing to rot");
            node.Damage("rot in " + family);
            return;
        }

        if (!disk.Rot(node.Random, line.Option("checksums") != "no", SimDatabase.NextBatch(), out var what))
            throw line.Problem(what);
        node.Damage("rot in " + what);
    }

    // Says, signed by a node, that it wants a view.
    private void Ask(ScenarioLine line)
    {
        var node = Node(line);
        if (!node.IsByzantine) throw line.Problem("only a liar says what a scenario wants");
        var view = ulong.Parse(line.Option("view") ?? throw line.Problem("which view?"), CultureInfo.InvariantCulture);
        var voice = Voice.Of(World, node, node.Life ?? throw line.Problem("it is down"), last: null);
        var frame = voice.Factory.ViewChange(new ViewChangeContent(new View(view), null, []), []).Encode();
        foreach (var peer in World.Governance.Peers.Where(p => !p.Equals(node.Peer))) node.Life.SendConsensus(peer, frame);
    }

    private void Change(ScenarioLine line)
    {
        var steps = new List<MembershipStep>();
        for (var i = 0; i < line.Words.Count; i += line.Word(i) == "replace" ? 3 : 2)
        {
            steps.Add(line.Word(i) switch
            {
                "add" => new MembershipStep(null, line.Node(i + 1)),
                "remove" => new MembershipStep(line.Node(i + 1), null),
                "replace" => new MembershipStep(line.Node(i + 1), line.Node(i + 2)),
                "rotate" => new MembershipStep(line.Node(i + 1), line.Node(i + 1)),
                _ => throw line.Problem("changes add, remove, replace and rotate"),
            });
        }

        if (!World.Governance.TryPropose(steps)) throw line.Problem("that does not fit the present validators");
    }

    private void Expect(ScenarioLine line)
    {
        var within = line.NumberOf("within", 0);
        if (line.Word(0) == "served")
        {
            if (!World.Run(World.Now + within, World.Clients.AreServedByRunning)) throw Unmet(line);
            return;
        }

        var nodes = line.Word(1) == "all" ? World.Nodes.Where(n => n.Life is not null) : [World.Nodes[line.Node(1)]];
        bool AllHold() => nodes.All(node => Holds(line, node));
        if (!AllHold() && !World.Run(World.Now + within, AllHold)) throw Unmet(line);
    }

    private bool Holds(ScenarioLine line, SimNode node)
    {
        if (line.Word(0) == "joining") return node.Join is not null;
        if (line.Word(0) == "evidence") return EvidenceCheck.Holds(World, node);
        if (line.Word(0) is "up" or "down") return (node.Life is null && node.Join is null) == (line.Word(0) == "down");
        if (node.Life is not { } life) return false;
        if (line.Word(0) is "active" or "asking") return life.Status.InViewChange == (line.Word(0) == "asking");
        var actual = line.Word(0) switch
        {
            "view" => life.Status.View,
            "epoch" => life.Status.Epoch.Value,
            "executed" => life.Executed.Value,
            "certified" => life.ChainView.Certified.Header.Height.Value,
            "pool" => (ulong)life.Pool.Count,
            _ => throw line.Problem("there is nothing of that name"),
        };
        var bound = (ulong)line.ParseNumber(line.Word(3));
        return line.Word(2) switch
        {
            "is" => actual == bound,
            "below" => actual < bound,
            "least" => actual >= bound,
            _ => throw line.Problem("say: is, below or least"),
        };
    }

    private ScenarioException Unmet(ScenarioLine line) => line.Problem("does not hold: " + World.Checks.Describe());

    private SimNode Node(ScenarioLine line) => World.Nodes[line.Node(0)];

    private DiskImage Disk(ScenarioLine line) => line.Word(1) switch
    {
        "votes" => Node(line).Votes,
        "chain" => Node(line).Chain,
        _ => throw line.Problem("disks are votes and chain"),
    };
}
