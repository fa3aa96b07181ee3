using System.Collections.Concurrent;
using System.Diagnostics;
using Ledger.Client;
using Ledger.Client.Query;
using Ledger.Core.Blocks;
using Ledger.Testing.Consensus;
using Ledger.Testing.Histories;

namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>
/// Clients that anchor and read the same few subjects through all nodes while faults happen, and remember when each call
/// began, when it ended and what it said.
/// </summary>
/// <remarks>
/// Reads are of two kinds. A <i>current</i> read demands the height of whatever any client was told of before: with all
/// acknowledgements that must be linearizable. A <i>plain</i> read takes what one node has, which may be old.
/// </remarks>
internal sealed class HistoryLoad
{
    private const int Subjects = 4;

    private readonly Consortium _consortium;
    private readonly Task[] _clients;
    private readonly ConcurrentQueue<TimelineOperation>[] _current = Queues<TimelineOperation>();
    private readonly ConcurrentQueue<ReadOperation>[] _plain = Queues<ReadOperation>();
    private readonly string _name;
    private volatile bool _stopping;
    private int _lastRecord;
    private int _acknowledged;
    private ulong _known;

    private HistoryLoad(Consortium consortium, string name, ulong seed, int clients)
    {
        (_consortium, _name) = (consortium, name);
        _clients = [.. Enumerable.Range(0, clients).Select(i => RunAsync(i, new SplitMix64(seed + (ulong)i)))];
    }

    /// <summary>Appends that were acknowledged so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Appends of which the outcome is not known.</summary>
    public int Unknown => _current.Sum(q => q.Count(o => o is AppendOperation { Returned: TimelineOperation.Never }));

    /// <summary>Reads of both kinds that were answered.</summary>
    public (int Current, int Plain) Reads => (_current.Sum(q => q.Count(o => o is ReadOperation)), _plain.Sum(q => q.Count));

    public static HistoryLoad Start(Consortium consortium, string name, ulong seed, int clients = 6) =>
        new(consortium, name, seed, clients);

    /// <summary>Waits until so many more appends are acknowledged.</summary>
    public Task<TimeSpan> MakesProgressAsync(int more)
    {
        var target = Acknowledged + more;
        return Eventually.HoldsAsync($"{more} more appends are acknowledged", _ =>
        {
            if (Array.Find(_clients, c => c.IsFaulted) is { } failed) failed.GetAwaiter().GetResult();
            return Task.FromResult((Acknowledged >= target, $"{target - Acknowledged} are missing"));
        });
    }

    /// <summary>Waits until there is enough to check: a check that looked at nothing would hold.</summary>
    public Task<TimeSpan> HasSeenAsync(int appends, int readsOfEachKind) =>
        Eventually.HoldsAsync("there is enough to check", _ =>
        {
            if (Array.Find(_clients, c => c.IsFaulted) is { } failed) failed.GetAwaiter().GetResult();
            var (current, plain) = Reads;
            return Task.FromResult((
                Acknowledged >= appends && current >= readsOfEachKind && plain >= readsOfEachKind,
                $"{Acknowledged} acknowledged, {current}+{plain} reads"));
        });

    /// <summary>
    /// Ends the clients, reads everything once more through every node, and asserts what clients are promised.
    /// </summary>
    public async Task StopAndCheckAsync()
    {
        _stopping = true;
        await Task.WhenAll(_clients);
        for (var subject = 0; subject < Subjects; subject++)
        {
            foreach (var node in _consortium.Nodes)
            {
                using var client = _consortium.ClientOf(node);
                await ReadAsync(client, node.Index, subject, current: true);
            }

            var history = _current[subject].ToArray();
            var verdict = LinearizabilityChecker.Check(history);
            Assert.True(verdict.Holds, $"subject {subject}: {verdict.Detail}");
            var final = history.OfType<ReadOperation>().MaxBy(r => r.Seen.Count)!.Seen;
            verdict = LaggingReadChecker.Check(final, history.OfType<AppendOperation>(), _plain[subject]);
            Assert.True(verdict.Holds, $"subject {subject}: {verdict.Detail}");
        }
    }

    private static ConcurrentQueue<T>[] Queues<T>() =>
        [.. Enumerable.Range(0, Subjects).Select(_ => new ConcurrentQueue<T>())];

    private async Task RunAsync(int number, SplitMix64 random)
    {
        // Every second one has short patience: a client that gives up does not know, and that must be right too. The others
        // get on even where everything takes long.
        var options = number % 2 == 0
            ? _consortium.Options with
            {
                CallTimeout = TimeSpan.FromSeconds(1),
                AnchorPatience = TimeSpan.FromSeconds(1),
            }
            : _consortium.Options;
        using var anywhere = new LedgerClient(options with
        {
            Endpoints =
            [
                .. Enumerable.Range(number, Consortium.Size).Select(i => _consortium.Nodes[i % Consortium.Size].Grpc),
            ],
            MaxAttempts = 2 * Consortium.Size,
        });
        var one = number % Consortium.Size;
        using var local = new LedgerClient(options with
        {
            Endpoints = [_consortium.Nodes[one].Grpc],
            MaxAttempts = 1,
        });
        while (!_stopping)
        {
            var subject = random.Below(Subjects);
            if (random.Chance(600)) await AppendAsync(anywhere, number, subject);
            else if (random.Chance(500)) await ReadAsync(anywhere, number, subject, current: true);
            else await ReadAsync(local, one, subject, current: false);
        }
    }

    private async Task AppendAsync(LedgerClient client, int number, int subject)
    {
        var record = Interlocked.Increment(ref _lastRecord);
        var evidence = Records.Payment(Name(subject), $"client-{number}", record);
        var invoked = Stopwatch.GetTimestamp();
        var outcome = await client.AnchorAsync(evidence);
        var returned = outcome.IsRecorded ? Stopwatch.GetTimestamp() : TimelineOperation.Never;
        Assert.True(
            outcome.State is Client.Submit.AnchorState.Recorded or Client.Submit.AnchorState.Undecided,
            $"record {record}: {outcome.State} {outcome.Reason} {outcome.Detail}");
        _current[subject].Enqueue(new AppendOperation(number, invoked, returned, record));
        if (!outcome.IsRecorded) return;
        Know(outcome.Height.Value);
        Interlocked.Increment(ref _acknowledged);
    }

    private async Task ReadAsync(LedgerClient client, int number, int subject, bool current)
    {
        var atLeast = new BlockHeight(current ? Volatile.Read(ref _known) : 0);
        var invoked = Stopwatch.GetTimestamp();
        Timeline timeline;
        try
        {
            timeline = await client.GetTimelineAsync(Name(subject), atLeast);
        }
        catch (Exception e) when (e is LedgerUnavailableException or LedgerRefusedException && !_stopping)
        {
            // No answer is no wrong answer.
            return;
        }

        int[] seen = [.. timeline.Entries.Select(e => (int)e.Record.Attribute("x-number")!.AsInteger!.Value)];
        var read = new ReadOperation(number, invoked, Stopwatch.GetTimestamp(), seen);
        if (!current)
        {
            _plain[subject].Enqueue(read);
            return;
        }

        _current[subject].Enqueue(read);
        Know(timeline.ProvenAt.Header.Height.Value);
    }

    private void Know(ulong height)
    {
        for (var known = Volatile.Read(ref _known); height > known;)
        {
            var seen = Interlocked.CompareExchange(ref _known, height, known);
            if (seen == known) return;
            known = seen;
        }
    }

    private string Name(int subject) => $"{_name}/{subject}";
}
