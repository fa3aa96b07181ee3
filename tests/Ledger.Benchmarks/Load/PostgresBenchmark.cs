using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace Ledger.Benchmarks.Load;

/// <summary>What was measured on PostgreSQL.</summary>
/// <param name="Version">The server's version.</param>
/// <param name="Phases">The phases, in the order in which they ran.</param>
/// <param name="Rows">Rows in the table at their end.</param>
/// <param name="RelationBytes">Size of the table with its indexes.</param>
/// <param name="WalBytes">Write-ahead log written in all.</param>
internal sealed record PostgresResult(
    string Version, IReadOnlyList<LoadResult> Phases, long Rows, long RelationBytes, long WalBytes);

/// <summary>
/// The same records into a single PostgreSQL, each chained to its subject's last: what a company would do that keeps such a
/// log alone and is believed. The baseline is given every advantage that is fair: prepared statements, the heads of the
/// chains in the clients' memory, subjects divided among clients so that none waits for another, and no signatures.
/// </summary>
internal sealed class PostgresBenchmark(NpgsqlDataSource source, TimeSpan duration, TimeSpan warmUp)
{
    public const string Idle = "one row, one client";
    public const string Full = "one row, 8 clients";
    public const string Batches = "500 rows, 8 clients";

    private const int Clients = 8;
    private const int BatchRows = 500;

    // The ledger answers by subject, actor, type and digest, so the table does.
    private const string Schema = """
        create table evidence (
            subject text not null, seq bigint not null, type text not null, actor text not null,
            digest bytea not null, payload bytea not null, previous bytea not null, primary key (subject, seq));
        create index on evidence (actor);
        create index on evidence (type);
        create index on evidence (digest);
        """;

    private const string InsertOne = "insert into evidence values ($1, $2, $3, $4, $5, $6, $7)";

    private const string InsertMany = """
        insert into evidence select * from unnest(
            $1::text[], $2::bigint[], $3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::bytea[])
        """;

    /// <summary>Makes the table and runs all phases.</summary>
    public async Task<PostgresResult> RunAsync()
    {
        await ExecuteAsync(Schema).ConfigureAwait(false);
        var settle = TimeSpan.FromSeconds(1);
        await PhaseAsync("warm-up", Clients, 1, warmUp, TimeSpan.Zero).ConfigureAwait(false);
        LoadResult[] phases =
        [
            await PhaseAsync(Idle, 1, 1, duration, settle).ConfigureAwait(false),
            await PhaseAsync(Full, Clients, 1, duration, settle).ConfigureAwait(false),
            await PhaseAsync(Batches, Clients, BatchRows, duration, settle).ConfigureAwait(false),
        ];
        return new PostgresResult(
            (string)(await ScalarAsync("show server_version").ConfigureAwait(false))!,
            phases,
            (long)(await ScalarAsync("select count(*) from evidence").ConfigureAwait(false))!,
            (long)(await ScalarAsync("select pg_total_relation_size('evidence')").ConfigureAwait(false))!,
            (long)(decimal)(await ScalarAsync("select pg_current_wal_lsn() - '0/0'::pg_lsn").ConfigureAwait(false))!);
    }

    private async Task<LoadResult> PhaseAsync(string name, int clients, int rows, TimeSpan time, TimeSpan before)
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var writers = new Writer[clients];
        for (var i = 0; i < clients; i++)
            writers[i] = await Writer.OpenAsync(source, $"{run}{i}", rows).ConfigureAwait(false);
        try
        {
            var options = new LoadOptions
            {
                Name = name, RecordsPerRequest = rows, InFlight = clients, Duration = time, WarmUp = before,
            };
            var result = await new LoadRunner(options, i => writers[i].SendAsync(), () => TimeSpan.Zero).RunAsync()
                .ConfigureAwait(false);
            Console.Error.WriteLine(
                $"  {result.Name}: {result.RecordsPerSecond:N0} records/s, p50 {result.P50Milliseconds:N1} ms");
            return result;
        }
        finally
        {
            foreach (var writer in writers) await writer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }

    /// <summary>One client: its connection, its prepared statement and the heads of its subjects' chains.</summary>
    private sealed class Writer : IAsyncDisposable
    {
        private readonly NpgsqlConnection _connection;
        private readonly NpgsqlCommand _command;
        private readonly SampleRecords _records;
        private readonly int _rows;

        // Bound: the subjects of one client.
        private readonly Dictionary<string, (long Sequence, byte[] Hash)> _heads = new(StringComparer.Ordinal);

        private Writer(NpgsqlConnection connection, string run, int rows)
        {
            _connection = connection;
            _rows = rows;
            _records = new SampleRecords(run, SampleRecords.DefaultSubjects / Clients);
            _command = new NpgsqlCommand(rows == 1 ? InsertOne : InsertMany, connection);
            foreach (var type in new[]
            {
                NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Bytea,
                NpgsqlDbType.Bytea, NpgsqlDbType.Bytea,
            })
            {
                _command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = rows == 1 ? type : type | NpgsqlDbType.Array });
            }
        }

        public static async Task<Writer> OpenAsync(NpgsqlDataSource source, string run, int rows)
        {
            var writer = new Writer(await source.OpenConnectionAsync().ConfigureAwait(false), run, rows);
            await writer._command.PrepareAsync().ConfigureAwait(false);
            return writer;
        }

        public async Task<string?> SendAsync()
        {
            var rows = new Row[_rows];
            for (var i = 0; i < _rows; i++) rows[i] = NextRow();
            SetParameters(rows);
            try
            {
                // One statement outside a transaction is a commit of its own.
                await _command.ExecuteNonQueryAsync().ConfigureAwait(false);
                return null;
            }
            catch (NpgsqlException e)
            {
                return e.Message;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _command.DisposeAsync().ConfigureAwait(false);
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        private Row NextRow()
        {
            var record = _records.Next();
            var payload = record.Encode();
            var (sequence, previous) = _heads.GetValueOrDefault(record.Subject, (0, new byte[SHA256.HashSizeInBytes]));
            _heads[record.Subject] = (sequence + 1, SHA256.HashData([.. previous, .. payload]));
            return new Row(
                record.Subject,
                sequence + 1,
                record.Type,
                record.Actor,
                record.Digests[0].Value.ToArray(),
                payload,
                previous);
        }

        private void SetParameters(Row[] rows)
        {
            void Set<T>(int index, Func<Row, T> field) =>
                _command.Parameters[index].Value = _rows == 1 ? field(rows[0]) : rows.Select(field).ToArray();
            Set(0, r => r.Subject);
            Set(1, r => r.Sequence);
            Set(2, r => r.Type);
            Set(3, r => r.Actor);
            Set(4, r => r.Digest);
            Set(5, r => r.Payload);
            Set(6, r => r.Previous);
        }

        private sealed record Row(
            string Subject, long Sequence, string Type, string Actor, byte[] Digest, byte[] Payload, byte[] Previous);
    }
}
