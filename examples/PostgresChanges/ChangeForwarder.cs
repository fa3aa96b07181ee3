using Ledger.Client.Outbox;
using Ledger.Client.Records;
using Ledger.Client.Records.Authorisation;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using Npgsql;

namespace PostgresChanges;

/// <summary>
/// Moves rows from the database's outbox table to the ledger's outbox. A row is deleted only after its record is durable
/// there; whoever is killed in between moves it again under the same key, which the outbox knows.
/// </summary>
internal sealed class ChangeForwarder(NpgsqlDataSource database, LedgerOutbox outbox)
{
    private const int RowsAtATime = 200;

    /// <summary>Moves rows as they are committed, until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        await using (var listen = new NpgsqlCommand("LISTEN ledger_outbox", connection))
            await listen.ExecuteNonQueryAsync(stop);
        while (!stop.IsCancellationRequested)
        {
            while (await ForwardAsync(connection, stop) > 0)
            {
            }

            // A notification may get lost with its connection; the table does not.
            await connection.WaitAsync(TimeSpan.FromSeconds(5), stop);
        }
    }

    /// <summary>Moves the oldest rows.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ForwardAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var transaction = await connection.BeginTransactionAsync(stop);
        var rows = await ReadAsync(connection, stop);
        // Together: they share one write and one sync of the outbox.
        await Task.WhenAll(rows.Select(r => outbox.EnqueueAsync(r.Record, r.Key, stop)));
        await using (var delete = new NpgsqlCommand("DELETE FROM ledger_outbox WHERE id = ANY($1)", connection))
        {
            delete.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(r => r.Id)] });
            await delete.ExecuteNonQueryAsync(stop);
        }

        await transaction.CommitAsync(stop);
        return rows.Count;
    }

    private static async Task<List<(long Id, string Key, EvidenceRecord Record)>> ReadAsync(
        NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, key, subject, scene, action, actor, digest, at FROM ledger_outbox ORDER BY id LIMIT $1 FOR UPDATE",
            connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = RowsAtATime });
        await using var reader = await command.ExecuteReaderAsync(stop);
        var rows = new List<(long, string, EvidenceRecord)>();
        while (await reader.ReadAsync(stop))
        {
            var by = new RecordAuthor(
                reader.GetString(5), EvidenceRoles.Operator, new DateTimeOffset(reader.GetDateTime(7), TimeSpan.Zero));
            EvidenceDigest[] digests = [new("sha-256", (byte[])reader[6], "application/json")];
            var (subject, scene) = (reader.GetString(2), reader.GetString(3));
            rows.Add((reader.GetInt64(0), reader.GetGuid(1).ToString(), reader.GetString(4) switch
            {
                "submit" => SceneReviewRecord.Submit(by, subject, scene, digests: digests),
                "approve" => SceneReviewRecord.Approve(by, subject, scene, digests: digests),
                _ => SceneReviewRecord.Reject(by, subject, scene, digests: digests),
            }));
        }

        return rows;
    }
}
