// An application with an outbox, for tests that kill it: enqueues numbered records, says which are durable, and delivers.
// Arguments: FOLDER GENESIS IDENTITY FIRST LAST DEATH ENDPOINT... It writes "ack N" for each durable record and "done" at
// the end; after so many acknowledgements as DEATH says it kills itself (SIGKILL), so that no reader who lags can be too
// late to interrupt it. 0 lets it live.
using System.Diagnostics;
using System.Globalization;
using Ledger.Client;
using Ledger.Client.Identity;
using Ledger.Client.Outbox;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;

const int Callers = 4;

if (!GenesisJson.TryParse(File.ReadAllBytes(args[1]), out var genesis, out var error))
    throw new InvalidDataException(error);
using var client = new LedgerClient(new LedgerClientOptions
{
    Endpoints = [.. args[6..].Select(a => new Uri(a))],
    Genesis = genesis,
    Identity = IdentityFile.Load(args[2]),
});
var first = int.Parse(args[3], CultureInfo.InvariantCulture);
var subjects = Path.GetFileName(args[0]);
var last = int.Parse(args[4], CultureInfo.InvariantCulture);
var death = int.Parse(args[5], CultureInfo.InvariantCulture);
var acknowledged = 0;
await using var outbox = LedgerOutbox.Open(client, new OutboxOptions
{
    Folder = args[0],
    RecordsPerTransaction = 7,
    MaxInFlight = 3,
    SegmentBytes = 4096,
});
using var stop = new CancellationTokenSource();
var run = outbox.RunAsync(stop.Token);
await Task.WhenAll(Enumerable.Range(0, Callers).Select(EnqueueAsync)).ConfigureAwait(false);
await Task.WhenAny(run, outbox.DrainAsync()).ConfigureAwait(false);
if (run.IsCompleted) await run.ConfigureAwait(false);
await stop.CancelAsync().ConfigureAwait(false);
await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
Console.Out.WriteLine("done");

async Task EnqueueAsync(int caller)
{
    // A subject belongs to one caller, so that its order is that of the numbers.
    for (var number = first; number <= last; number++)
    {
        if (number % Callers != caller) continue;
        await outbox.EnqueueAsync(Record(number), number.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        Acknowledge(number);
    }
}

EvidenceRecord Record(int number) => new()
{
    Type = "pre-trade.review-filing",
    Subject = string.Create(CultureInfo.InvariantCulture, $"{subjects}/{number % Callers}"),
    Actor = "outbox",
    Action = "approve",
    Role = "operator",
    Attributes = [EvidenceAttribute.Integer("x-number", number)],
};

void Acknowledge(int number)
{
    lock (Console.Out)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ack {number}"));
        Console.Out.Flush();
        if (++acknowledged == death) Process.GetCurrentProcess().Kill();
    }
}
