// Anchors every committed change of a PostgreSQL table.
// Arguments: CONNECTION-STRING OUTBOX-FOLDER GENESIS IDENTITY ENDPOINT...; --drain after them: end when all is on the chain.
using Ledger.Client;
using Ledger.Client.Identity;
using Ledger.Client.Outbox;
using Ledger.Core.Membership;
using Npgsql;
using PostgresChanges;

var drain = args.Contains("--drain");
string[] plain = [.. args.Where(a => a != "--drain")];
if (plain.Length < 5)
{
    Console.Error.WriteLine("usage: PostgresChanges CONNECTION-STRING OUTBOX-FOLDER GENESIS IDENTITY ENDPOINT... [--drain]");
    return 2;
}

if (!GenesisJson.TryParse(await File.ReadAllBytesAsync(plain[2]), out var genesis, out var error))
    throw new InvalidDataException(error);
using var client = new LedgerClient(new LedgerClientOptions
{
    Endpoints = [.. plain[4..].Select(e => new Uri(e))],
    Genesis = genesis,
    Identity = IdentityFile.Load(plain[3]),
});
await using var outbox = LedgerOutbox.Open(client, new OutboxOptions { Folder = plain[1] });
await using var database = NpgsqlDataSource.Create(plain[0]);
await using (var schema = database.CreateCommand(
    await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "schema.sql"))))
{
    await schema.ExecuteNonQueryAsync();
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var forwarder = new ChangeForwarder(database, outbox);
var delivery = outbox.RunAsync(stop.Token);
if (drain)
{
    await using var connection = await database.OpenConnectionAsync(stop.Token);
    while (await forwarder.ForwardAsync(connection, stop.Token) > 0)
    {
    }

    await Task.WhenAny(delivery, outbox.DrainAsync(stop.Token));
    if (delivery.IsCompleted) await delivery;
    await stop.CancelAsync();
}

try
{
    Console.WriteLine("ready");
    await Task.WhenAll(delivery, drain ? Task.CompletedTask : forwarder.RunAsync(stop.Token));
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine($"{outbox.Status.RecordedRecords} records are on the chain, {outbox.Status.PendingRecords} wait");
}

return 0;
