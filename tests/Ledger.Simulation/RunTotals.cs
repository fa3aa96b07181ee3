using System.Globalization;
using Ledger.Simulation.World;

namespace Ledger.Simulation;

/// <summary>What some runs came to, together.</summary>
internal sealed class RunTotals
{
    private readonly SortedDictionary<int, int> _sizes = [];
    private long _simulated;
    private long _events;
    private long _transactions;
    private long _views;
    private long _lives;
    private ulong _epochs;
    private int _changing;
    private ulong _blocks;
    private long _slowest;
    private ulong _slowestSeed;

    public int Count { get; private set; }

    public int Failed { get; private set; }

    public void Add(SeedResult result)
    {
        Count++;
        if (result.Failure is not null) Failed++;
        var size = result.Plan.Validators;
        _sizes[size] = _sizes.GetValueOrDefault(size) + 1;
        _simulated += result.SimulatedMs;
        _events += result.Events;
        _transactions += result.Transactions;
        _views += result.ViewsEntered;
        _lives += result.Lives;
        _epochs += result.Epoch;
        if (result.Epoch > 0) _changing++;
        _blocks += result.Blocks;
        if (result.SettledAfterMs <= _slowest) return;
        (_slowest, _slowestSeed) = (result.SettledAfterMs, result.Plan.Seed);
    }

    /// <summary>What two runs of one seed have in common: everything that happened.</summary>
    public static string Fingerprint(SeedResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.Plan.Seed} {result.Fingerprint:x16} {result.Events}");

    public static string Describe(SeedResult result)
    {
        var plan = result.Plan;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"seed {plan.Seed}: n={plan.Validators}+{plan.Spares} lying {{{string.Join(',', plan.Byzantine)}}} " +
            $"({plan.Traits}) damaged {{{string.Join(',', plan.Damaged)}}} " +
            $"clocks {{{string.Join(',', plan.BadClocks)}}}; {result.Events} events, " +
            $"{result.Blocks} blocks, {result.Epoch} epochs, {result.ViewsEntered} views, " +
            $"settled {result.SettledAfterMs} ms after healing, " +
            $"fingerprint {result.Fingerprint:x16}");
        return result.Failure is null ? text : $"{text}\nFAILED {result.Failure}";
    }

    public void Write(TextWriter output, TimeSpan elapsed)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Count} seeds, {Failed} failed, {elapsed.TotalSeconds:f1} s " +
            $"({elapsed.TotalMilliseconds / Count:f0} ms a seed)"));
        output.WriteLine($"validators: {string.Join(", ", _sizes.Select(s => $"{s.Value} with {s.Key}"))}");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_events} events, {_simulated / 1000} s simulated, {_transactions} transactions, {_blocks} blocks, " +
            $"{_views} views entered, {_lives} lives, {_epochs} changes of validators in {_changing} runs; " +
            $"slowest to settle: {_slowest} ms (seed {_slowestSeed})"));
    }
}
