using Ledger.Client;
using Ledger.Client.Submit;
using Ledger.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// A byte of a stopped node's files is flipped. The node must say what is wrong and not start, or do without the byte;
/// what it serves is right or an error; the others go on; and a node whose data is lost gets it from the others.
/// </summary>
public sealed class CorruptionTests(ITestOutputHelper output)
{
    private const int Configuration = 64;
    private const int Storage = 74;
    private const int Damaged = 17;

    // Past the header of a log's first record. A record's length, changed such that the record reaches past the end of the
    // file, cannot be told from a write that power loss tore, and the log's tail is dropped as RocksDB does then.
    private const int InFirstRecord = 16;

    [Fact]
    public Task A_flipped_byte_in_any_file_is_noticed_or_harmless() => Consortium.RunAsync(async consortium =>
    {
        var load = Load.Start(consortium, "flipped");
        await load.MakesProgressAsync(100);
        var node = consortium.Nodes[3];
        // Stopped twice: what was in the logs lies in tables then, and there are new logs besides.
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(0, await node.StopAsync());
            node.Start();
            await node.IsReadyAsync();
            await load.MakesProgressAsync(30);
        }

        Assert.Equal(0, await node.StopAsync());
        File.Copy(consortium.GenesisPath, Path.Combine(node.Folder, "genesis.json"));
        File.WriteAllText(
            node.ConfigPath,
            File.ReadAllText(node.ConfigPath).Replace("../../genesis.json", "genesis.json", StringComparison.Ordinal));

        await RefusesAsync(node, Configuration, "node.json", "node.json", at: 0);
        await RefusesAsync(node, Configuration, "genesis", "genesis.json", at: 0);
        await RefusesAsync(node, Configuration, "validator.key", "validator.key");
        await RefusesAsync(node, Storage, "chain", "data/chain/MANIFEST-*");
        await RefusesAsync(node, Storage, "chain", "data/chain/*.log", InFirstRecord);
        await RefusesAsync(node, Storage, "votes", "data/votes/MANIFEST-*");
        await RefusesAsync(node, Storage, "votes", "data/votes/*.log", InFirstRecord);
        await RefusesAsync(node, Storage, "belongs to another channel", "genesis.json", change: AnotherName);

        // Tables are read when something is asked for, so the node may start. Then it must not serve what is in them.
        Flip(node, "data/chain/*.sst");
        var report = await Programs.RunToolAsync(node.Folder, "db", "verify", ".", "--genesis", "genesis.json", "--json");
        Assert.False(report.Ended(Damaged).Json.GetProperty("sound").GetBoolean());
        node.Start();
        var exit = await EndsOrServesAsync(node);
        // The others go on.
        await load.MakesProgressAsync(10);
        output.WriteLine($"tables: {(exit is null ? "it runs" : $"code {exit}: {Last(node)}")}");
        var acknowledged = await load.StopAsync();
        if (exit is null) await NeverLiesAsync(consortium, node, load.Subject, acknowledged);
        else Assert.Equal(Storage, exit);

        node.KillIfRunning();
        Directory.Delete(node.DataPath, recursive: true);
        var more = Load.Start(consortium, "afterwards");
        await more.MakesProgressAsync(4 * (int)consortium.Genesis.Parameters.Window);
        node.Start();
        await node.IsReadyAsync();
        var last = await more.StopAsync();
        await consortium.HeadsBecomeEqualAsync();
        await consortium.TimelinesHoldExactlyAsync(load.Subject, acknowledged);
        await consortium.TimelinesHoldExactlyAsync(more.Subject, last);
        await consortium.StopAsync();
        consortium.DatabasesAreSound();
    });

    private static byte[] AnotherName(byte[] genesis) => System.Text.Encoding.UTF8.GetBytes(
        System.Text.Encoding.UTF8.GetString(genesis).Replace("\"main\"", "\"mein\"", StringComparison.Ordinal));

    // One file is damaged, the node refuses to start and names it, and the file is put right again.
    private async Task RefusesAsync(
        TestNode node, int code, string said, string pattern, int? at = null, Func<byte[], byte[]>? change = null)
    {
        var good = new Dictionary<string, byte[]>();
        foreach (var file in Files(node, pattern))
        {
            var bytes = File.ReadAllBytes(file);
            good[file] = bytes;
            File.WriteAllBytes(file, change?.Invoke(bytes) ?? Flipped(bytes, at ?? bytes.Length / 2));
        }

        var logged = node.WholeLog().Length;
        node.Start();
        var exit = await EndsOrServesAsync(node);
        var log = node.WholeLog()[logged..];
        foreach (var (file, bytes) in good) File.WriteAllBytes(file, bytes);

        output.WriteLine($"{pattern}: code {exit}: {log.Trim()}");
        Assert.True(exit == code, $"{pattern}: ended with {exit}, not {code}:\n{log}");
        Assert.Contains(said, log, StringComparison.Ordinal);
        if (code == Storage) Assert.Contains("What to do: ", log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
    }

    private static void Flip(TestNode node, string pattern)
    {
        foreach (var file in Files(node, pattern))
        {
            var bytes = File.ReadAllBytes(file);
            File.WriteAllBytes(file, Flipped(bytes, bytes.Length / 2));
        }
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[at] ^= 0x40;
        return flipped;
    }

    private static string[] Files(TestNode node, string pattern)
    {
        var folder = Path.Combine(node.Folder, Path.GetDirectoryName(pattern)!);
        string[] files = [.. Directory.GetFiles(folder, Path.GetFileName(pattern)).Where(f => new FileInfo(f).Length > 0)];
        Assert.True(files.Length > 0, $"there is no {pattern}");
        return files;
    }

    // Its exit code, or null when it serves.
    private static async Task<int?> EndsOrServesAsync(TestNode node)
    {
        await node.IsReadyOrEndedAsync();
        return node.IsRunning ? null : await node.EndsAsync();
    }

    private static async Task NeverLiesAsync(
        Consortium consortium, TestNode node, string subject, IReadOnlyList<AnchorOutcome> acknowledged)
    {
        using var client = consortium.ClientOf(node);
        var expected = acknowledged.Select(a => a.IdOf(0)).ToHashSet();
        try
        {
            var timeline = await client.GetTimelineAsync(subject);
            Assert.All(timeline.Entries, e => Assert.Contains(e.Id, expected));
        }
        catch (Exception e) when (e is LedgerUnavailableException or LedgerRefusedException)
        {
            // It answers with an error.
        }
    }

    private static string Last(TestNode node) => node.WholeLog().TrimEnd().Split('\n')[^1];
}
