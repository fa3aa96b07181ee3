using System.Diagnostics;
using System.Globalization;
using Ledger.Client;
using Ledger.Client.Outbox;
using Ledger.Client.Query;
using Ledger.Client.Submit;
using Ledger.Client.Subscribe;
using Ledger.Core.Blocks;
using Ledger.EndToEnd.Tests.Harness;
using Npgsql;

namespace Ledger.EndToEnd.Tests;

/// <summary>An application with an outbox that is killed again and again.</summary>
public sealed class OutboxTests(HealthyConsortium healthy) : IClassFixture<HealthyConsortium>
{
    private const int Records = 300;

    private const int Killed = 128 + 9;

    // Numbers of acknowledgements after which a process is killed: early, and in the midst of sending.
    private static readonly int[] KilledAfter = [1, 40, 90, 17];

    [Fact]
    public Task P22_whatever_kill_9_interrupts_each_acknowledged_record_is_on_the_chain_exactly_once() =>
        healthy.UseAsync(async consortium =>
        {
            var folder = Path.Combine(consortium.Folder, "outbox");
            var acknowledged = new HashSet<int>();
            foreach (var count in KilledAfter)
            {
                var next = Enumerable.Range(1, Records).First(n => !acknowledged.Contains(n));
                using var process = Start(consortium, folder, next, count);
                Assert.Equal(count, await ReadAsync(process, acknowledged));
                await EndsAsync(process, Killed);
            }

            var first = Enumerable.Range(1, Records).First(n => !acknowledged.Contains(n));
            using var last = Start(consortium, folder, first);
            await ReadAsync(last, acknowledged);
            await EndsAsync(last);

            Assert.Equal(Enumerable.Range(1, Records), acknowledged.Order());
            using var client = consortium.Client();
            var all = new List<long>();
            for (var subject = 0; subject < 4; subject++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"outbox/{subject}");
                var timeline = await client.GetTimelineAsync(name);
                var numbers = timeline.Entries.Select(e => e.Record.Attribute("x-number")!.AsInteger!.Value).ToArray();
                Assert.Equal(numbers.Order(), numbers);
                all.AddRange(numbers);
            }

            Assert.Equal(Enumerable.Range(1, Records).Select(n => (long)n), all.Order());
        });

    [Fact]
    public Task A_second_process_with_the_same_folder_is_refused() => healthy.UseAsync(async consortium =>
    {
        var folder = Path.Combine(consortium.Folder, "outbox-of-one");
        using var client = consortium.Client();
        await using var first = LedgerOutbox.Open(client, new OutboxOptions { Folder = folder });

        using var second = Start(consortium, folder, 1);
        var (code, _, error) = await Programs.OutputAsync(second, "the second process");

        Assert.NotEqual(0, code);
        Assert.Contains("in use by another process", error, StringComparison.Ordinal);
    });

    [Fact]
    public Task P23_a_follower_whose_nodes_are_killed_one_after_the_other_sees_every_block_once() =>
        healthy.UseAsync(async consortium =>
        {
            using var anchoring = consortium.Client(2);
            using var following = consortium.Client(0);
            // Of the whole of it, in which two nodes start again.
            using var deadline = new CancellationTokenSource(3 * Eventually.Patience);
            var first = await AnchorAsync(anchoring);
            var known = await following.GetHeaderAsync(first);
            await using var blocks = following.SubscribeFromAsync(
                new SubscriptionCheckpoint(first, known.Hash), true, deadline.Token).GetAsyncEnumerator(deadline.Token);
            var seen = new List<ulong>();
            foreach (var victim in new[] { 0, 1 })
            {
                await ReadUntilAsync(blocks, seen, await AnchorAsync(anchoring));
                consortium.Nodes[victim].Kill();
                await ReadUntilAsync(blocks, seen, await AnchorAsync(anchoring));
                consortium.Nodes[victim].Start();
                await consortium.Nodes[victim].IsReadyAsync();
            }

            Assert.Equal(Enumerable.Range(1, seen.Count).Select(i => first.Value + (ulong)i), seen);
        });

    private static async Task<BlockHeight> AnchorAsync(LedgerClient client)
    {
        var outcome = await client.AnchorAsync(Harness.Records.Payment("followed"));
        Assert.Equal(AnchorState.Recorded, outcome.State);
        return outcome.Height;
    }

    private static async Task ReadUntilAsync(
        IAsyncEnumerator<CertifiedBlock> blocks, List<ulong> seen, BlockHeight height)
    {
        while (seen.LastOrDefault() < height.Value)
        {
            Assert.True(await blocks.MoveNextAsync());
            seen.Add(blocks.Current.Certified.Header.Height.Value);
        }
    }

    [Fact]
    public Task Each_committed_row_of_a_database_is_anchored_once_and_rolled_back_ones_never() =>
        healthy.UseAsync(async consortium =>
        {
            await using var server = await PostgresServer.StartAsync();
            var folder = Path.Combine(consortium.Folder, "outbox-of-changes");
            // Makes the table, and moves what there is: nothing.
            using (var first = StartChanges(consortium, server, folder, "--drain")) await EndsAsync(first);
            await InsertAsync(server, 1, 30, commit: true);
            await InsertAsync(server, 31, 40, commit: false);
            foreach (var rows in new[] { 41, 61 })
            {
                using var process = StartChanges(consortium, server, folder);
                using var deadline = new CancellationTokenSource(Eventually.Patience);
                Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(deadline.Token));
                await InsertAsync(server, rows, rows + 19, commit: true);
                // It goes on until it is stopped.
                process.Kill();
                Assert.Equal(Killed, await Programs.EndAsync(process, "the process that moves changes"));
            }

            using (var last = StartChanges(consortium, server, folder, "--drain")) await EndsAsync(last);

            using var client = consortium.Client();
            var scenes = new List<string>();
            await foreach (var entry in client.QueryAsync(EvidenceQuery.ByType("authorisation.scene-review")))
                scenes.Add(entry.Record.Attribute("scene")!.AsText!);
            Assert.Equal(
                Enumerable.Range(1, 80).Where(n => n is <= 30 or > 40).Select(n => $"scene {n:D2}"), scenes.Order());
        });

    private static async Task InsertAsync(PostgresServer server, int first, int last, bool commit)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        for (var number = first; number <= last; number++)
        {
            await using var insert = new NpgsqlCommand(
                "INSERT INTO approvals (scene, decision, decided_by) VALUES ($1, 'submit', 'zhang')", connection);
            insert.Parameters.AddWithValue($"scene {number:D2}");
            await insert.ExecuteNonQueryAsync();
        }

        if (commit) await transaction.CommitAsync();
        else await transaction.RollbackAsync();
    }

    private static async Task EndsAsync(Process process, int code = 0)
    {
        var (ended, _, error) = await Programs.OutputAsync(process, "the application");
        Assert.True(ended == code, error);
    }

    private static Process StartChanges(
        Consortium consortium, PostgresServer server, string folder, params string[] more) => Programs.Start(
        "PostgresChanges.dll",
        [
            server.ConnectionString, folder, consortium.GenesisPath,
            Path.Combine(consortium.Folder, "identities", "client.key"),
            .. consortium.Nodes.Select(n => n.Grpc.ToString()), .. more,
        ]);

    /// <summary>Reads to the end of the output, and tells how many acknowledgements it had.</summary>
    private static async Task<int> ReadAsync(Process process, HashSet<int> acknowledged)
    {
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        var seen = 0;
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line && line != "done")
        {
            acknowledged.Add(int.Parse(line.AsSpan("ack ".Length), CultureInfo.InvariantCulture));
            seen++;
        }

        return seen;
    }

    private static Process Start(Consortium consortium, string folder, int first, int death = 0) => Programs.Start(
        "Ledger.OutboxHost.dll",
        [
            folder, consortium.GenesisPath, Path.Combine(consortium.Folder, "identities", "client.key"),
            first.ToString(CultureInfo.InvariantCulture), Records.ToString(CultureInfo.InvariantCulture),
            death.ToString(CultureInfo.InvariantCulture), .. consortium.Nodes.Select(n => n.Grpc.ToString()),
        ]);
}
