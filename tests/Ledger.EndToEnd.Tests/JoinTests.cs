using System.Text.Json.Nodes;
using Ledger.Client.Transport;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.Storage.Verify;

namespace Ledger.EndToEnd.Tests;

/// <summary>A validator that lost its disk, with real processes.</summary>
public sealed class JoinTests
{
    private const int Before = 30;

    // The window of the channel: what must be certified before a validator that lost its votes votes again.
    private const int Window = 64;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public Task P11_a_wiped_validator_joins_by_snapshot_and_votes_again() => Consortium.RunAsync(async consortium =>
    {
        using var client = consortium.Client();
        for (var i = 0; i < Before; i++)
            Assert.True((await client.AnchorAsync(Records.Payment("before", number: i))).IsRecorded);
        var lost = consortium.Nodes[3];
        Assert.Equal(0, await lost.StopAsync());
        Directory.Delete(lost.DataPath, recursive: true);
        var config = JsonNode.Parse(File.ReadAllText(lost.ConfigPath))!.AsObject();
        config["snapshot_behind_blocks"] = 10;
        File.WriteAllText(lost.ConfigPath, config.ToJsonString());

        lost.Start();
        using var others = consortium.ClientOf(consortium.Nodes[0], consortium.Nodes[1]);
        // Blocks that are certified elsewhere tell it how far it is behind.
        Assert.True((await others.AnchorAsync(Records.Payment("behind"))).IsRecorded);
        await HasJoinedAsync(lost);
        for (var i = 0; i < Window + 20; i++)
            Assert.True((await others.AnchorAsync(Records.Payment("between", number: i))).IsRecorded);
        await consortium.HeadsBecomeEqualAsync(Within);

        // With one of the others gone, nothing is certified without its vote.
        Assert.Equal(0, await consortium.Nodes[2].StopAsync());
        Assert.True((await others.AnchorAsync(Records.Payment("after", number: 1))).IsRecorded);

        consortium.Nodes[2].Start();
        await consortium.Nodes[2].IsReadyAsync(Consortium.StartWithin);
        await consortium.HeadsBecomeEqualAsync(Within);
        await consortium.StopAsync();
        consortium.DatabasesAreSound();
        var whole = Verify(consortium, consortium.Nodes[0]);
        var joined = Verify(consortium, lost);
        Assert.InRange(joined.Blocks, 1UL, whole.Blocks - Before);
    });

    // It closes its ports while it joins.
    private static Task<TimeSpan> HasJoinedAsync(TestNode node) =>
        Eventually.HoldsAsync("the node has joined", Within, async stop =>
        {
            try
            {
                var status = await node.StatusAsync(stop);
                return (status.CertifiedHeight > Before, $"certified {status.CertifiedHeight}");
            }
            catch (RpcException e)
            {
                return (false, e.Message);
            }
        });

    private static VerifyReport Verify(Consortium consortium, TestNode node) => DatabaseVerifier.Verify(
        new VerifyOptions { Path = Path.Combine(node.DataPath, "chain") }, consortium.Genesis);
}
